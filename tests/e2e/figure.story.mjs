// SPDX-License-Identifier: Apache-2.0
// Each figure has a page of its own: the same numbers as the month, twelve full months as a picture with its
// table, the units in the order of the catalogue, and a file that says exactly what the page shows.
import { desktopSize, phoneSize, sign, story } from './lib.mjs'

const codes = ['raised', 'repeat', 'closed', 'on_time', 'claimed', 'solved', 'satisfaction', 'result', 'attitude', 'unreached',
  'redone', 'promises', 'contacted', 'returned', 'extended', 'parked', 'redirected', 'merged', 'terminated', 'voided']
const text = locator => locator.evaluateAll(list => list.map(e => e.textContent.trim()))

await story('one figure by itself', async ({ open, url, check, equal, axe, html, shot }) => {
  const desk = await open('desk', { viewport: desktopSize })
  await sign(desk, url, 'hezhiyuan')
  const state = await desk.context().storageState()
  await desk.goto(url('/desk/figures'))
  await desk.locator('.months a[rel=prev]').click()
  const links = await desk.locator('.figs dt a').evaluateAll(list => list.map(e => e.getAttribute('href')))
  equal(links.map(l => l.split('/').pop().split('?')[0]).sort(), [...codes].sort(), 'each figure of the month leads to its page')
  const month = links[0].split('month=')[1]
  const shown = {}
  for (const code of codes) {
    const item = desk.locator(`#f-${code} .v`)
    shown[code] = { value: await item.locator('b').textContent(), base: await item.locator('small').first().textContent().catch(() => '') }
  }
  for (const code of codes) {
    const answer = await desk.goto(url(`/desk/figures/${code}?month=${month}`))
    equal(answer.status(), 200, `${code}: its page is there`)
    const last = desk.locator('.kpi > div').nth(1)
    equal(await last.locator('b').textContent(), shown[code].value, `${code}: the month says the same as the month's page`)
    const rows = await desk.locator('[aria-labelledby=o-months] tbody tr').count()
    check(rows >= 1 && rows <= 12, `${code}: its months have a table`, rows)
    check(await desk.locator('#o-how').count() === 1 && await desk.locator('#o-units').count() === 1, `${code}: how it is counted, and the units`)
    await html(desk, code)
  }
  await axe(desk, 'the last of them')

  // The file holds what the page shows.
  for (const code of ['closed', 'solved', 'terminated']) {
    await desk.goto(url(`/desk/figures/${code}`))
    const page = await text(desk.locator('[aria-labelledby=o-units] tbody th'))
    const file = await desk.evaluate(async href => (await fetch(href)).text(), await desk.locator('a[href*=".csv"]').getAttribute('href'))
    const rows = file.replace('﻿', '').trim().split('\r\n').map(line => JSON.parse(`[${line}]`))
    equal(rows.filter(r => r[0] === '单位').map(r => r[4]), page.slice(0, -1), `${code}: the units of the file are those of the page, in their order`)
    const months = await desk.locator('[aria-labelledby=o-months] tbody tr').count()
    equal(rows.filter(r => r[0] === '月份').length, months, `${code}: and its months`)
    const sum = rows.filter(r => r[0] === '月份').reduce((n, r) => n + Number(r[5]), 0)
    equal(sum, Number(rows[1][5]), `${code}: the months add up to the whole`)
  }
  const book = await desk.evaluate(async () => { const r = await fetch('/desk/figures/solved.xlsx'); return [r.status, (await r.arrayBuffer()).byteLength] })
  check(book[0] === 200 && book[1] > 4000, 'the workbook is there', book)

  // In words, for those who may not or mistype.
  equal((await desk.goto(url('/desk/figures/nothing'))).status(), 404, 'no such figure')
  check(/没有|找不到|不在/.test(await desk.locator('main').innerText()), 'which the page says', await desk.locator('main').innerText())
  equal((await desk.goto(url('/desk/figures/solved?month=2199-01'))).status(), 404, 'nor a month that has not begun')
  equal((await desk.goto(url('/desk/figures/solved?month=x'))).status(), 404, 'nor what is no month')
  equal((await desk.goto(url('/desk/figures/solved?month=2019-01'))).status(), 200, 'before the first count: an empty page')
  const stranger = await open('stranger')
  await stranger.goto(url('/desk/figures/solved'))
  check(!/95% 区间/.test(await stranger.locator('main').innerText()), 'nobody sees it without an account')

  for (const [edition, options, prefs] of [['phone', { viewport: phoneSize }], ['dark', { colorScheme: 'dark' }], ['elder', { viewport: phoneSize }, 'view=elder'], ['narrow', { viewport: { width: 320, height: 640 } }]]) {
    const page = await open(edition, { ...options, storageState: state })
    if (prefs) await page.goto(url(`/prefs?${prefs}&back=/desk`))
    for (const code of ['solved', 'terminated', 'returned']) {
      await page.goto(url(`/desk/figures/${code}`))
      await axe(page, `${edition}, ${code}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition}, ${code}: nothing sticks out sideways`, `${wide} px`)
      await shot(page, `figure-${code}-${edition}`)
    }
  }
})
