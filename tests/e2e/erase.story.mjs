// SPDX-License-Identifier: Apache-2.0
// A resident has the own words erased: asked on the phone, agreed to by two people, gone from every page.
import { main, press, sign, story, submit } from './lib.mjs'

const words = '楼下烧烤店的油烟一直飘进卧室，孩子咳得睡不着。'

async function raise (url) {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: words, class: 'property', place: '长桥新村22号', name: '许月琴', address: '长桥新村22号601室', phone: '13800000123', publish: true }) })
  return (await answer.json()).result
}

await story('words are erased', async ({ url, open, phone, check, axe, html, shot }) => {
  const c = await raise(url)
  await phone.goto(url('/track/' + c.code))
  await phone.fill('[name=digits]', '0123')
  await press(phone.locator('form[action$="/open"] button'))
  await phone.goto(url(`/track/${c.code}/erase`))
  check((await main(phone)).includes('办结') && await phone.locator('main form').count() === 0, 'not while it is being handled', await main(phone))
  await shot(phone, 'erase-open')
  await phone.goto(url(`/track/${c.code}/withdraw`))
  await submit(phone)
  await phone.goto(url(`/track/${c.code}/data`))
  await press(phone.locator('a[href$="/erase"]'))
  await axe(phone, 'asking')
  await html(phone, 'asking')
  await shot(phone, 'erase-ask')
  await submit(phone)
  check((await main(phone)).includes('两名工作人员'), 'two people look at it', await main(phone))
  await shot(phone, 'erase-asked')

  const shen = await sign(await open('shenrui', { viewport: { width: 1280, height: 900 } }), url, 'shenrui')
  await shen.goto(url('/desk/erasure'))
  await axe(shen, 'the list')
  await html(shen, 'the list')
  await shot(shen, 'erase-list')
  await press(shen.locator('main table a').first())
  await shot(shen, 'erase-one')
  await press(shen.locator('main a[href$="/agree"]'))
  await submit(shen)
  check(await shen.locator('main a[href$="/rule"]').count() === 0, 'the first person cannot be the second too')
  await axe(shen, 'one of them')
  const zhou = await sign(await open('zhoumin', { viewport: { width: 1280, height: 900 } }), url, 'zhoumin')
  await zhou.goto(shen.url().split('?')[0])
  await press(zhou.locator('main a[href$="/rule"]'))
  await submit(zhou)
  check(await zhou.locator('.fault').count() >= 1, 'not without saying that it was looked at')
  await zhou.check('[name=sure]')
  await axe(zhou, 'destroying')
  await shot(zhou, 'erase-rule')
  await submit(zhou)
  check((await main(zhou)).includes('已销毁'), 'it is done', await main(zhou))
  await shot(zhou, 'erase-done')

  await zhou.goto(url('/desk/concerns/' + c.file_no))
  const desk = await main(zhou)
  check(desk.includes('已于') && !desk.includes('烧烤店') && !desk.includes('长桥新村22号'), 'the desk says when and why', desk)
  await axe(zhou, 'the concern')
  await shot(zhou, 'erase-desk')
  await phone.goto(url('/track/' + c.code))
  const told = await main(phone)
  check(told.includes('销毁') && !told.includes('烧烤店'), 'the code still tells that it is gone', told)
  await axe(phone, 'the code')
  await shot(phone, 'erase-gone')
  await phone.goto(url('/public/concerns/' + c.ref))
  check(!(await phone.content()).includes('长桥新村22号'), 'nor on the public page')
  await zhou.goto(url('/desk/erasure'))
  await shot(zhou, 'erase-list-after')
})
