// SPDX-License-Identifier: Apache-2.0
// A month of receptions, from the roster to the last feedback: a week with a holiday is approved and published, two
// swap, the poster hangs, somebody books a seat and comes, and hears; so does the delegate who listened.
import { act, fill, office } from './cycle-lib.mjs'
import { later, main, phoneSize, press, sign, story, submit } from './lib.mjs'

const DAY = 86400e3
let ahead = 0
const now = () => Date.now() + ahead * 1000
const iso = ms => new Date(ms + 8 * 3600e3).toISOString().slice(0, 10)

async function goTo (data, day, time) {
  const s = Math.round((Date.parse(`${day}T${time}:00+08:00`) - now()) / 1000)
  ahead += s
  await later(data, s)
}

const isoWeek = day => {
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  return d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / DAY + 1) / 7)
}

// The first week ahead with a sitting that a holiday moved, and the number of that sitting.
async function holidayWeek (page, url) {
  for (let i = 2; i < 40; i++) {
    const week = isoWeek(iso(now() + i * 7 * DAY))
    if ((await page.goto(url('/desk/reception/' + week))).status() !== 200) continue
    const moved = page.locator('main tbody tr', { hasText: '放假，顺延到这一天' })
    if (await moved.count()) return { week, slot: (await moved.first().locator('a').first().textContent()).trim() }
  }
  throw new Error('no holiday in the drafts')
}

// Somebody of the list takes a slot; who is away or sits that day gives way to the next.
async function seatSomebody (page, url, slot, names) {
  for (const name of names) {
    await page.goto(url(`/desk/reception/sittings/${slot}/change`))
    if ((await main(page)).includes('，' + name)) return name
    const number = await page.locator('[name=receiver] option', { hasText: name }).first().getAttribute('value')
    await fill(page, { receiver: number, why: 'duty' })
    if ((await main(page)).includes('原来的安排仍然看得到')) return name
  }
  throw new Error('nobody can sit at ' + slot)
}

await story('a month of receptions', async tools => {
  const { url, open, check, equal, axe, shot, data, noscript } = tools
  ahead = 0
  const who = await office({ open: name => open(name, name === 'zhoumin' ? { viewport: phoneSize } : {}), url }, 'yuanye', 'zhoumin')
  const yuan = who.yuanye
  const { week, slot } = await holidayWeek(yuan, url)

  // the roster: a second person on a phone, then out
  await yuan.goto(url('/desk/reception/' + week))
  if ((await main(yuan)).includes('草稿')) await act(who.zhoumin, url, `/desk/reception/${week}/approve`)
  await yuan.goto(url('/desk/reception/' + week))
  if (!(await main(yuan)).includes('已公布')) await act(yuan, url, `/desk/reception/${week}/publish`)
  check((await main(yuan)).includes('已公布'), 'the week of a holiday is published', await main(yuan))

  // a swap between two who have no account
  await yuan.goto(url('/desk/reception/' + week))
  const others = (await yuan.locator('main tbody tr').evaluateAll(list => list.map(r => r.querySelector('a')?.textContent.trim()))).filter(n => n && n !== slot)
  let one; let two
  for (const other of others) {
    one = await seatSomebody(yuan, url, slot, ['许佳宁', '江月华', '严若川'])
    two = await seatSomebody(yuan, url, other, ['程立言', '贺兰亭', '吴启朗'])
    await yuan.goto(url(`/desk/reception/sittings/${slot}/swap`))
    await fill(yuan, { other, why: 'duty' })
    if ((await main(yuan)).includes('已提出')) break // refused where one of them sits that day anyway
    one = null
  }
  check(one, 'a swap is offered', await main(yuan))
  await yuan.goto(url('/desk/reception'))
  await press(yuan.locator('main tr', { hasText: one }).filter({ hasText: two }).locator('a[href*="/swaps/"]').last())
  await fill(yuan, { answer: 'yes' })
  await yuan.goto(url('/desk/reception/sittings/' + slot))
  check((await main(yuan)).includes(two), 'and accepted: the other one sits there now', await main(yuan))
  await yuan.goto(url(`/desk/reception/sittings/${slot}/change`))
  const day = await yuan.inputValue('[name=day]')

  // what residents read, with scripts off, and on the poster
  await noscript.goto(url('/reception/' + day))
  const told = await main(noscript)
  check(told.includes(two) && told.includes('放假，顺延到这一天') && told.includes(one), 'who sits, who sat before, and why it is this day', told)
  for (const size of ['', '&size=a3']) {
    await yuan.goto(url(`/reception.print?week=${week}${size}`))
    check((await yuan.locator('.poster').innerText()).includes(two), 'the poster' + size)
    await axe(yuan, 'the poster' + size)
    await yuan.emulateMedia({ media: 'print' })
    const pdf = (await yuan.pdf({ preferCSSPageSize: true })).toString('latin1')
    equal([...pdf.matchAll(/\/Type\s*\/Page\b/g)].length, 1, 'one sheet' + size)
    await shot(yuan, 'month-poster' + size.slice(6))
    await yuan.emulateMedia({ media: 'screen' })
  }

  // a seat
  await noscript.goto(url('/reception/' + day))
  await press(noscript.getByRole('link', { name: '预约座位' }).first())
  await noscript.locator('[name=turn]').first().check()
  await noscript.check('[name=people][value="2"]')
  await submit(noscript)
  check((await main(noscript)).includes('约好了'), 'a resident has a seat, with scripts off', await main(noscript))
  const seat = new URL(noscript.url()).pathname

  // the day itself: somebody writes it down on a phone
  await yuan.goto(url('/desk/reception')) // still signed in
  const time = /(\d+:\d\d)–(\d+:\d\d)/.exec(told)
  await goTo(data, day, time[1].padStart(5, '0'))
  const gu = await open('gu', { viewport: phoneSize })
  await sign(gu, url, 'guxiaolan')
  await gu.goto(url(`/desk/reception/sittings/${slot}/register`))
  await fill(gu, { body: '五号门门禁坏了半个月，晚上谁都能进来。', class: 'property', place: '临河一村5号', people: '2', phone: '13800000123', read_back: 'read' })
  const receipt = await main(gu)
  const code = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]/.exec(receipt)?.[0]
  check(code, 'who came has a receipt', receipt)
  const no = /\d{4}-\d{4,}/.exec(await gu.locator('a[href*="/desk/concerns/"]').first().getAttribute('href'))[0]
  await goTo(data, day, time[2].padStart(5, '0'))
  await later(data, 60); ahead += 60
  await sign(gu, url, 'guxiaolan')
  await act(gu, url, `/desk/reception/sittings/${slot}/close`, { visitors: '2' })
  check((await main(gu)).includes('已结束'), 'closed with the two who came', await main(gu))
  await noscript.goto(url(seat))
  check((await main(noscript)).length > 0 && (await noscript.locator('main form[method=post]').count()) === 0, 'the seat is over')

  // handled, answered; the resident reads it, the delegate hears of it
  const chen = await open('chen'); const he = await open('he'); const pei = await open('pei')
  await sign(chen, url, 'chenhaiyan')
  const path = '/desk/concerns/' + no
  await act(chen, url, path + '/accept')
  await act(chen, url, path + '/reply', { text: '您好，临河一村5号门禁主板烧坏，已换新并重新登记门卡。', outcome: 'solved', basis: '维修单' })
  await sign(he, url, 'hezhiyuan')
  await act(he, url, path + '/review')
  await noscript.goto(url('/track/' + code))
  check(/已答复|答复/.test(await main(noscript)), 'the resident has the answer', await main(noscript))
  await sign(yuan, url, 'yuanye')
  await yuan.goto(url('/desk/reception/receivers'))
  await press(yuan.getByRole('link', { name: two }))
  check((await main(yuan)).includes('待转达的反馈'), 'it waits to be handed over to the delegate', await main(yuan))
  await press(yuan.getByRole('link', { name: `登记已告知 ${no.split('-')[1]}号` }))
  await fill(yuan, { how: 'person' })
  check((await main(yuan)).includes('当面'), 'who was told in person', await main(yuan))
  await sign(pei, url, 'peixin')
  await act(pei, url, '/desk/callbacks/' + no, { result: 'reached', solved: 'yes', sat: '1' })
  await yuan.goto(url('/desk/reception/receivers'))
  await press(yuan.getByRole('link', { name: two }))
  check((await main(yuan)).includes('解决'), 'the last word is the resident\'s, and stands on the sheet', await main(yuan))

  // and counted, once the month is over
  const [y, m] = day.split('-').map(Number)
  await goTo(data, `${m === 12 ? y + 1 : y}-${String(m % 12 + 1).padStart(2, '0')}-02`, '10:00')
  const stranger = await open('stranger', { viewport: phoneSize })
  await stranger.goto(url('/reception/figures'))
  check((await main(stranger)).includes('接待'), 'the month is counted in public')
  await axe(stranger, 'the figures in public')
})
