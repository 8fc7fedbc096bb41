// SPDX-License-Identifier: Apache-2.0
// The details of a resident: masked, opened with a reason for a quarter of an hour, and looked up by the
// resident, who can call a look wrong.
import { later, main, press, sign, story, submit } from './lib.mjs'

async function raise (url) {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: '长桥新村22号的电梯又停了，楼上有位老人坐轮椅出不了门。', class: 'property', place: '长桥新村22号', name: '许月琴', address: '长桥新村22号601室', phone: '13800000123', publish: true }) })
  return (await answer.json()).result
}

await story('details are opened with a reason', async ({ url, open, phone, noscript, check, equal, axe, html, shot, data }) => {
  const c = await raise(url)
  const path = '/desk/concerns/' + c.file_no
  const chen = await sign(await open('chenhaiyan'), url, 'chenhaiyan')
  await chen.goto(url(path + '/accept'))
  await submit(chen)
  const card = () => chen.locator('.mask').innerText()
  check(!(await card()).includes('13800000123') && (await card()).includes('0123'), 'masked at first', await card())
  await chen.locator('.mask a').click()
  await chen.waitForURL(/unmask/)
  await submit(chen)
  check(await chen.locator('.fault').count() >= 1, 'not without a reason')
  await axe(chen, 'the reason')
  await chen.selectOption('[name=why]', 'contact')
  await chen.fill('[name=note]', '约上门看电梯的时间')
  await submit(chen)
  check((await card()).includes('许月琴') && (await card()).includes('601室'), 'open for who gave one', await card())
  equal(await chen.locator('.mask a[href^="tel:"]').getAttribute('href'), 'tel:13800000123', 'and a tap calls')
  await axe(chen, 'the open card')
  await shot(chen, 'unmask-open')
  const wang = await sign(await open('wanglei'), url, 'wanglei')
  await wang.goto(url(path))
  check(!(await main(wang)).includes('许月琴'), 'masked for everybody else')
  await later(data, 16 * 60)
  await chen.goto(url(path))
  check(!(await card()).includes('许月琴'), 'masked again after a quarter of an hour', await card())

  await phone.goto(url(`/track/${c.code}/access`))
  check(!(await main(phone)).includes('约上门'), 'the code alone does not open the list')
  await phone.fill('[name=digits]', '0123')
  await press(phone.locator('form[action$="/open"] button'))
  await phone.goto(url('/track/' + c.code))
  await press(phone.locator('a[href$="/access"]').first())
  const told = await main(phone)
  check(told.includes('物业管理科') && told.includes('约上门看电梯的时间'), 'the resident reads who and why', told)
  await axe(phone, 'the list')
  await html(phone, 'the list')
  await shot(phone, 'unmask-list')
  await noscript.goto(url(`/track/${c.code}/access/1`))
  await noscript.fill('[name=digits]', '0123')
  await press(noscript.locator('form[action$="/open"] button'))
  await noscript.goto(url(`/track/${c.code}/access/1`))
  await noscript.fill('[name=text]', '我没有约过时间。')
  await submit(noscript)
  check((await main(noscript)).includes('已交纪检'), 'a look can be called wrong, with scripts off', await main(noscript))
  const cao = await sign(await open('caoyi'), url, 'caoyi')
  await cao.goto(url('/desk/conduct'))
  check((await main(cao)).includes('我没有约过时间'), 'and the discipline officer reads it', await main(cao))
  await axe(cao, 'words about a look')
})
