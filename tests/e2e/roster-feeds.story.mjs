// SPDX-License-Identifier: Apache-2.0
// The feeds of the roster as programs of others read them: the calendar by two parsers, Atom by one, and what they
// make of it against what residents read on the page.
import ICAL from 'ical.js'
import { parseAtomFeed } from 'feedsmith'
import { convertIcsCalendar } from 'ts-ics'
import { fill } from './cycle-lib.mjs'
import { main, sign, story, workday } from './lib.mjs'

const shanghai = at => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(at)
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/
const isoWeek = day => { // the week of the Thursday
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  return d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400e3 + 1) / 7)
}
const text = async (url, path) => (await fetch(url(path))).text()

const byIcalJs = ics => new ICAL.Component(ICAL.parse(ics)).getAllSubcomponents('vevent').map(v => {
  const e = new ICAL.Event(v)
  return {
    uid: e.uid,
    start: shanghai(e.startDate.toJSDate()),
    end: shanghai(e.endDate.toJSDate()),
    status: v.getFirstPropertyValue('status'),
    sequence: e.sequence,
    location: e.location,
    description: e.description
  }
})
const byTsIcs = ics => convertIcsCalendar(undefined, ics).events.map(e => ({
  uid: e.uid,
  start: shanghai(e.start.date),
  end: shanghai(e.end.date),
  status: e.status,
  sequence: e.sequence ?? 0, // it leaves a nought out
  location: e.location,
  description: e.description
}))

// Day, time and whether it is held, of every sitting on the page of four weeks.
const onPage = page => page.locator('article.bill').evaluateAll(list => list.map(bill => ({
  href: bill.querySelector('h3 a').getAttribute('href').slice(-10),
  when: bill.querySelector('h3 a').textContent.trim(),
  names: [...bill.querySelectorAll('.seat b.name')].map(n => n.textContent),
  off: bill.querySelector('.off') !== null
})))

await story('the calendar is read by two parsers', async ({ url, noscript, check, equal }) => {
  const ics = await text(url, '/reception.ics')
  const one = byIcalJs(ics); const two = byTsIcs(ics)
  equal(one.length, ics.split('BEGIN:VEVENT').length - 1, 'the first one finds every entry')
  equal(two, one, 'the second one reads the same')
  check(/\r\n [^\r\n]*[\u4e00-\u9fff]/.test(ics), 'a line with Chinese is folded')
  check(one.every(e => !/[\r\n]/.test(e.location) && /[\u4e00-\u9fff]/.test(e.location) && !e.location.includes('\ufffd')), 'and whole again in the entry')
  await noscript.goto(url('/reception'))
  const page = await onPage(noscript)
  check(page.length > 0, 'the page has sittings')
  for (const p of page) {
    const [start, end] = p.when.split('–')
    const e = one.find(e => e.start === `${p.href} ${start.padStart(5, '0')}` && e.end === `${p.href} ${end.padStart(5, '0')}`)
    check(e, `${p.href} ${p.when} stands in the calendar at that time in Shanghai`, JSON.stringify(one))
    equal(e?.status, p.off ? 'CANCELLED' : 'CONFIRMED', `${p.href} ${p.when} is held or not`)
    check(p.names.every(n => e?.description.includes(n)), `${p.href} names who sits`)
  }
  const gone = one.filter(e => e.status === 'CANCELLED')
  check(gone.length > 0 && gone.every(e => /取消|改|没有接待/.test(e.description)), 'one of them is cancelled and says why', JSON.stringify(gone))
  check(one.some(e => e.description.includes(' · ')), 'topics stand beside the name')
})

await story('a change keeps the names of the entries', async ({ url, desktop, check, equal }) => {
  const before = { ics: byIcalJs(await text(url, '/reception.ics')), atom: parseAtomFeed(await text(url, '/reception.atom')) }
  await sign(desktop, url, 'yuanye')
  await desktop.goto(url('/reception'))
  const last = (await onPage(desktop)).filter(p => !p.off && p.names.length === 1).at(-1)
  await desktop.goto(url('/desk/reception/' + isoWeek(last.href)))
  const day = `${+last.href.slice(5, 7)}月${+last.href.slice(8)}日`
  const slot = await desktop.locator('main tbody tr', { hasText: day }).last().locator('a').first().getAttribute('href')
  await desktop.goto(url(slot + '/cancel'))
  let then = 24
  while ([3, 5].includes(new Date(workday(1, then)).getUTCDay())) then++
  await fill(desktop, { why: 'venue', day: workday(1, then) })
  check((await main(desktop)).includes('已取消'), 'a sitting is cancelled', await main(desktop))
  const ics = await text(url, '/reception.ics')
  const after = { ics: byIcalJs(ics), atom: parseAtomFeed(await text(url, '/reception.atom')) }
  equal(byTsIcs(ics), after.ics, 'both parsers read it again')
  const uids = list => list.map(e => e.uid)
  equal(uids(before.ics).filter(u => !uids(after.ics).includes(u)), [], 'no entry of the calendar lost its name')
  equal(after.ics.length, before.ics.length + 1, 'the day in its place is new')
  const gone = after.ics.filter(e => e.status === 'CANCELLED' && before.ics.find(b => b.uid === e.uid)?.status === 'CONFIRMED')
  equal(gone.length, 1, 'one of them is now CANCELLED')
  check(gone[0]?.sequence > before.ics.find(b => b.uid === gone[0].uid).sequence, 'with a higher SEQUENCE')

  const ids = feed => feed.entries.map(e => e.id)
  equal(ids(before.atom).filter(i => !ids(after.atom).includes(i)), [], 'no entry of the feed lost its name')
  const fresh = after.atom.entries.filter(e => !ids(before.atom).includes(e.id))
  equal(fresh.length, 1, 'the change is an entry of its own')
  check(/取消/.test(fresh[0]?.title?.value ?? fresh[0]?.title), 'and says what happened', JSON.stringify(fresh[0]))
  const moved = after.atom.entries.filter(e => before.atom.entries.find(b => b.id === e.id && b.updated !== e.updated))
  check(moved.length >= 1 && moved.every(e => /:roster:\d{6}$/.test(e.id) && e.updated === fresh[0].updated), 'and its week is as new as the change', JSON.stringify(moved.map(e => e.id)))
})

await story('the Atom feed is read by a parser', async ({ url, noscript, check, equal }) => {
  for (const [path, page] of [['/reception.atom', '/reception'], ['/hard.atom', '/hard']]) {
    const answer = await fetch(url(path))
    equal(answer.headers.get('content-type'), 'application/atom+xml; charset=utf-8', path + ' says what it is')
    const feed = parseAtomFeed(await answer.text())
    check(feed.id.startsWith('urn:xinqiao:') && feed.entries.length > 0, path + ' has entries')
    equal(new Set(feed.entries.map(e => e.id)).size, feed.entries.length, path + ': each has a name of its own')
    const moments = [feed.updated, ...feed.entries.flatMap(e => [e.updated, e.published].filter(Boolean))]
    check(moments.every(m => rfc3339.test(m) && !Number.isNaN(Date.parse(m))), path + ': moments are ISO', moments.join(' '))
    const order = feed.entries.map(e => Date.parse(e.updated))
    check(order.every((at, i) => i === 0 || at <= order[i - 1]), path + ': newest first')
    equal(feed.updated, feed.entries[0].updated, path + ' is as new as its newest entry')
    check(feed.entries.every(e => e.authors?.[0]?.name && e.links?.[0]?.href && e.summary), path + ': each has author, link and words')
    for (const e of feed.entries.slice(0, 3)) equal((await fetch(url(e.links[0].href))).status, 200, `${path}: ${e.links[0].href} is there`)
    await noscript.goto(url(page))
    equal(await noscript.locator('link[rel=alternate][type="application/atom+xml"]').getAttribute('href'), path, page + ' names its feed in its head')
    check(await noscript.locator(`main a[href="${path}"]`).count() === 1, page + ' links to it')
  }
  const weeks = parseAtomFeed(await text(url, '/reception.atom')).entries.filter(e => /:roster:\d{6}$/.test(e.id))
  check(weeks.length >= 3, 'every published week has an entry')
  await noscript.goto(url('/reception'))
  const names = (await onPage(noscript)).filter(p => !p.off).flatMap(p => p.names)
  check(names.every(n => weeks.some(e => (e.summary.value ?? e.summary).includes(n))), 'and says who sits', JSON.stringify(weeks.map(e => e.summary)))
})
