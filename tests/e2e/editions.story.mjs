// SPDX-License-Identifier: Apache-2.0
// long: every page once more in each edition
// Pages that only stand there when something has happened, in the editions: receipt, opened track page,
// one concern in several states, the acts on it, call-back, people, the file on paper.
import { phoneSize, press, story, submit } from './lib.mjs'
import { scene } from './scene.mjs'

// The editions show the same HTML: dark and contrast are asked about colours only, large and narrow
// about what depends on the layout.
const colours = ['color-contrast', 'link-in-text-block']
const layout = ['target-size', 'scrollable-region-focusable']
const editions = {
  light: {},
  dark: { colorScheme: 'dark', rules: colours },
  contrast: { prefs: 'contrast=high', rules: colours },
  elder: { viewport: phoneSize, prefs: 'view=elder', rules: layout },
  narrow: { viewport: { width: 320, height: 640 }, rules: layout }
}

const answered = async (page, url, office) => {
  await page.goto(url('/track/' + office.code.answered))
  if (!(await page.locator('[name=digits]').count())) return
  await page.fill('[name=digits]', '0123')
  await press(page.locator('form[action$="/open"] button'))
}

// [what, who, path or steps]
const pages = [
  ['receipt', 'resident', office => `/raise/done/${office.code.signed}`],
  ['track, opened', 'resident', office => `/track/${office.code.signed}`],
  ['track, answered', 'resident', answered],
  ['track, closed', 'resident', office => `/track/${office.code.closed}`],
  ['rate', 'resident', office => `/track/${office.code.answered}/rate`],
  ['home with a remembered concern', 'resident', () => '/'],
  ['not found', 'resident', () => '/no-such-page'],
  ['intake with faults', 'chenhaiyan', async (page, url) => { await page.goto(url('/desk/intake')); await submit(page) }],
  ['receipt at the desk', 'guxiaolan', office => office.path('signed', '/receipt')],
  ['a concern in work', 'chenhaiyan', office => office.path('signed')],
  ['a concern on offer', 'chenhaiyan', office => office.path('offered')],
  ['a concern with a draft', 'hezhiyuan', office => office.path('draft')],
  ['a closed concern', 'hezhiyuan', office => office.path('closed')],
  ['hand-over', 'chenhaiyan', office => office.path('signed', '/hand-over?unit=u08')],
  ['reply', 'chenhaiyan', office => office.path('signed', '/reply')],
  ['review', 'hezhiyuan', office => office.path('draft', '/review')],
  ['ruling', 'shenrui', office => office.path('ruling', '/ruling')],
  ['call-back', 'peixin', office => `/desk/callbacks/${office.no.answered}`],
  ['the reason for a look', 'chenhaiyan', office => office.path('signed', '/unmask')],
  ['asked first', 'guxiaolan', () => '/desk/first'],
  ['pointed to another body', 'guxiaolan', () => '/desk/redirects'],
  ['a post handed over', 'admin', () => '/desk/people/chenhaiyan/succeed'],
  ['people', 'admin', () => '/desk/people'],
  ['one person', 'admin', () => '/desk/people/chenhaiyan'],
  ['a new unit', 'admin', () => '/desk/people/units/add'],
  ['the file on paper', 'hezhiyuan', office => office.path('closed', '/file.print')]
]
// Light is checked whole, the other editions on the pages that are built differently.
const inAll = /receipt|answered|home|not found|closed concern|in work|reply|review|call-back|people|paper/

await story('pages of a running office', async tools => {
  const { open, url, axe, check, html } = tools
  const office = await scene(tools)
  for (const [edition, { prefs, rules, ...options }] of Object.entries(editions)) {
    const of = {}
    for (const [what, who, way] of pages) {
      if (edition !== 'light' && !inAll.test(what)) continue
      if (!of[who]) {
        of[who] = await open(`${edition}-${who}`, { ...options, storageState: office.state[who] })
        if (prefs) await of[who].goto(url(`/prefs?${prefs}&back=/track`))
      }
      const page = of[who]
      const path = way.length < 2 ? way(office) : null
      if (path) await page.goto(url(path)); else await way(page, url, office)
      await axe(page, `${edition}, ${what}`, rules)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition}, ${what}: nothing sticks out sideways`, `${wide} px`)
      if (edition === 'light' && path) await html(page, what)
    }
    for (const page of Object.values(of)) await page.context().close()
  }

  // On paper: no navigation, nothing cut off at the width of A4 between its margins.
  const paper = await open('paper', { storageState: office.state.hezhiyuan, viewport: { width: 672, height: 950 } })
  await paper.emulateMedia({ media: 'print' })
  for (const path of [office.path('closed', '/file.print'), office.path('closed'), '/desk/concerns?show=unit']) {
    await paper.goto(url(path))
    const seen = await paper.evaluate(() => ({
      bars: [...document.querySelectorAll('.side, .topb, .foot, .tab, nav')].filter(e => e.getClientRects().length).length,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth
    }))
    check(seen.bars === 0 && seen.wide <= 0, `print ${path.split('/').pop()}: no bars, nothing cut off`, JSON.stringify(seen))
  }

  // The answer is there to be read, by the resident and at the desk (a style once hid it).
  const phone = await open('reader', { viewport: phoneSize, storageState: office.state.resident })
  await answered(phone, url, office)
  check(await phone.locator('.reply').isVisible(), 'the resident sees the answer')
  const desk = await open('reader-desk', { storageState: office.state.hezhiyuan })
  await desk.goto(url(office.path('closed')))
  check(await desk.locator('.reply').isVisible(), 'the desk sees the answer')
})
