// SPDX-License-Identifier: Apache-2.0
// Receptions: from the pattern of the week to the published roster, and every change told beside what it changed.
import { act, fill, office } from './cycle-lib.mjs'
import { main, phoneSize, press, story, submit, workday } from './lib.mjs'

const isoWeek = day => { // as the program counts: the week of the Thursday
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  return d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400e3 + 1) / 7)
}
const day = n => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10)

await story('a roster is drafted, approved and published', async ({ url, open, check, equal, axe, html, shot }) => {
  const who = await office({ open: name => open(name, name === 'zhoumin' ? { viewport: phoneSize } : {}), url },
    'yuanye', 'zhoumin', 'chenhaiyan')
  const yuan = who.yuanye; const zhou = who.zhoumin
  for (const path of ['', '/pattern', '/receivers', '/venues', '/draft', '/venues/new', '/receivers/new', '/receivers/4/away', '/pattern/1/set']) {
    await yuan.goto(url('/desk/reception' + path))
    await axe(yuan, 'the page ' + path)
    await html(yuan, 'the page ' + path)
  }
  await yuan.goto(url('/desk/reception/venues/new'))
  await yuan.fill('[name=hours]', '')
  await submit(yuan)
  check(await yuan.locator('.fault').count() >= 4, 'all faults at once')
  await act(yuan, url, '/desk/reception/pattern/new', { weekday: '6', start: '9:00', end: '11:00', venue: '1', places: '1' })
  check(/周六、周日只排错时接待/.test(await main(yuan)), 'a slot on a day of rest is refused')
  check(/请至少勾选一种/.test(await main(yuan)), 'and says who may sit')

  // a week that only lies in draft
  const week = isoWeek(day(42))
  const path = '/desk/reception/' + week
  await yuan.goto(url(path))
  check((await main(yuan)).includes('草稿'), 'six weeks ahead it is a draft')
  await axe(yuan, 'a draft')
  equal((await yuan.goto(url(path + '/approve'))).status(), 403, 'who drafts does not approve')
  await act(yuan, url, path + '/publish')
  check((await main(yuan)).includes('还没有另一个人审过'), 'nothing is published that nobody approved')
  await zhou.goto(url(path))
  await axe(zhou, 'a draft, on a phone')
  await act(zhou, url, path + '/approve')
  check((await main(zhou)).includes('已审核'), 'a second person has read it')
  const stranger = await open('stranger', { viewport: phoneSize })
  await stranger.goto(url('/reception'))
  const before = await main(stranger)
  await act(yuan, url, path + '/publish')
  check((await main(yuan)).includes('第 1 版'), 'published, version 1')
  await html(yuan, 'a published week')
  await shot(yuan, 'reception-week')
  equal((await who.chenhaiyan.goto(url('/desk/reception/draft'))).status(), 403, 'others do not draft')
  await who.chenhaiyan.goto(url(path))
  check((await main(who.chenhaiyan)).includes('已公布'), 'but everybody reads it')
  check(before.includes('公布'), 'residents read by when a roster comes')
})

await story('every change of a published roster is told', async ({ url, open, check, equal, axe, html, shot, noscript }) => {
  const who = await office({ open, url }, 'yuanye')
  const yuan = who.yuanye
  // a swap waits for an answer
  await yuan.goto(url('/desk/reception'))
  const offer = yuan.locator('main a[href*="/swaps/"]').first()
  await press(offer)
  await axe(yuan, 'the answer to a swap')
  await yuan.check('[name=answer][value=yes]')
  await submit(yuan)
  check((await main(yuan)).includes('已答复') || (await main(yuan)).includes('已经不能换'), 'answered')

  await yuan.goto(url('/desk/reception/' + isoWeek(day(14))))
  const named = await main(yuan) // of this week
  const slot = new URL(await yuan.locator('main tbody a').first().getAttribute('href'), yuan.url()).pathname
  await yuan.goto(url(slot))
  await axe(yuan, 'one sitting')
  await html(yuan, 'one sitting')
  await yuan.goto(url(slot + '/change'))
  const old = (await main(yuan)).match(/服务(?:中心|站)，(\S+)/)[1]
  await axe(yuan, 'the form of a change')
  const free = await yuan.locator('[name=receiver] option').evaluateAll(list => list.filter(o => o.value).map(o => [o.value, o.textContent.trim().split(' ')[0]]))
  const [number, name] = free.find(o => !named.includes(o[1]))
  await fill(yuan, { receiver: number })
  check((await main(yuan)).includes('请写明为什么改'), 'not without a reason')
  await fill(yuan, { why: 'absent' })
  check((await main(yuan)).includes('原来的安排仍然看得到'), 'changed', await main(yuan))
  await noscript.goto(url('/reception'))
  const list = await main(noscript)
  check(list.includes(old) && list.includes(`改：当天不能到场。改由${name}接待`), 'residents read what stood there, when and why', list)
  check(await noscript.locator('.bill del').count() > 0, 'struck, beside the new')
  const daily = new URL(await noscript.locator('.bill:has(del) h3 a').last().getAttribute('href'), noscript.url()).pathname
  await noscript.goto(url(daily))
  check(/公布/.test(await main(noscript)) && /怎么走/.test(await main(noscript)), 'one day: since when it is known, and how to get there')

  await yuan.goto(url(slot + '/cancel'))
  await axe(yuan, 'the form of a cancellation')
  await yuan.check('[name=whole]')
  await fill(yuan, { why: 'venue', day: day(1) })
  check(/提前三天公布|休息/.test(await main(yuan)), 'the day in its place comes three days ahead')
  let then = 20 // neither Wednesday nor Friday, on which others sit
  while ([3, 5].includes(new Date(workday(1, then)).getUTCDay())) then++
  await fill(yuan, { why: 'venue', day: workday(1, then) })
  check((await main(yuan)).includes('已取消'), 'cancelled', await main(yuan))
  const ics = await (await fetch(url('/reception.ics'))).text()
  check(/STATUS:CANCELLED/.test(ics), 'the calendar says so too')
  await noscript.goto(url('/reception'))
  check(/取消：接待室不能用。补在/.test(await main(noscript)), 'and made up for on a day that is told')

  await noscript.goto(url('/reception/' + workday(1, then)))
  const today = day(0).split('-')
  check((await main(noscript)).includes(`${+today[1]}月${+today[2]}日`), 'which is known since today', await main(noscript))

  await shot(yuan, 'reception-desk')
})

await story('residents find who receives them', async ({ url, open, phone, desktop, check, equal, axe, html, shot }) => {
  await phone.goto(url('/'))
  check(/最近一次接待|今天有接待/.test(await main(phone)), 'on the first page')
  await axe(phone, 'the first page')
  await phone.getByRole('link', { name: '四周排班' }).click()
  check((await main(phone)).includes('本周'), 'four weeks')
  await axe(phone, 'four weeks, on a phone')
  await html(phone, 'four weeks')
  await shot(phone, 'reception-phone')
  await desktop.goto(url('/reception'))
  await axe(desktop, 'four weeks, on a desktop')
  for (const path of ['/venue/1', '/venue/2', '/reception.print', '/reception.print?size=a3']) {
    await desktop.goto(url(path))
    await axe(desktop, path)
    await html(desktop, path)
  }
  check(await desktop.locator('.poster .qr svg').count() === 1, 'the poster has its square code')
  equal((await desktop.goto(url('/venue/9'))).status(), 404, 'no such venue')
  equal((await desktop.goto(url('/reception/2001-01-01'))).status(), 404, 'no reception on that day')
  equal((await desktop.goto(url('/reception/tomorrow'))).status(), 404, 'no such day')
  const ics = await (await fetch(url('/reception.ics'))).text()
  check(ics.startsWith('BEGIN:VCALENDAR\r\n') && ics.endsWith('END:VCALENDAR\r\n'), 'the calendar')
  equal(ics.split('BEGIN:VEVENT').length, ics.split('END:VEVENT').length, 'each entry is whole')
  check(ics.split('\r\n').every(line => Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line)), 'no line is longer than 75 bytes')
  const uids = ics.match(/^UID:.*$/gm)
  equal(new Set(uids).size, uids.length, 'each sitting has its own name')
  for (const edition of ['view=elder', 'contrast=high', 'lang=en']) {
    const reader = await open('reader ' + edition, { viewport: phoneSize })
    await reader.goto(url(`/prefs?${edition}&back=/reception`))
    await axe(reader, 'four weeks, ' + edition)
  }
  const dark = await open('dark', { viewport: phoneSize, colorScheme: 'dark' })
  await dark.goto(url('/reception'))
  await axe(dark, 'four weeks, dark')
})
