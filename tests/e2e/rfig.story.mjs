// SPDX-License-Identifier: Apache-2.0
// long: figures, health and handbook in every edition; unit tests count the same
// Figures of sittings at the desk and in public, how the mechanisms fare, and the handbook on paper.
import { desktopSize, later, main, phoneSize, sign, story } from './lib.mjs'

const ids = ['planned', 'held', 'missed', 'cancelled', 'made-up', 'visitors', 'concerns', 'told', 'asked', 'swaps']
const isPrivate = ['swaps']
const rowsOf = text => text.replace('\ufeff', '').trim().split('\r\n').slice(1).map(line => JSON.parse(`[${line}]`))
const sheets = async page => ((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length

await story('figures of sittings', async ({ open, url, check, equal, axe, html, shot, noscript }) => {
  const desk = await open('desk', { viewport: desktopSize })
  await sign(desk, url, 'chenhaiyan')
  const state = await desk.context().storageState()
  await desk.goto(url('/desk/reception'))
  await desk.locator('main').getByRole('link', { name: '接待统计' }).click()
  equal(new URL(desk.url()).pathname, '/desk/reception/figures', 'from the page of receptions')
  await axe(desk, 'all figures')
  await html(desk, 'all figures')
  await shot(desk, 'rfig-desk')
  const links = await desk.locator('.rfig-defs dt a').evaluateAll(list => list.map(e => e.getAttribute('href').split('/').pop()))
  equal(links, ids, 'each figure leads to its definition')
  const months = await desk.locator('.rfig-table tbody tr').count()
  check(months >= 1 && months <= 12, 'full months, twelve at most', months)
  const cells = await desk.locator('.rfig-table tbody tr').first().locator('td').allInnerTexts()

  // The file holds the same two integers.
  const csv = await (await desk.context().request.get(url('/desk/reception/figures.csv'))).text()
  const rows = rowsOf(csv)
  equal(rows.length, months * ids.length, 'the file has each figure of each month')
  const newest = rows.slice(-ids.length)
  equal(newest.slice(0, 4).map(r => r[3]), cells.slice(0, 4), 'and says what the page says')
  const sum = id => rows.filter(r => r[1] === id).reduce((n, r) => n + Number(r[3]), 0)
  check(sum('held') + sum('missed') + sum('cancelled') <= sum('planned'), 'what was planned holds what became of it')
  const book = await desk.context().request.get(url('/desk/reception/figures.xlsx'))
  check(book.status() === 200 && (await book.body()).length > 4000, 'the workbook is there')
  check(await sheets(desk) <= 2, 'two sheets on paper at most')

  for (const id of ids) {
    const answer = await desk.goto(url('/desk/reception/figures/' + id))
    equal(answer.status(), 200, `${id}: its page`)
    check(/分子/.test(await main(desk)) && /怎样重算/.test(await main(desk)), `${id}: what it counts, and how it is counted again`)
    await html(desk, id)
  }
  await axe(desk, 'one figure')
  equal((await desk.goto(url('/desk/reception/figures/nothing'))).status(), 404, 'no such figure')

  // In public: full months, nothing by person, small counts withheld.
  await noscript.goto(url('/reception'))
  await noscript.getByRole('link', { name: '接待情况数据' }).click()
  const told = await main(noscript)
  check(/接待情况数据/.test(told) && /不按接待人公布/.test(told), 'residents find it from the roster')
  for (const name of ['周敏', '陈海燕', '袁野', '顾晓岚']) check(!told.includes(name), 'no name: ' + name)
  const open_csv = rowsOf(await (await fetch(url('/reception/figures.csv'))).text())
  equal([...new Set(open_csv.map(r => r[1]))], ids.filter(id => !isPrivate.includes(id)), 'the public figures')
  for (const r of open_csv) {
    if (['visitors', 'concerns', 'told'].includes(r[1])) check(r[3] === '<5' || r[3] === '0' || Number(r[3]) >= 5, `${r[0]} ${r[1]}: no small count of people`, r.join())
  }
  const running = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)
  check(open_csv.every(r => r[0] < running), 'the running month is not told')
  await html(noscript, 'the public page')

  for (const [edition, options, prefs] of [['phone', { viewport: phoneSize }], ['dark', { colorScheme: 'dark' }], ['elder', { viewport: phoneSize }, 'view=elder'],
    ['english', {}, 'lang=en'], ['narrow', { viewport: { width: 320, height: 640 } }]]) {
    const page = await open(edition, { ...options, storageState: state })
    if (prefs) await page.goto(url(`/prefs?${prefs}&back=/desk`))
    for (const path of ['/desk/reception/figures', '/desk/reception/figures/held', '/reception/figures', '/desk/reception/health', '/desk/reception/handbook']) {
      await page.goto(url(path))
      await axe(page, `${edition}, ${path}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition}, ${path}: nothing sticks out sideways`, `${wide} px`)
      await shot(page, `rfig-${edition}${path.replaceAll('/', '-')}`)
    }
  }
  const stranger = await open('stranger')
  for (const path of ['/desk/reception/figures', '/desk/reception/health', '/desk/reception/handbook']) {
    await stranger.goto(url(path))
    check(new URL(stranger.url()).pathname === '/login', path + ' is for staff', stranger.url())
  }
})

await story('how the mechanisms fare', async ({ open, url, data, check, equal, axe, html, shot }) => {
  const zhou = await sign(await open('zhou'), url, 'zhoumin')
  await zhou.goto(url('/desk/reception/health'))
  equal(await zhou.locator('.beats').count(), 2, 'two mechanisms')
  equal(await zhou.locator('.beats').first().locator('li').count(), 13, 'thirteen weeks')
  check((await zhou.locator('.beats li').allInnerTexts()).every(t => /\p{Script=Han}/u.test(t)), 'each square has its word')
  await axe(zhou, 'health')
  await html(zhou, 'health')
  await shot(zhou, 'rfig-health')
  check(await sheets(zhou) <= 2, 'two sheets on paper at most')

  // Three weeks without anybody: asleep, and the leader reads it on the board.
  await later(data, 21 * 86400)
  await sign(zhou, url, 'zhoumin')
  await zhou.goto(url('/lead'))
  const pulse = await zhou.locator('.pulse').innerText()
  check(/每周接待居民\s*自.*起停摆/.test(pulse), 'the board says since when', pulse)
  await axe(zhou, 'the board with a mechanism asleep')
  await zhou.locator('.pulse a').click()
  check(/自\d+月\d+日（周.）起停摆/.test(await main(zhou)), 'and so does its page')
  await axe(zhou, 'asleep')
  await shot(zhou, 'rfig-asleep')
})

await story('the handbook of receptions', async ({ open, url, check, equal, axe, html, shot }) => {
  const chen = await sign(await open('chen'), url, 'chenhaiyan')
  await chen.goto(url('/desk/reception'))
  await chen.locator('main').getByRole('link', { name: '接待手册' }).click()
  const text = await main(chen)
  for (const word of ['了解', '尊重', '关心', '依靠', '110', '119', '120', '零接待', '一次性告知', '首问责任人']) check(text.includes(word), 'it says ' + word)
  await axe(chen, 'the handbook')
  await html(chen, 'the handbook')
  await shot(chen, 'rfig-handbook')
  equal(await sheets(chen), 2, 'two sheets')
  for (const href of await chen.locator('.hand-ways a').evaluateAll(list => list.map(e => e.getAttribute('href')))) {
    equal((await chen.context().request.get(url(href))).status(), 200, href + ' is there')
  }
  await chen.goto(url('/desk/first'))
  check((await main(chen)).includes('一次性告知'), 'the same card as where it is asked for')
})
