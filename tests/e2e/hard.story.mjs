// SPDX-License-Identifier: Apache-2.0
// What cannot be solved soon: parked, proposed by the clock, listed with a sponsor, reviewed twice, solved
// by somebody outside; and what residents read of it, on a phone and with scripts off.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { later as wait, main, serve, sign, story, submit, workday as dayOfWork } from './lib.mjs'

const day = 86400

// Each story begins today; working days count from where its clock is.
let passed = 0
function later (data, seconds) {
  passed += seconds
  return wait(data, seconds)
}
const workday = count => dayOfWork(count, passed / day)

// A page of an office that has just been made: nothing has happened there.
async function newOffice (path) {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-new-'))
  const data = join(folder, 'data')
  const made = spawnSync(process.env.XQ_BIN ?? 'build/xinqiao', ['init', '--data', data, '--code', 'new', '--name', '新街道'], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error('init failed: ' + made.stdout + made.stderr)
  const server = await serve(data)
  const text = await (await fetch(server.base + path)).text()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  return text
}

async function parkedConcern ({ url, open }) {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: '长桥新村22号的电梯又停了，业主一直凑不齐维修资金。', class: 'property', place: '长桥新村22号', phone: '13800000123' }) })
  const c = (await answer.json()).result
  const path = '/desk/concerns/' + c.file_no
  const chen = await sign(await open('chenhaiyan'), url, 'chenhaiyan')
  await chen.goto(url(path + '/accept'))
  await submit(chen)
  const shen = await sign(await open('shenrui'), url, 'shenrui')
  await shen.goto(url(path + '/park'))
  await shen.check('[name=ground][value=budget]')
  await shen.fill('[name=until]', workday(60))
  await shen.selectOption('[name=sponsor]', 'zhoumin')
  await shen.fill('[name=note]', '维修资金要业主表决')
  await submit(shen)
  return { c, path, chen, shen }
}

async function fillReview (page, done, next) {
  await page.fill('[name=done]', done)
  await page.check('[name=stage][value=in-action]')
  await page.fill('[name=plan]', '上门征求剩下几户的意见')
  await page.fill('[name=next]', next)
  await page.check('[name=checked]')
  await submit(page)
}

await story('a hard problem from proposal to solution', async tools => {
  const { url, open, phone, noscript, check, equal, axe, html, shot, data } = tools
  check((await newOffice('/hard')).includes('目前没有'), 'with nothing on the ledger the page says so')

  const { c, path, chen, shen } = await parkedConcern(tools)
  await later(data, day)
  await sign(shen, url, 'shenrui')
  await shen.goto(url('/desk/hard'))
  const list = await main(shen)
  check(list.includes('挂账：现在办不了') && list.includes('电梯'), 'the clock proposes what is parked')
  await axe(shen, 'the ledger with a proposal')
  await html(shen, 'the ledger with a proposal')
  await shen.locator(`main a[href$="/desk/hard/proposals/${c.file_no}"]`).first().click()
  await axe(shen, 'one proposal')
  await shen.locator('.next a').first().click()

  equal(await shen.locator('[name=kind]').inputValue(), 'parked', 'the reason is filled in')
  await submit(shen)
  check(await shen.locator('.fault').count() >= 6, 'all faults at once')
  await axe(shen, 'listing with faults')
  await shen.fill('[name=title]', '长桥新村22号电梯更新')
  await shen.fill('[name=public_line]', '长桥新村22号电梯更新')
  await shen.selectOption('[name=sponsor]', 'zhoumin')
  await shen.selectOption('[name=blocker]', 'owners-vote')
  await shen.fill('[name=plan]', '请业主委员会组织表决')
  await shen.fill('[name=condition]', '三分之二以上业主同意')
  await shen.fill('[name=next]', workday(20))
  await shen.check('[name=checked]')
  await submit(shen)
  check((await main(shen)).includes('题目里不能有数字'), 'a house number does not get into the public topic')
  await shen.fill('[name=public_line]', '老小区电梯更新')
  await submit(shen)
  check((await main(shen)).includes('已列入台账'), 'it is on the ledger')
  check((await main(shen)).includes(c.file_no.slice(5)), 'and the concern belongs to it')
  const problem = new URL(shen.url()).pathname
  await axe(shen, 'a problem')
  await html(shen, 'a problem')
  await shot(shen, 'hard-desk-one')

  await later(data, 45 * day)
  const zhou = await sign(await open('zhoumin'), url, 'zhoumin')
  await zhou.goto(url('/desk/hard'))
  check((await main(zhou)).includes('复查已过期'), 'a review day that passed is shown as overdue')
  await phone.goto(url('/hard'))
  check((await main(phone)).includes('我们没有做到'), 'to residents too')
  await zhou.goto(url(problem + '/review'))
  await axe(zhou, 'the form of a review')
  await fillReview(zhou, '开了两次业主会，还差八户没有同意', workday(20))
  check((await main(zhou)).includes('已记下'), 'the first review is recorded')
  await later(data, 14 * day)
  await sign(zhou, url, 'zhoumin')
  await zhou.goto(url(problem + '/review'))
  check((await main(zhou)).includes('上门征求剩下几户的意见'), 'the form shows what was planned')
  await fillReview(zhou, '八户都同意了，正在招标', workday(30))
  await axe(zhou, 'a problem after two reviews')

  await sign(shen, url, 'shenrui')
  await shen.goto(url(problem + '/solve'))
  await shen.fill('[name=how]', '表决通过，电梯已经换好')
  await shen.check('[name=checked]')
  await submit(shen)
  check((await main(shen)).includes('挂着账'), 'what is still parked keeps it from being solved')
  await sign(chen, url, 'chenhaiyan')
  await chen.goto(url(path + '/resume'))
  await chen.fill('[name=note]', '表决通过，开始更换')
  await submit(chen)
  await shen.goto(url(problem + '/solve'))
  await shen.fill('[name=how]', '表决通过，电梯已经换好')
  await shen.check('[name=checked]')
  await submit(shen)
  check((await main(shen)).includes('已解决'), 'somebody outside the sponsor\'s unit says that it is solved')
  await shot(shen, 'hard-desk-solved')

  const shown = problem.replace('/desk', '')
  await noscript.goto(url(shown))
  const told = await main(noscript)
  check(told.includes('开了两次业主会') && told.includes('比说好的晚'), 'residents read what was done, and that it was late')
  check(!told.includes('长桥') && !told.includes('周敏'), 'but no place and no name')
  await shot(noscript, 'hard-public-one')
  const narrow = await open('narrow', { viewport: { width: 320, height: 700 } })
  await narrow.goto(url(shown))
  await axe(narrow, 'a solved problem in public')
  check(await narrow.evaluate(() => document.documentElement.scrollWidth <= 320), 'nothing sticks out at 320 pixels')
})

await story('long-standing problems for residents', async ({ url, open, phone, noscript, check, equal, axe, html, shot }) => {
  passed = 0
  const shen = await sign(await open('shenrui'), url, 'shenrui')
  await shen.goto(url('/desk/hard/new'))
  await shen.selectOption('[name=kind]', 'legacy')
  await shen.fill('[name=title]', '河滨片违章搭建')
  await shen.fill('[name=public_line]', '河滨片多年的违章搭建')
  await shen.selectOption('[name=sponsor]', 'zhoumin')
  await shen.selectOption('[name=blocker]', 'third-party')
  await shen.fill('[name=plan]', '和区城管部门一起拆第一批')
  await shen.fill('[name=condition]', '区里的拆违计划排到本片')
  await shen.fill('[name=next]', workday(30))
  await shen.check('[name=checked]')
  await submit(shen)
  const shown = new URL(shen.url()).pathname.replace('/desk', '')

  await noscript.goto(url('/hard'))
  const list = await main(noscript)
  check(list.includes('河滨片多年的违章搭建') && list.includes('副主任') && list.includes('下次告诉您'), 'topic, sponsor by title, next day, without scripts')
  await noscript.locator('.pub-card h3 a', { hasText: '多年的违章搭建' }).click()
  equal(new URL(noscript.url()).pathname, shown, 'a card leads to its page')
  for (const colorScheme of ['light', 'dark']) {
    const page = await open('phone-' + colorScheme, { colorScheme, viewport: { width: 390, height: 844 } })
    await page.goto(url('/hard'))
    await axe(page, `the public list, ${colorScheme}`)
    await shot(page, 'hard-public-' + colorScheme)
    await page.goto(url(shown))
    await axe(page, `one problem in public, ${colorScheme}`)
    const desk = await sign(await open('desk-' + colorScheme, { colorScheme }), url, 'shenrui')
    await desk.goto(url('/desk/hard'))
    await axe(desk, `the ledger, ${colorScheme}`)
    await desk.goto(url('/desk' + shown))
    await axe(desk, `one problem at the desk, ${colorScheme}`)
    await shot(desk, 'hard-desk-' + colorScheme)
  }
  await phone.goto(url('/hard'))
  await html(phone, 'the public list')
  await phone.goto(url(shown))
  await html(phone, 'one problem in public')

  const feed = await fetch(url('/hard.atom'))
  equal(feed.headers.get('content-type'), 'application/atom+xml; charset=utf-8', 'the feed says what it is')
  const text = await feed.text()
  const read = await phone.evaluate(source => {
    const doc = new globalThis.DOMParser().parseFromString(source, 'application/xml')
    const one = (parent, name) => [...parent.children].filter(e => e.localName === name).length
    const entry = doc.getElementsByTagName('entry')
    return { broken: doc.getElementsByTagName('parsererror').length, ns: doc.documentElement.namespaceURI, n: entry.length,
      good: [doc.documentElement, ...entry].every(e => one(e, 'id') === 1 && one(e, 'title') === 1 && one(e, 'updated') === 1) }
  }, text)
  equal(read, { broken: 0, ns: 'http://www.w3.org/2005/Atom', n: Number(shown.split('/').pop()), good: true }, 'the feed is Atom: an entry for each problem; one id, title and updated each')

  // The end that is no solution.
  await shen.goto(url('/desk' + shown + '/explain'))
  await axe(shen, 'the form that ends it with an explanation')
  await shen.fill('[name=why]', '区里三年内不排本片，街道没有执法权；新搭的当天就拆。')
  await shen.check('[name=checked]')
  await submit(shen)
  check((await main(shen)).includes('作了说明，没有解决'), 'it has ended, and not as solved')
  await noscript.goto(url('/hard'))
  const ended = await main(noscript)
  check(ended.includes('现在解决不了的') && !ended.includes('后来解决了的') && ended.includes('区里的拆违计划排到本片'), 'residents read that it is not solved, and what would have to change', ended)
  await axe(phone, 'an explained problem in public')
  await noscript.goto(url(shown))
  check((await main(noscript)).includes('街道没有执法权'), 'and why')
})

await story('from the page of a concern to the ledger', async ({ url, open, check }) => {
  passed = 0
  const answer = await fetch(url('/api/v1/acts/concern.raise'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: '长桥新村22号的电梯用了三十年，天天停。', class: 'property', place: '长桥新村22号', phone: '13800000123' })
  })
  const c = (await answer.json()).result
  const shen = await sign(await open('shenrui'), url, 'shenrui')
  await shen.goto(url('/desk/concerns/' + c.file_no))
  await shen.locator('a[href$="/desk/hard/new?concern=' + c.file_no + '"]').click()
  check(await shen.inputValue('[name=concern]') === c.file_no, 'a button leads to the form, with the number in it')
  const chen = await sign(await open('chenhaiyan'), url, 'chenhaiyan')
  await chen.goto(url('/desk/concerns/' + c.file_no))
  check(await chen.locator('a[href*="/desk/hard/new"]').count() === 0, 'only for who keeps the ledger')
})
