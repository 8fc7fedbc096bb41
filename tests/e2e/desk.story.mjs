// SPDX-License-Identifier: Apache-2.0
// The other side: taken down, offered, declined, lapsed, accepted, answered by two, called back by a
// third, closed. All of it without scripts too.
import { later, main, password, sign as signIn, story, submit } from './lib.mjs'

async function sign (open, url, who, options = {}) {
  return signIn(await open(who + (options.javaScriptEnabled === false ? '-plain' : ''), options), url, who)
}

async function raise (url, cls = 'property') {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: '长桥新村22号的电梯又停了，楼上有位老人坐轮椅出不了门。', class: cls, place: '长桥新村22号', phone: '13800000123', publish: true }) })
  return (await answer.json()).result
}

async function thread (tools, options) {
  const { open, url, check, equal, axe, shot, data } = tools
  const c = await raise(url)
  const path = '/desk/concerns/' + c.file_no

  const handler = await sign(open, url, 'chenhaiyan', options)
  equal(new URL(handler.url()).pathname, '/desk', 'signing in leads to today')
  check((await main(handler)).includes('长桥新村22号'), 'the offer stands on the desk of the unit')
  await handler.goto(url(path + '/accept'))
  await submit(handler)
  check((await main(handler)).includes('从现在起由您负责'), 'accepting says who is responsible now')

  await handler.goto(url(path + '/contact'))
  await handler.fill('[name=note]', '电话接通，告知12月1日前答复。')
  await submit(handler)
  check((await main(handler)).includes('先行联系'), 'the first contact stands on the timeline')

  await handler.goto(url(path + '/reply'))
  await submit(handler)
  check(await handler.locator('.fault').count() >= 2, 'all faults at once: text and outcome')
  await handler.fill('[name=text]', '您好，长桥新村22号电梯的门机皮带老化，已更换并试运行三天，没有再停。')
  await handler.check('[name=outcome][value=solved]')
  await handler.fill('[name=basis]', '维保单位检查单')
  await submit(handler)
  check((await main(handler)).includes('等第二个人审'), 'the draft waits for a second person')

  const head = await sign(open, url, 'hezhiyuan', options)
  await head.goto(url(path + '/review'))
  await head.fill('[name=public_line]', '电梯门机已更换')
  await submit(head)
  check((await main(head)).includes('居民现在能看到答复'), 'after the approval the resident can read it')

  const own = await fetch(url('/track/' + c.code))
  check((await own.text()).includes('答复了您'), 'and the page of the code says so')

  const caller = await sign(open, url, 'peixin', options)
  await caller.goto(url('/desk/callbacks'))
  check((await main(caller)).includes(c.file_no.slice(5)), 'it stands in the queue of the evaluators')
  await caller.goto(url('/desk/callbacks/' + c.file_no))
  await caller.check('[name=result][value=reached]')
  await caller.check('[name=solved][value=yes]')
  await caller.selectOption('[name=sat]', '1')
  await submit(caller)
  await head.goto(url(path))
  const end = await main(head)
  check(end.includes('已办结') || end.includes('办结：'), 'the call-back closes it')
  check(end.includes('实际解决') && end.includes('解决了'), 'what the unit says and what the resident says stand side by side')
  if (options.javaScriptEnabled !== false) {
    await axe(head, 'a closed concern')
    await shot(head, 'concern-closed')
  }
  return { c, path, data }
}

await story('the thin thread at the desk', tools => thread(tools, {}))
await story('the thin thread with scripts off', tools => thread(tools, { javaScriptEnabled: false }))

await story('hand-over: declined, timed out, accepted', async ({ open, url, check, axe, data, shot }) => {
  const c = await raise(url)
  const path = '/desk/concerns/' + c.file_no
  const chen = await sign(open, url, 'chenhaiyan')
  await chen.goto(url(path + '/accept'))
  await submit(chen)
  const offer = async () => {
    await chen.goto(url(path + '/hand-over?unit=u08'))
    await chen.selectOption('[name=why]', 'place')
    await submit(chen)
  }
  await chen.goto(url(path + '/hand-over'))
  await axe(chen, 'hand-over, choosing the unit')
  await offer()
  check((await main(chen)).includes('对方接受前仍由您负责'), 'an offer moves nothing')
  await axe(chen, 'a concern that is offered')
  await shot(chen, 'concern-offered')
  const han = await sign(open, url, 'hanmei')
  await han.goto(url(path))
  check((await main(han)).includes('陈海燕'), 'the sender is still the owner')
  await han.goto(url(path + '/decline'))
  await han.check('[name=why][value=not-ours]')
  await submit(han)
  await chen.goto(url(path))
  check((await main(chen)).includes('已退回'), 'declined: it stays with the sender')

  await offer()
  await later(data, 5 * 86400)
  await signIn(chen, url, 'chenhaiyan') // days later the session is over
  await chen.goto(url(path))
  check((await main(chen)).includes('退回转出人'), 'not accepted in time: back with the sender')
  await offer()
  await signIn(han, url, 'hanmei')
  await han.goto(url(path + '/accept'))
  await submit(han)
  check((await main(han)).includes('韩梅'), 'accepted: the owner is another one')
})

await story('nobody marks their own work', async ({ open, url, check, equal, data }) => {
  const c = await raise(url)
  const path = '/desk/concerns/' + c.file_no
  const he = await sign(open, url, 'hezhiyuan')
  await he.goto(url(path + '/accept'))
  await submit(he)
  await he.goto(url(path + '/reply'))
  await he.fill('[name=text]', '电梯已经修好，试运行三天没有再停。')
  await he.check('[name=outcome][value=solved]')
  await submit(he)
  await he.goto(url(path + '/review'))
  check((await main(he)).includes('另一个人'), 'the author cannot approve the own draft')
  equal(await he.locator('form[action$="/review"]').count(), 0, 'and gets no form for it')
  await he.goto(url('/desk/callbacks'))
  check(!(await he.locator('table').count()), 'a handler has no queue of call-backs')
  const chen = await sign(open, url, 'maqiang')
  const answer = await chen.goto(url(path))
  equal(answer.status(), 403, 'another unit cannot open it')
  const missing = await chen.goto(url('/desk/concerns/2026-9999999'))
  equal(missing.status(), 404, 'an unknown number is not found')
  // Past due without an answer: the head of the unit has it on the desk.
  await later(data, 12 * 86400)
  await signIn(he, url, 'hezhiyuan')
  await he.goto(url('/desk'))
  check((await main(he)).includes('超期'), 'what is late is brought before the head')
})

await story('taking a concern down', async ({ open, url, check, axe, shot, html }) => {
  const gu = await sign(open, url, 'guxiaolan')
  await gu.goto(url('/desk/intake'))
  await axe(gu, 'intake')
  await html(gu, 'intake')
  await gu.fill('[name=body]', '小石桥菜场门口的地砖翘起来了，昨天有位阿婆绊倒。')
  await gu.fill('[name=place]', '小石桥菜场')
  await gu.selectOption('[name=class]', 'facility')
  await submit(gu)
  check(gu.url().includes('/receipt'), 'the receipt follows')
  check(/PIN/.test(await main(gu)), 'with a PIN where no phone was left')
  await axe(gu, 'receipt at the desk')
  await shot(gu, 'desk-receipt')
})

const pages = ['/desk', '/desk/concerns', '/desk/concerns?show=unit', '/desk/concerns?q=电梯', '/desk/intake', '/desk/offers', '/desk/menu', '/desk/account', '/desk/styles', '/desk/styles?as=desk']
await story('every desk page in every edition', async ({ open, url, axe, check, equal, shot, html }) => {
  const editions = { wide: {}, phone: { viewport: { width: 390, height: 844 } }, dusk: { colorScheme: 'dark' }, contrast: {} }
  for (const [edition, options] of Object.entries(editions)) {
    const page = await open(edition, options)
    await page.goto(url('/login'))
    await page.fill('[name=login]', 'zhoumin')
    await page.fill('[name=password]', password)
    await submit(page)
    if (edition === 'contrast') await page.goto(url('/prefs?contrast=high&back=/desk'))
    for (const path of [...pages, '/desk/review']) {
      const answer = await page.goto(url(path))
      if (answer.status() !== 200) equal(answer.status(), 200, `${edition} ${path} answers`)
      await axe(page, `${edition} ${path}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition} ${path} does not stick out sideways`, `${wide} px`)
      if (edition === 'wide' && !path.includes('styles')) await html(page, path)
    }
    await shot(page, 'desk-' + edition)
  }
})
