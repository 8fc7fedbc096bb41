// SPDX-License-Identifier: Apache-2.0
// A month is over: what is called a second time is drawn so that anybody can repeat it, a reader does so in the own
// browser, and somebody else calls. And a secret answer about the manner: its slip, the box, the count.
import { act, answered, fill, office, raise } from './cycle-lib.mjs'
import { later, main, sign, story, submit } from './lib.mjs'

const DAY = 86400
let ahead = 0
const today = () => new Date(Date.now() + ahead * 1000 + 8 * 3600e3).toISOString().slice(0, 10)
async function pass (data, seconds) {
  ahead += seconds
  await later(data, seconds)
}
// To ten in the morning of a day, some days from the story's today.
async function morning (data, day) {
  await pass(data, Math.round((Date.parse(`${day}T10:00:00+08:00`) - Date.now()) / 1000) - ahead)
}
const plus = (day, n) => new Date(Date.parse(day + 'T00:00:00Z') + n * DAY * 1000).toISOString().slice(0, 10)
function nextMonth () {
  const [year, month] = today().split('-').map(Number)
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
}

async function until (page, address, words) {
  for (let i = 0; i < 60; i++) {
    await page.goto(address)
    if ((await main(page)).includes(words)) return true
    await page.waitForTimeout(500)
  }
  return false
}

await story('a draw is repeated by whoever reads it, and a slip finds its vote', async ctx => {
  const { open, phone, noscript, url, data, check, equal, axe, html, shot } = ctx
  const who = await office(ctx, 'chenhaiyan', 'hezhiyuan', 'peixin', 'qiuyue')
  const month = today().slice(0, 7)

  // A resident rates; what is said about the manner goes into the box, and the slip is told once.
  const c = await raise(url)
  await act(who.chenhaiyan, url, c.path + '/accept')
  await answered(who, url, c)
  await phone.goto(url(c.track + '/rate'))
  await fill(phone, { solved: 'yes', attitude: '4', result_sat: '1', sat: '1' })
  const slip = (await phone.locator('.slip').innerText()).trim()
  check(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/.test(slip), 'the slip is shown after the rating', slip)
  await axe(phone, 'the slip')
  await html(phone, 'the slip')
  await shot(phone, 'draw-slip')
  await phone.goto(url(c.track))
  check(!(await main(phone)).includes(slip), 'and never again')
  await phone.goto(url('/boxes/a-' + month))
  check((await main(phone)).includes('票箱还没有开'), 'the box of the month is shut')

  // The month is over: the box is opened, and a day later counted.
  await morning(data, nextMonth() + '-01')
  check(await until(phone, url('/boxes/a-' + month), '已开箱'), 'it is opened on the first')
  await morning(data, plus(today(), 2))
  check(await until(phone, url('/boxes/a-' + month), '已计票'), 'and counted a day later')
  await phone.fill('#slip', slip.toUpperCase())
  await phone.click('form[data-slip] button')
  await phone.waitForSelector('[data-out].good')
  const found = await phone.locator('[data-out]').innerText()
  check(/公开记录里，第 \d+ 号/.test(found) && found.includes('不满意'), 'the slip finds its vote and how it counts', found)
  await axe(phone, 'a counted box')
  await shot(phone, 'draw-box')
  await phone.fill('#slip', (slip[0] === 'a' ? 'b' : 'a') + slip.slice(1))
  await phone.click('form[data-slip] button')
  await phone.waitForSelector('[data-out].bad')
  check((await phone.locator('[data-out]').innerText()).includes('没有这张存根'), 'a slip with one letter changed is refused')
  await phone.goto(url('/boxes'))
  await axe(phone, 'all boxes')
  await html(phone, 'all boxes')

  // Who was logged in weeks ago logs in again.
  for (const name of ['peixin', 'qiuyue']) await sign(who[name], url, name)

  // The draw: announced with a lottery of a later day, seeded by somebody else, repeated by a stranger.
  const day = plus(today(), 4)
  await act(who.peixin, url, '/desk/draws/new', { month, outside: 'ssq-2026135', outside_day: plus(today(), 0) })
  check((await main(who.peixin)).includes('必须是以后的日子'), 'what may be known already is refused')
  await act(who.peixin, url, '/desk/draws/new', { month, outside: 'ssq-2026135', outside_day: day })
  const draw = `/desk/draws/d-${month}`
  equal(new URL(who.peixin.url()).pathname, draw, 'it is announced')
  await axe(who.peixin, 'an announced draw')
  await phone.goto(url(`/draws/d-${month}`))
  check(!(await main(phone)).includes('可能被组织者左右'), 'something from outside decides')
  await act(who.qiuyue, url, draw + '/seed', { value: '03,07,12,19,22,31+08' })
  check((await main(who.qiuyue)).includes('还没有开'), 'not before its day')
  await morning(data, day)
  for (const name of ['peixin', 'qiuyue']) await sign(who[name], url, name)
  for (let i = 0; i < 4; i++) await raise(url)
  await act(who.peixin, url, draw + '/seed', { value: '03,07,12,19,22,31+08' })
  check((await main(who.peixin)).includes('要由另一个人填'), 'not by the one who announced it')
  for (let i = 0; i < 20 && !who.qiuyue.url().includes('did=seeded'); i++) {
    await act(who.qiuyue, url, draw + '/seed', { value: '03,07,12,19,22,31+08' })
    await who.qiuyue.waitForTimeout(500) // the signer's next second
  }
  check(who.qiuyue.url().includes('did=seeded'), 'the record is signed beyond S and the seed is put in')
  await submit(who.qiuyue)
  check((await main(who.qiuyue)).includes('已经抽出'), 'it is drawn')
  await axe(who.qiuyue, 'a finished draw at the desk')
  await shot(who.qiuyue, 'draw-desk')

  await phone.goto(url(`/draws/d-${month}`))
  await phone.click('[data-repeat]')
  await phone.waitForSelector('[data-out].good')
  check((await phone.locator('[data-out]').innerText()).includes('全部和公布的相同'), 'the reader draws the same')
  await axe(phone, 'a draw in public')
  await html(phone, 'a draw in public')
  await shot(phone, 'draw-public')
  await phone.locator('[data-seed]').evaluate(e => { e.textContent = e.textContent.replace('+08', '+09') })
  await phone.click('[data-repeat]')
  await phone.waitForSelector('[data-out].bad')
  check((await phone.locator('[data-out]').innerText()).includes('对不上'), 'with another value it does not come out')
  await noscript.goto(url(`/draws/d-${month}`))
  const page = await noscript.content()
  check(page.includes('hashlib'), 'without script the lines stand there')
  check(!/138\d{8}|临河一村/.test(page), 'nothing about anybody')

  // The second call, by whoever did not make the first.
  let called = false
  for (const name of ['peixin', 'qiuyue']) {
    await who[name].goto(url('/desk/callbacks/rechecks'))
    await axe(who[name], `second calls of ${name}`)
    const link = who[name].locator('main tbody a, main .sits a').first()
    if (called || !(await link.count())) continue
    await link.click()
    await axe(who[name], 'a second call')
    await shot(who[name], 'draw-call')
    await fill(who[name], { result: 'reached', solved: 'yes', sat: '1' })
    called = who[name].url().includes('did=called')
  }
  check(called, 'somebody else calls')
})
