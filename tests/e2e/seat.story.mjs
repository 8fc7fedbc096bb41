// SPDX-License-Identifier: Apache-2.0
// A seat at a reception: booked without a name and without scripts, taken by somebody else meanwhile, given back, and
// taken along when its reception is cancelled.
import { fill, office } from './cycle-lib.mjs'
import { desktopSize, main, phoneSize, press, story, submit, workday } from './lib.mjs'

const plain = { javaScriptEnabled: false }
const seatLinks = page => page.locator('main a[href$="/seat"][href*="/reception/"]')
const path = async link => new URL(await link.getAttribute('href'), link.page().url()).pathname
const codeOf = page => new URL(page.url()).pathname.split('/').pop()
const isoWeek = day => {
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  return d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400e3 + 1) / 7)
}

// The last sitting of the list that has at least two times left.
async function roomy (page, url) {
  await page.goto(url('/reception'))
  const found = page.locator('.book', { hasText: /还有 [2-9] 个时段/ }).locator('a').last()
  return path(found)
}

await story('a seat is booked without scripts', async ({ url, open, check, equal, html }) => {
  for (const [name, viewport] of [['phone', phoneSize], ['desktop', desktopSize]]) {
    const page = await open(name, { ...plain, viewport })
    const seat = await roomy(page, url)
    check((await main(page)).includes('不预约也可以直接来'), name + ': whoever comes without is told so')
    await page.goto(url(seat))
    await html(page, name + ': the form')
    await submit(page)
    check((await main(page)).includes('请选一个时段'), name + ': a time has to be chosen')
    await page.locator('[name=turn]').first().check()
    await page.check('[name=people][value="3"]')
    await page.check('[name=large_print]')
    await page.check('[name=dialect]')
    const time = (await page.locator('.turns label').first().innerText()).trim()
    await submit(page)
    const slip = await main(page)
    check(/\/seat\/[0-9A-Z]{6}$/.test(new URL(page.url()).pathname), name + ': it has a page of its own')
    check(slip.includes('约好了') && slip.includes(time) && slip.includes('3人') && slip.includes('讲上海话、大字材料'), name + ': the slip says all of it', slip)
    check(/[0-9A-Z]{3}-[0-9A-Z]{3}/.test(slip) && await page.locator('.receipt svg').count() >= 1, name + ': code and square code')
    check(/公布/.test(slip) && /谁接待/.test(slip), name + ': who sits, and since when it is known')
    await html(page, name + ': the seat')
    const code = codeOf(page)
    await page.goto(url('/seat'))
    await html(page, name + ': the field for the code')
    await page.fill('[name=code]', code.toLowerCase().slice(0, 3) + ' ' + code.slice(3))
    await press(page.locator('main form button'))
    equal(codeOf(page), code, name + ': found again, however it is typed')
    const wrong = (code[0] === 'A' ? 'B' : 'A') + code.slice(1)
    await page.goto(url('/seat/' + wrong))
    check((await main(page)).includes('没有找到这个预约码'), name + ': one wrong character opens nothing')
    await page.goto(url('/seat/' + code))
    await submit(page)
    check((await main(page)).includes('已经交回'), name + ': given back')
    equal(await page.locator('main form[method=post]').count(), 0, name + ': and no more to give back')
    await page.goto(url(seat))
    check((await page.locator('.turns').innerText()).includes(time), name + ': somebody else can have it')
  }
  const page = await open('nobody', plain)
  for (const p of ['/reception/2001-01-01/1400-1/seat', '/reception/tomorrow/1400-1/seat', '/reception/2026-10-14/14:00-1/seat', '/reception/2026-10-14/2500-1/seat']) {
    equal((await page.goto(url(p))).status(), 404, p + ' is no reception')
  }
})

await story('a time is taken meanwhile', async ({ url, open, check, equal }) => {
  const one = await open('one', { ...plain, viewport: phoneSize }); const two = await open('two', { ...plain, viewport: phoneSize })
  const seat = await roomy(one, url)
  for (const page of [one, two]) {
    await page.goto(url(seat))
    await page.locator('[name=turn]').first().check()
    await page.check('[name=people][value="4"]')
    await page.check('[name=sign]')
  }
  const turn = await one.locator('[name=turn]').first().getAttribute('value')
  await submit(one)
  check((await main(one)).includes('约好了'), 'the first one has it')
  await submit(two)
  check((await main(two)).includes('这个时段刚刚被别人约走了'), 'the second one is told', await main(two))
  equal(await two.locator(`[name=turn][value="${turn}"]`).count(), 0, 'sees what is still free')
  check(await two.isChecked('[name=people][value="4"]') && await two.isChecked('[name=sign]'), 'and lost nothing')
  await two.locator('[name=turn]').first().check()
  await submit(two)
  check((await main(two)).includes('约好了'), 'another time is theirs')
  // one browser does not take all
  const more = await roomy(one, url)
  for (let i = 0; i < 3; i++) {
    await one.goto(url(more))
    if (await one.locator('[name=turn]').count() === 0) break
    await one.locator('[name=turn]').first().check()
    await submit(one)
  }
  const told = await main(one)
  check(/已经约了这场接待的两个时段|都约满了/.test(told), 'a third time is refused', told)
})

await story('a seat goes along with its reception', async ({ url, open, check, axe, html }) => {
  const reader = await open('reader', { ...plain, viewport: phoneSize })
  const seat = await roomy(reader, url)
  await reader.goto(url(seat))
  await reader.locator('[name=turn]').first().check()
  await submit(reader)
  const code = codeOf(reader)
  const [, day, start] = seat.match(/reception\/([\d-]+)\/(\d{4})-(\d+)\/seat/)
  const who = await office({ open, url }, 'yuanye')
  const yuan = who.yuanye
  await yuan.goto(url('/desk/reception/' + isoWeek(day)))
  const rows = yuan.locator('main tbody tr', { hasText: `${+day.slice(5, 7)}月${+day.slice(8)}日` }).filter({ hasText: `${+start.slice(0, 2)}:${start.slice(2)}` })
  const slot = new URL(await rows.first().locator('a').first().getAttribute('href'), yuan.url()).pathname
  await yuan.goto(url(slot))
  check((await main(yuan)).includes('已约时段') && !(await main(yuan)).includes(code), 'whoever keeps the roster sees times, not codes')
  await axe(yuan, 'a sitting with booked seats')
  await html(yuan, 'a sitting with booked seats')
  let then = 24
  while ([3, 5].includes(new Date(workday(1, then)).getUTCDay())) then++
  await yuan.goto(url(slot + '/cancel'))
  await yuan.check('[name=whole]')
  await fill(yuan, { why: 'venue', day: workday(1, then) })
  check((await main(yuan)).includes('已取消'), 'cancelled', await main(yuan))
  await reader.goto(url('/seat/' + code))
  const told = await main(reader)
  const [, month, date] = workday(1, then).split('-')
  check(told.includes('您的座位跟着移了') && told.includes(`${+month}月${+date}日`) && told.includes('接待室不能用'), 'the page says where it went, and why', told)
  await html(reader, 'a seat that moved')
  await reader.goto(url(seat))
  check((await main(reader)).includes('这个时间不接待了'), 'where it was nobody books any more')
  check(await reader.locator('main form[method=post]').count() === 0, 'there is no form')
})

await story('seats are readable in every edition', async ({ url, open, check, equal, axe, shot }) => {
  const first = await open('first', { ...plain, viewport: phoneSize })
  const seat = await roomy(first, url)
  await first.goto(url(seat))
  await first.locator('[name=turn]').first().check()
  await submit(first)
  const code = codeOf(first)
  const editions = [['plain', null, {}], ['elder', 'view=elder', {}], ['contrast', 'contrast=high', {}], ['English', 'lang=en', {}], ['dark', null, { colorScheme: 'dark' }]]
  for (const [name, prefs, more] of editions) {
    const page = await open(name, { viewport: phoneSize, ...more })
    if (prefs) await page.goto(url(`/prefs?${prefs}&back=/`))
    for (const [what, p] of [['booking', seat], ['seat', '/seat/' + code], ['strip', `/seat/${code}?paper=strip`], ['code', '/seat?code=ABC123'], ['home', '/'], ['list', '/reception']]) {
      await page.goto(url(p))
      await axe(page, `${what}, ${name}`)
      check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}, ${name}: nothing runs out of the page`)
    }
    await page.goto(url(seat))
    await submit(page)
    await axe(page, 'a fault, ' + name)
    await shot(page, 'seat-' + name)
  }
  const elder = await open('old', { ...plain, viewport: phoneSize })
  await elder.goto(url('/prefs?view=elder&back=/'))
  equal(await elder.locator('details.ahead:not([open])').count(), 1, 'the elder form of the first page stays short')
  const usual = await open('usual', { ...plain, viewport: phoneSize })
  await usual.goto(url('/'))
  check(await usual.locator('.ahead-list li').count() >= 3, 'the usual one lists the four weeks')
  check(await usual.locator('.ahead-list .off').count() >= 1, 'with what is not held')
  check(await seatLinks(usual).count() >= 1, 'and leads to a seat')
  const print = await open('print', {})
  await print.goto(url('/seat/' + code))
  await print.emulateMedia({ media: 'print' })
  const sheets = async () => (await print.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g).length
  equal(await sheets(), 1, 'on one sheet of A4')
  await print.goto(url(`/seat/${code}?paper=strip`))
  equal(await sheets(), 1, 'on one strip')
  await print.goto(url('/seat/' + code))
  check(await print.locator('.receipt').isVisible() && !(await print.locator('main form').first().isVisible()), 'on paper there is the slip alone')
  for (let week = 0; week < 3; week++) {
    for (const size of ['', '&size=a3']) {
      const at = `/reception.print?week=${isoWeek(new Date(Date.now() + 8 * 3600e3 + week * 7 * 86400e3).toISOString().slice(0, 10))}${size}`
      await print.goto(url(at))
      equal(await sheets(), 1, at + ' is one sheet, with topics')
    }
  }
})
