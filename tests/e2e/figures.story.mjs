// SPDX-License-Identifier: Apache-2.0
// long: the figures in the editions
// The figures of a month, at the desk and in public, in every edition: each with its definition and its
// two integers, the gap first; in public no small count.
import { desktopSize, phoneSize, story } from './lib.mjs'
import { scene } from './scene.mjs'

const colours = ['color-contrast', 'link-in-text-block']
const layout = ['target-size', 'scrollable-region-focusable']
const editions = {
  light: { viewport: desktopSize },
  phone: { viewport: phoneSize },
  dark: { colorScheme: 'dark', rules: colours },
  contrast: { prefs: 'contrast=high', rules: colours },
  elder: { viewport: phoneSize, prefs: 'view=elder', rules: layout },
  narrow: { viewport: { width: 320, height: 640 }, rules: layout },
  english: { prefs: 'lang=en' }
}

await story('the figures of a month', async tools => {
  const { open, url, axe, check, equal, html } = tools
  const office = await scene(tools)
  const reader = await open('reader')
  await reader.goto(url('/public'))
  const month = (await reader.locator('a[href*="/public/20"]').first().getAttribute('href')).split('/').pop()
  const pages = [['public', 'resident', `/public/${month}`], ['desk', 'hezhiyuan', `/desk/figures?month=${month}`], ['home', 'resident', '/'], ['index', 'resident', '/public']]
  for (const [edition, { prefs, rules, ...options }] of Object.entries(editions)) {
    for (const [what, who, path] of pages) {
      const page = await open(`${edition}-${what}`, { ...options, storageState: office.state[who] })
      if (prefs) await page.goto(url(`/prefs?${prefs}&back=/track`))
      await page.goto(url(path))
      await axe(page, `${edition}, ${what}`, rules)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition}, ${what}: nothing sticks out sideways`, `${wide} px`)
      if (edition === 'light') await html(page, what)
      await page.context().close()
    }
  }

  await reader.goto(url(`/public/${month}`))
  const items = await reader.locator('.figs > div').evaluateAll(list => list.map(e => ({
    name: e.querySelector('dt').textContent, value: e.querySelector('.v b').textContent, text: e.querySelector('.d').textContent })))
  const vague = items.filter(i => !i.name || !i.value || i.text.length <= 20 || !/不计入|没有不计入/.test(i.text))
  check(items.length >= 18, 'all figures of the month stand there', items.length)
  equal(vague, [], 'each figure says what it counts and what it leaves out')
  const small = await reader.locator('.figs .v b, .why b, .units td').evaluateAll(list => list.map(e => e.firstChild?.textContent.trim()).filter(t => /^[1-4]$/.test(t)))
  equal(small, [], 'in public no count from 1 to 4')
  for (const link of await reader.locator('.kpi a').all()) {
    const target = await link.getAttribute('href')
    check(await reader.locator(`[id="${target.slice(1)}"]`).count() === 1, `"how it is computed" leads to ${target}`)
  }

  // The table for spreadsheets says the same as the page; the desk's holds the integers themselves.
  const csv = await (await fetch(url(`/public/${month}.csv`))).text()
  const row = csv.split('\r\n').find(line => line.includes('"raised"'))
  check(row?.includes(`"${month}"`) && new RegExp(`,(${items[0].value.replace(',', '')}|<5),`).test(row), 'the CSV in public has what came in', row)
  equal((await fetch(url('/public/2019-01'))).status, 404, 'a month before the first count is not there')
  equal((await fetch(url('/public/2199-01'))).status, 404, 'nor one that has not begun')
  equal((await fetch(url('/public/nonsense'))).status, 404, 'nor what is no month')
  const desk = await open('desk', { storageState: office.state.hezhiyuan })
  await desk.goto(url(`/desk/figures?month=${month}`))
  check(/办结/.test(await desk.locator('.say').textContent()), 'the desk begins with what was closed and what is solved')
  const sum = await desk.locator('#f-terminated .why b').evaluateAll(list => list.reduce((n, e) => n + Number(e.textContent.replace(',', '')), 0))
  equal(sum, Number(await desk.locator('#f-terminated .v b').textContent()), 'the reasons add up to what ended without an answer')

  // On paper: no bars, nothing cut off at the width of A4 between its margins.
  const paper = await open('paper', { viewport: { width: 672, height: 950 } })
  await paper.emulateMedia({ media: 'print' })
  await paper.goto(url(`/public/${month}`))
  const seen = await paper.evaluate(() => ({
    bars: [...document.querySelectorAll('.tab, nav, .months')].filter(e => e.getClientRects().length).length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth
  }))
  check(seen.bars === 0 && seen.wide <= 0, 'print: no bars, nothing cut off', JSON.stringify(seen))
})
