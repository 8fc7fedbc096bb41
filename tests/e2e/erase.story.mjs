// SPDX-License-Identifier: Apache-2.0
// A resident has the own words erased: asked on the phone, agreed to by two people, gone from every page.
import { main, phoneSize, press, sign, story, submit } from './lib.mjs'

const words = '楼下烧烤店的油烟一直飘进卧室，孩子咳得睡不着。'

async function raise (url) {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: words, class: 'property', place: '长桥新村22号', name: '许月琴', address: '长桥新村22号601室', phone: '13800000123', publish: true }) })
  return (await answer.json()).result
}

// A resident who withdraws and asks, without a page.
async function asked (url, api) {
  const c = await raise(url)
  const door = { code: c.code, unlock: (await api('voice.unlock', { code: c.code, digits: '0123' })).body.result.unlock }
  await api('voice.withdraw', door)
  await api('voice.erase', door)
  return c
}

const editions = [['wide', { viewport: { width: 1280, height: 900 } }], ['phone', { viewport: phoneSize }],
  ['dark', { viewport: phoneSize, colorScheme: 'dark' }], ['elder', { viewport: phoneSize }, 'view=elder']]

// Each page as it looks to each of them; whoever signs in stays signed in.
async function look (name, path, login, { url, open, shot }) {
  for (const [edition, options, prefs] of editions) {
    const page = await open(`${name}-${edition}`, options)
    if (login) await sign(page, url, login)
    if (prefs) await page.goto(url(`/prefs?${prefs}&back=/`))
    await page.goto(url(path))
    await shot(page, `${name}-${edition}`)
    await page.context().close()
  }
}

await story('several are erased at once', async ({ url, api, open, phone, check, axe, html, shot }) => {
  const asking = [await asked(url, api), await asked(url, api), await asked(url, api)]
  await phone.goto(url('/r/' + asking[0].receipt))
  check(!(await main(phone)).includes('销毁'), 'the receipt before', await main(phone))
  const shen = await sign(await open('shenrui', { viewport: { width: 1280, height: 900 } }), url, 'shenrui')
  await shen.goto(url('/desk/erasure'))
  await look('erase-list', '/desk/erasure', 'shenrui', { url, open, shot })
  await press(shen.locator('main a[href$="/desk/erasure/agree"]'))
  check(await shen.locator('[name=erasures]:checked').count() === 0, 'what residents asked for is not ticked beforehand')
  await axe(shen, 'agreeing to several')
  await html(shen, 'agreeing to several')
  await submit(shen)
  check(await shen.locator('.fault').count() >= 1, 'one at least')
  for (const box of await shen.locator('[name=erasures]').all()) await box.check()
  await look('erase-agree', '/desk/erasure/agree', 'shenrui', { url, open, shot })
  await submit(shen)
  check((await main(shen)).includes('还须另一人'), 'noted for all', await main(shen))
  await shen.goto(url('/desk/erasure/destroy'))
  check(!shen.url().endsWith('/destroy'), 'the first person has nothing to destroy', shen.url())
  const zhou = await sign(await open('zhoumin', { viewport: { width: 1280, height: 900 } }), url, 'zhoumin')
  await zhou.goto(url('/desk/erasure/destroy'))
  await axe(zhou, 'destroying several')
  for (const box of await zhou.locator('[name=erasures]').all()) await box.check()
  await submit(zhou)
  check(await zhou.locator('.fault').count() >= 1 && await zhou.locator('[name=erasures]:checked').count() === 3,
    'not without saying that it was looked at, and what was ticked stays ticked')
  await zhou.check('[name=sure]')
  await submit(zhou)
  check((await main(zhou)).includes('均已销毁'), 'all of them', await main(zhou))
  for (const c of asking) {
    await phone.goto(url('/r/' + c.receipt))
    check((await main(phone)).includes('销毁') && !(await phone.content()).includes('烧烤店'), 'the receipt says that the words are gone', await main(phone))
  }
  await axe(phone, 'the receipt of an erased concern')
  await look('erase-track', '/track/' + asking[0].code, null, { url, open, shot })
  await look('erase-receipt', '/r/' + asking[0].receipt, null, { url, open, shot })
  await look('erase-concern', '/desk/concerns/' + asking[0].file_no, 'shenrui', { url, open, shot })
  await look('erase-done', '/desk/erasure', 'shenrui', { url, open, shot })
})

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
