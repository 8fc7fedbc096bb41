// SPDX-License-Identifier: Apache-2.0
// A clerk's first hour by the tour: each step is reached by its button, and done when the concern says so.
import { act, fill, office } from './cycle-lib.mjs'
import { main, phoneSize, sign, story, submit } from './lib.mjs'

const steps = page => page.locator('.tour > li')
const done = page => page.locator('.tour > li.y').count()

// Opens the tour and goes where its next step leads.
async function next (page, url, no) {
  await page.goto(url('/desk/tour' + (no ? '?no=' + no : '')))
  await page.locator('.tour > li.now a.b').click()
  await page.waitForURL(there => !there.pathname.endsWith('/tour'))
}

await story("a clerk's first hour by the tour", async tools => {
  const { url, check, equal, axe, html, shot, open } = tools
  const who = await office(tools, 'guxiaolan', 'chenhaiyan', 'hezhiyuan', 'peixin')
  const gu = who.guxiaolan
  await gu.goto(url('/desk'))
  await gu.locator('nav a[href$="/desk/tour"]').first().click()
  equal(await steps(gu).count(), 8, 'eight steps')
  equal(await done(gu), 0, 'none of them is done before the work')
  await axe(gu, 'tour, begun')
  await html(gu, 'tour')
  await shot(gu, 'tour-begun')
  await next(gu, url)
  await fill(gu, { body: '青枫里3号的水表箱盖碎了，小孩会踩进去。', place: '青枫里3号', class: 'other' })
  const no = gu.url().match(/\d{4}-\d{4,}/)[0]
  await gu.goto(url('/desk/tour'))
  check((await main(gu)).includes(no.slice(5)), 'the tour follows what was taken down', await main(gu))
  await next(gu, url)
  await gu.goto(url(`/desk/concerns/${no}/hand-over?unit=u04`))
  await gu.selectOption('[name=why]', 'duty')
  await submit(gu)
  await gu.goto(url('/desk/tour'))
  equal(await done(gu), 2, 'taken down and handed over')
  await shot(gu, 'tour-under-way')
  const path = '/desk/concerns/' + no
  await next(who.chenhaiyan, url, no)
  check(who.chenhaiyan.url().includes('/desk/offers'), 'the unit finds it among its offers')
  await act(who.chenhaiyan, url, path + '/accept')
  await next(who.chenhaiyan, url, no)
  await fill(who.chenhaiyan, { text: '您好，水表箱盖已换成铸铁的，请楼组长看过。', outcome: 'solved', basis: '维修单' })
  await next(who.hezhiyuan, url, no)
  check(who.hezhiyuan.url().includes('/desk/review'), 'the second person finds it among the answers')
  await act(who.hezhiyuan, url, path + '/review')
  await next(who.peixin, url, no)
  await act(who.peixin, url, '/desk/callbacks/' + no, { result: 'reached', solved: 'yes', sat: '1' })
  await gu.goto(url('/desk/tour?no=' + no))
  equal(await done(gu), 6, 'all that is to be done is done')
  check((await main(gu)).includes('您走完了'), 'and the tour says so')
  await shot(gu, 'tour-done')
  const phone = await open('phone', { viewport: phoneSize, colorScheme: 'dark' })
  await sign(phone, url, 'guxiaolan')
  await phone.goto(url('/desk/tour?no=' + no))
  await axe(phone, 'tour on a dark phone')
  await shot(phone, 'tour-phone-dark')
})
