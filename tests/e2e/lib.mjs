// SPDX-License-Identifier: Apache-2.0
// What every story needs: a demo office of its own, a server on a free port, Chromium, axe, pictures.
//
//   import { story } from './lib.mjs'
//   await story('the home page is clean', async ({ phone, url, check, axe }) => { ... })
//
// A story gets
//   phone, desktop, noscript  a page each, made before it if its text names them (noscript: JavaScript is off)
//   open(name, options)       another context: { javaScriptEnabled, colorScheme, viewport, ... }
//   url(path), api(name, fields, token)
//   check(condition, what)    one PASS or FAIL line
//   equal(got, wanted, what)
//   axe(page, what, rules)    0 violations of WCAG 2.2 A/AA and the best-practice rules; or of these rules
//   html(page, what)          the page as the server sent it is valid HTML
//   shot(page, name)          build/shots/NAME.png, with XQ_SHOTS=1
//   accounts                  what "init --demo" printed
//   data, server              the folder and the process, for stories that stop and start it
//
// At the end of a story three things are checked by themselves: no page logged an error, nothing was
// blocked by the content security policy, and no request left for another host.

import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const root = process.env.XQ_ROOT ?? dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const build = process.env.XQ_BUILD ?? join(root, 'build')
const program = process.env.XQ_BIN ?? join(build, 'xinqiao')
const shots = join(build, 'shots')
const slow = Number(process.env.XQ_SLOW ?? 1) // each wait may last so many times as long, where much is slower

export const phoneSize = { width: 390, height: 844 }
export const desktopSize = { width: 1440, height: 900 }

const chromiumOptions = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--lang=zh-CN'
]

let failures = 0
let checks = 0

export function say (ok, what, detail) {
  checks++
  if (!ok) failures++
  console.log(`${ok ? 'PASS' : 'FAIL'} ${what}`)
  if (!ok && detail) console.log(String(detail).split('\n').map(line => '    ' + line).join('\n'))
  return ok
}

// --- the office and its server ---

function demoOffice () {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-story-'))
  const data = join(folder, 'data')
  const made = process.env.XQ_DEMO
  let accounts = ''
  if (made && existsSync(made)) {
    cpSync(made, data, { recursive: true })
    const told = join(build, 'e2e-accounts.txt')
    if (existsSync(told)) accounts = readFileSync(told, 'utf8')
  } else {
    const init = spawnSync(program, ['init', '--data', data, '--demo'], { encoding: 'utf8' })
    if (init.status !== 0) throw new Error('init --demo failed: ' + init.stdout + init.stderr)
    accounts = init.stdout
  }
  return { folder, data, accounts }
}

// serve: start the server on a free port; resolves when it says that it listens.
export function serve (data, more = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...more],
      { stdio: ['ignore', 'pipe', 'pipe'] })
    let heard = ''
    const late = setTimeout(() => { child.kill('SIGKILL'); reject(new Error(`no address after ${30 * slow} s:\n` + heard)) }, 30000 * slow)
    const listen = chunk => {
      heard = (heard + chunk).slice(-20000)
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(heard)
      if (found) {
        clearTimeout(late)
        resolve({
          child,
          base: found[1],
          log: () => heard,
          stop: (signal = 'SIGTERM') => new Promise(resolve => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode)
            const late = setTimeout(() => child.kill('SIGKILL'), 10000 * slow)
            child.once('exit', code => { clearTimeout(late); resolve(code) })
            child.kill(signal)
          })
        })
      }
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', code => { clearTimeout(late); reject(new Error(`serve ended with ${code}:\n${heard}`)) })
  })
}

// --- the browser ---

// The shell is Chromium without the browser's own windows, which are pages too and cost half of the time.
const chromiumPath = process.env.XQ_CHROMIUM ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync)

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function openContext (browser, base, trouble, options = {}) {
  const context = await browser.newContext({
    baseURL: base(), viewport: desktopSize, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...options
  })
  context.setDefaultTimeout(10000 * slow)
  await context.route(address => address.origin !== base() && /^https?:/.test(address.protocol), route => {
    trouble.push('a request left for ' + route.request().url())
    return route.abort()
  })
  // Before the page's own scripts and outside of its content security policy.
  if (options.javaScriptEnabled !== false) await context.addInitScript({ content: axeSource })
  context.on('page', page => {
    page.on('pageerror', error => trouble.push(`${page.url()}: ${error.message}`))
    page.on('console', message => {
      // The status of a page is checked by the story; Chromium also logs 4xx answers as errors.
      // A page on a disk asks for a network that is not there, and says so itself.
      const unheard = page.url().startsWith('file:') ? /^Failed to load resource: net::ERR_/ : /^Failed to load resource: .*status of 4\d\d/
      if (message.type() === 'error' && !unheard.test(message.text())) {
        trouble.push(`${page.url()}: ${message.text()}`)
      }
    })
  })
  return context
}

export async function axeViolations (page, rules) {
  await page.waitForLoadState('load') // a click does not wait for the style of the page it leads to
  const found = await page.evaluate(async runOnly => {
    const result = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] })
    return result.violations.map(v => ({
      id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.target.join(' ') + ' :: ' + (n.failureSummary ?? '').replace(/\s+/g, ' ')) }))
  }, rules ? { type: 'rule', values: rules } : { type: 'tag', values: axeTags })
  return found
}

let validator
async function htmlFaults (text) {
  if (!validator) {
    const { HtmlValidate, StaticConfigLoader } = await import('html-validate')
    validator = new HtmlValidate(new StaticConfigLoader({
      extends: ['html-validate:standard'],
      rules: {
        'no-trailing-whitespace': 'off', // a matter of taste in what a template gives
        'void-style': 'off', // <br> and <br/> mean the same in HTML
        'long-title': 'off', // "page · 心桥 · office" is asked for; the rule counts Latin letters
        'no-inline-style': 'error',
        'require-sri': 'off', // everything comes from the same place
        'doctype-style': 'off'
      }
    }))
  }
  const report = await validator.validateString(text)
  return report.results.flatMap(result => result.messages)
    .filter(message => message.severity === 2)
    .map(message => `${message.line}:${message.column} ${message.ruleId}: ${message.message}`)
}

// --- what people do ---

export const password = 'Qingfeng-2026' // of everybody in the demo office
export const main = page => page.locator('main').innerText()

// A button of a form, until the page that it leads to is there: a click alone may return before that.
export async function press (button) {
  await Promise.all([button.page().waitForNavigation({ waitUntil: 'domcontentloaded' }), button.click()])
}

export const submit = page => press(page.locator('main form[method=post] button').first())

export async function sign (page, url, who) {
  await page.goto(url('/login'))
  await page.fill('[name=login]', who)
  await page.fill('[name=password]', password)
  await submit(page)
  return page
}

// Moves the server's clock on and lets the jobs run; answered when they have. Where several processes may serve a
// folder, the number of each is part of the socket's name.
export function later (data, seconds) {
  return new Promise((resolve, reject) => {
    const socket = readdirSync(data).find(name => /^sock(\.\d+)?$/.test(name))
    const s = connect(join(data, socket), () => s.write(`{"clock":${seconds}}\n`))
    s.on('data', () => { s.end(); resolve() })
    s.on('error', reject)
  })
}

// Until what waits to be sent was looked through after now: two rounds, the first may have begun before.
export async function sent (url) {
  const rounds = async () => Number((await (await fetch(url('/metrics'))).text()).match(/^xinqiao_outbox_rounds_total (\d+)$/m)[1])
  for (const first = await rounds(); await rounds() < first + 2;);
}

// The n-th working day after so many days from now, as the program itself counts it.
export function workday (n, days = 0) {
  const from = new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 16)
  const told = spawnSync(program, ['deadline', '--from', from, '--limit', `${n}wd`, '--json'], { encoding: 'utf8' })
  return JSON.stringify(JSON.parse(told.stdout)).match(/"effective":"?(\d{4}-\d{2}-\d{2})/)[1]
}

// --- stories ---

const usualPages = {
  phone: { viewport: phoneSize, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: {},
  noscript: { viewport: phoneSize, javaScriptEnabled: false }
}

export async function story (name, play) {
  let office, server, browser
  const trouble = []
  const pages = {}
  const contexts = []
  try {
    const { chromium } = await import('playwright-core')
    office = demoOffice()
    server = await serve(office.data, ['--test-clock'])
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumOptions })
    const base = () => server.base
    const open = async (key, options = {}) => {
      const context = await openContext(browser, base, trouble, options)
      contexts.push(context)
      return (pages[key] = await context.newPage())
    }
    const tools = {
      open,
      accounts: office.accounts,
      data: office.data,
      get server () { return server },
      restart: async () => { await server.stop(); server = await serve(office.data, ['--test-clock']); return server },
      trouble,
      url: path => base() + path,
      check: (ok, what, detail) => say(Boolean(ok), `${name}: ${what}`, detail),
      equal: (got, wanted, what) => say(Object.is(got, wanted) || JSON.stringify(got) === JSON.stringify(wanted), `${name}: ${what}`,
        `wanted ${JSON.stringify(wanted)}\ngot    ${JSON.stringify(got)}`),
      api: async (act, fields, token, key = crypto.randomUUID()) => {
        const answer = await fetch(`${base()}/api/v1/acts/${act}`, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json', 'Idempotency-Key': key, ...(token ? { Authorization: `Bearer ${token}` } : {})
          },
          body: JSON.stringify(fields)
        })
        return { status: answer.status, body: await answer.json().catch(() => null) }
      },
      axe: async (page, what = new URL(page.url()).pathname, rules) => {
        const found = await axeViolations(page, rules)
        return say(found.length === 0, `${name}: axe ${what}`, found.map(v => `${v.id}: ${v.help}\n  ${v.nodes.join('\n  ')}`).join('\n'))
      },
      html: async (page, what = new URL(page.url()).pathname) => {
        const answer = await page.context().request.get(page.url())
        const faults = await htmlFaults(await answer.text())
        return say(faults.length === 0, `${name}: valid HTML ${what}`, faults.join('\n'))
      },
      shot: async (page, picture, options = {}) => {
        if (!process.env.XQ_SHOTS) return // a page as a picture costs a second, and nobody looks at those of a run
        mkdirSync(shots, { recursive: true })
        await page.waitForLoadState('load')
        await page.screenshot({ path: join(shots, picture + '.png'), fullPage: true, animations: 'disabled', ...options })
      }
    }
    // The usual pages are made before the story, so that it reads without "await open"; a context costs a
    // second, so only those that it names.
    for (const [key, options] of Object.entries(usualPages)) {
      if (new RegExp(`\\b${key}\\b`).test(play)) await open(key, options)
    }
    await play({ ...tools, ...pages, get server () { return server } })
    say(trouble.length === 0, `${name}: no error in the pages, no request to other hosts`, trouble.join('\n'))
  } catch (error) {
    say(false, `${name}: ${error.message.split('\n')[0]}`, error.stack)
    if (trouble.length) console.log('    ' + trouble.join('\n    '))
    for (const [key, page] of Object.entries(pages)) {
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: join(shots, `failed-${name}-${key}.png`) }).catch(() => {})
    }
    if (server) console.log('    server: ' + server.log().split('\n').slice(-15).join('\n    '))
  } finally {
    for (const context of contexts) await context.close().catch(() => {})
    await browser?.close().catch(() => {})
    await server?.stop()
    if (office) rmSync(office.folder, { recursive: true, force: true })
    process.exitCode = failures ? 1 : 0
  }
}

export function summary () {
  return { checks, failures }
}
