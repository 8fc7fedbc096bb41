// SPDX-License-Identifier: Apache-2.0
// Pictures of every page in every edition, to be looked at beside the mock pages.
//
// use:  XQ_BUILD=build node tests/e2e/gallery.mjs [--only=REGEX] [--editions=phone,desktop,...] [--readme]
//
// They land in BUILD/gallery/EDITION/NAME.png, whole page; NAME.view.png is what the screen shows at
// once, since bars that stand still lie over the picture of a whole page. --readme makes the pictures of
// README.md in docs/pictures instead. The office's day is the day of the machine; a program that is
// started with another clock (XQ_BIN a script that sets libfaketime) gives another one.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { phoneSize, press, story, submit } from './lib.mjs'
import { raise, scene, words } from './scene.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = join(process.env.XQ_BUILD ?? join(root, 'build'), 'gallery')
const option = name => process.argv.find(a => a.startsWith(`--${name}=`))?.split('=')[1]
const only = new RegExp(option('only') ?? '')
const days = Number(option('days') ?? 2)

const editions = {
  phone: { viewport: phoneSize, isMobile: true, hasTouch: true },
  desktop: {},
  small: { viewport: { width: 320, height: 640 }, isMobile: true, main: true },
  elder: { viewport: phoneSize, isMobile: true, hasTouch: true, main: true, prefs: 'view=elder' },
  dark: { viewport: phoneSize, isMobile: true, hasTouch: true, colorScheme: 'dark', main: true },
  dusk: { colorScheme: 'dark', main: true },
  contrast: { viewport: phoneSize, isMobile: true, hasTouch: true, main: true, prefs: 'contrast=high' },
  sharp: { main: true, prefs: 'contrast=high' },
  print: { main: true, paper: true }
}
const wanted = (option('editions') ?? Object.keys(editions).join(',')).split(',')

// Steps of a form that only stand there after others.
const sayIt = async (page, url) => {
  await page.goto(url('/raise'))
  await page.fill('[name=body]', words)
  await page.check('[name=class][value=property]')
  await submit(page)
}
const whereIt = async (page, url) => {
  await sayIt(page, url)
  await page.fill('[name=place]', '枫桥路88弄3号')
  await page.fill('[name=phone]', '13812344521')
  await submit(page)
}

// [name, who, path or steps, is one of the main pages]
const pagesOf = office => [
  ['home', null, '/', true],
  ['home-remembered', 'resident', '/', true],
  ['raise-1', null, '/raise', true],
  ['raise-1-fault', null, async (page, url) => { await page.goto(url('/raise')); await submit(page) }],
  ['raise-2', null, sayIt, true],
  ['raise-2-fault', null, async (page, url) => { await sayIt(page, url); await page.fill('[name=phone]', '138000012'); await submit(page) }],
  ['raise-3', null, whereIt, true],
  ['raise-danger', null, async (page, url) => {
    await page.goto(url('/raise'))
    await page.fill('[name=body]', '楼下车棚着火了，烟很大，请快点派人来。')
    await submit(page)
  }],
  ['raise-done', null, async (page, url) => { await raise(page, url) }, true],
  ['raise-done-pin', null, async (page, url) => { await raise(page, url, { phone: null }) }],
  ['track', null, '/track', true],
  ['track-fault', null, '/track?code=7K3M-9TXW-4E6H-3'],
  ['track-signed', 'resident', `/track/${office.code.signed}`, true],
  ['track-locked', null, `/track/${office.code.answered}`],
  ['track-answered', null, async (page, url) => {
    await page.goto(url(`/track/${office.code.answered}`))
    await page.fill('[name=digits]', '0123')
    await press(page.locator('form[action$="/open"] button'))
  }, true],
  ['track-closed', null, `/track/${office.code.closed}`],
  ['track-ruling', null, `/track/${office.code.ruling}`],
  ['rate', null, `/track/${office.code.answered}/rate`, true],
  ['rated', 'resident', `/track/${office.code.ruling}/rate`],
  ['mine', 'resident', '/track/mine'],
  ['mine-empty', null, '/track/mine'],
  ['public', null, '/public'],
  ['public-list', null, '/public/concerns', true],
  ['public-list-2', null, async (page, url) => { await page.goto(url('/public/concerns')); await page.locator('.pager a').last().click() }],
  ['public-kind', null, '/public/concerns?class=parking'],
  ['public-one', null, async (page, url) => { await page.goto(url('/public/concerns')); await page.locator('main .pub-card h3 a').nth(8).click() }, true],
  ['help', null, '/help'],
  ['privacy', null, '/privacy'],
  ['accessibility', null, '/accessibility'],
  ['login', null, '/login', true],
  ['login-fault', null, async (page, url) => {
    await page.goto(url('/login'))
    await page.fill('[name=login]', 'chenhaiyan')
    await page.fill('[name=password]', 'something else')
    await submit(page)
  }],
  ['404', null, '/no-such-page', true],
  ['404-desk', 'chenhaiyan', '/desk/concerns/2026-9999999'],
  ['403', 'chenhaiyan', '/desk/people'],
  ['403-concern', 'chenhaiyan', async (page, url) => {
    for (let n = 1; n < 60; n++) {
      const answer = await page.goto(url(`/desk/concerns/${office.no.signed.slice(0, 5)}${String(n).padStart(4, '0')}`))
      if (answer.status() === 403) return
    }
  }],
  ['desk', 'chenhaiyan', '/desk', true],
  ['desk-leader', 'zhoumin', '/desk'],
  ['desk-head', 'hezhiyuan', '/desk'],
  ['desk-counter', 'guxiaolan', '/desk'],
  ['desk-caller', 'peixin', '/desk'],
  ['desk-empty', 'admin', '/desk'],
  ['intake', 'guxiaolan', '/desk/intake', true],
  ['intake-fault', 'guxiaolan', async (page, url) => { await page.goto(url('/desk/intake')); await submit(page) }],
  ['receipt', 'guxiaolan', async (page, url) => {
    await page.goto(url('/desk/intake'))
    await page.fill('[name=body]', words)
    await page.fill('[name=place]', '枫桥路88弄3号')
    await submit(page)
  }, true],
  ['list-mine', 'chenhaiyan', '/desk/concerns', true],
  ['list-unit', 'chenhaiyan', '/desk/concerns?show=unit'],
  ['list-open', 'zhoumin', '/desk/concerns?show=open', true],
  ['list-late', 'zhoumin', '/desk/concerns?show=late'],
  ['list-newest', 'zhoumin', '/desk/concerns?show=newest'],
  ['list-tracked', 'guxiaolan', '/desk/concerns?show=tracked'],
  ['list-empty', 'admin', '/desk/concerns'],
  ['search', 'zhoumin', '/desk/search?q=' + encodeURIComponent('楼道灯')],
  ['search-none', 'zhoumin', '/desk/search?q=' + encodeURIComponent('独角兽')],
  ['concern-signed', 'chenhaiyan', office.path('signed'), true],
  ['concern-signed-did', 'chenhaiyan', office.path('signed', '?did=contact')],
  ['concern-resident-view', 'chenhaiyan', office.path('signed', '?view=resident')],
  ['concern-offered', 'chenhaiyan', office.path('offered'), true],
  ['concern-draft', 'hezhiyuan', office.path('draft'), true],
  ['concern-answered', 'hezhiyuan', office.path('answered')],
  ['concern-ruling', 'shenrui', office.path('ruling')],
  ['concern-closed', 'hezhiyuan', office.path('closed'), true],
  ['concern-late', 'zhoumin', async (page, url) => {
    await page.goto(url('/desk/concerns?show=late'))
    await page.locator('main table tbody th a').first().click({ timeout: 3000 }).catch(() => {})
  }, true],
  ['accept', 'chenhaiyan', office.path('offered', '/accept')],
  ['decline', 'chenhaiyan', office.path('offered', '/decline')],
  ['contact', 'chenhaiyan', office.path('signed', '/contact')],
  ['hand-over', 'chenhaiyan', office.path('signed', '/hand-over')],
  ['hand-over-unit', 'chenhaiyan', office.path('signed', '/hand-over?unit=u08'), true],
  ['reply', 'chenhaiyan', office.path('signed', '/reply'), true],
  ['reply-fault', 'chenhaiyan', async (page, url) => { await page.goto(url(office.path('signed', '/reply'))); await submit(page) }],
  ['review', 'hezhiyuan', office.path('draft', '/review'), true],
  ['review-own', 'chenhaiyan', office.path('draft', '/review')],
  ['ruling', 'shenrui', office.path('ruling', '/ruling')],
  ['offers', 'chenhaiyan', '/desk/offers'],
  ['offers-empty', 'peixin', '/desk/offers'],
  ['review-list', 'hezhiyuan', '/desk/review'],
  ['rulings', 'shenrui', '/desk/rulings'],
  ['callbacks', 'peixin', '/desk/callbacks', true],
  ['callback', 'peixin', `/desk/callbacks/${office.no.answered}`, true],
  ['rules', 'zhoumin', '/desk/rules', true],
  ['rules-history', 'zhoumin', '/desk/rules/deadlines/help'],
  ['rules-limit', 'zhoumin', '/desk/rules/deadlines/set?key=help'],
  ['rules-limit-preview', 'zhoumin', async (page, url) => {
    await page.goto(url('/desk/rules/deadlines/set?key=help'))
    await page.fill('[name=limit]', '3个工作日')
    await page.fill('[name=from]', new Date(Date.now() + 9 * 86400e3).toISOString().slice(0, 10))
    await page.fill('[name=source]', '青街办〔2026〕12号')
    await submit(page)
  }, true],
  ['rules-duty', 'zhoumin', '/desk/rules/duty/set?key=noise'],
  ['rules-template', 'zhoumin', '/desk/rules/templates/set?key=lamp'],
  ['rules-who', 'zhoumin', '/desk/rules/who?class=noise&nature=help', true],
  ['rules-list', 'zhoumin', '/desk/rules/duty/import'],
  ['rules-calendar', 'admin', '/desk/rules/calendar'],
  ['reply-template', 'chenhaiyan', office.path('signed', '/reply?template=lamp')],
  ['people', 'admin', '/desk/people', true],
  ['person', 'admin', '/desk/people/chenhaiyan'],
  ['person-add', 'admin', '/desk/people/add'],
  ['person-grant', 'admin', '/desk/people/chenhaiyan/grant'],
  ['unit-add', 'admin', '/desk/people/units/add'],
  ['unit-head', 'admin', '/desk/people/units/u02/head'],
  ['post', 'admin', async (page, url) => { await page.goto(url('/desk/people')); await page.locator('a[href*="/posts/"]').first().click() }],
  ['roles', 'admin', '/desk/people/roles'],
  ['account', 'chenhaiyan', '/desk/account'],
  ['password', 'chenhaiyan', '/desk/account/password'],
  ['tokens', 'chenhaiyan', '/desk/account/tokens'],
  ['menu', 'zhoumin', '/desk/menu'],
  ['styles', 'zhoumin', '/desk/styles'],
  ['styles-desk', 'zhoumin', '/desk/styles?as=desk'],
  ['file', 'chenhaiyan', office.path('signed', '/file.print'), true],
  ['file-closed', 'hezhiyuan', office.path('closed', '/file.print'), true]
]

// Paper: the browser's own PDF, then one picture a sheet where pdftoppm is installed.
async function paper (page, file) {
  await page.pdf({ path: file + '.pdf', preferCSSPageSize: true, printBackground: false })
  spawnSync('pdftoppm', ['-r', '80', '-png', file + '.pdf', file])
}

async function picture (page, edition, name) {
  const file = join(folder, edition, name)
  await page.waitForLoadState('load')
  if (editions[edition].paper) return paper(page, file)
  await page.screenshot({ path: file + '.view.png', animations: 'disabled' })
  await page.screenshot({ path: file + '.png', fullPage: true, animations: 'disabled' })
}

async function takeAll (tools) {
  const { open, url } = tools
  const office = await scene(tools, { days })
  for (const edition of wanted) {
    const { main, prefs, paper, ...options } = editions[edition]
    mkdirSync(join(folder, edition), { recursive: true })
    const of = {}
    for (const [name, who, way, isMain] of pagesOf(office)) {
      if (!only.test(name) || (main && !isMain)) continue
      // Steps start without cookies, so that no form shows what another one left.
      const key = who ?? (typeof way === 'string' ? 'nobody' : name)
      if (!of[key]) {
        of[key] = await open(`${edition}-${key}`, { ...options, ...(who ? { storageState: office.state[who] } : {}) })
        if (prefs) await of[key].goto(url(`/prefs?${prefs}&back=/track`))
      }
      const page = of[key]
      try {
        if (typeof way === 'string') await page.goto(url(way)); else await way(page, url)
        await picture(page, edition, name)
      } catch (error) {
        tools.check(false, `${edition} ${name}`, error.message)
      }
    }
    for (const page of Object.values(of)) await page.context().close()
  }
}

// --- the pictures of README.md ---

async function takeReadme (tools) {
  const { open, url } = tools
  const office = await scene(tools, { days })
  const shots = join(root, 'docs/pictures')
  mkdirSync(shots, { recursive: true })
  const phone = await open('readme-phone', { viewport: phoneSize, isMobile: true, hasTouch: true, deviceScaleFactor: 2, storageState: office.state.resident })
  const desk = await open('readme-desk', { storageState: office.state.chenhaiyan })
  const plain = await open('readme-public')
  const take = async (page, path, name, options = {}) => {
    const file = join(shots, name + '.png')
    await page.goto(url(path))
    await page.waitForLoadState('load')
    await page.screenshot({ path: file, animations: 'disabled', ...options })
    spawnSync('pngquant', ['--force', '--skip-if-larger', '--quality=70-95', '--output', file, file])
    spawnSync('optipng', ['-quiet', '-o3', file])
  }
  const top = (width, height) => ({ clip: { x: 0, y: 0, width, height }, fullPage: true })
  await take(phone, '/', 'home-phone')
  await take(phone, `/track/${office.code.signed}`, 'track-phone')
  await take(desk, office.path('signed'), 'concern-desk', top(1440, 1040))
  await take(plain, '/public/concerns', 'public-list', top(1440, 1040))
}

if (!process.argv.includes('--readme') && !option('only') && existsSync(folder)) rmSync(folder, { recursive: true })
await story('gallery', process.argv.includes('--readme') ? takeReadme : takeAll)
