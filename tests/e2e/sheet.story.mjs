// SPDX-License-Identifier: Apache-2.0
// long: it looks at five pages in four editions
// A stranger takes the sheet of a month apart: each figure to its definition and entries, an entry to its bytes and
// fingerprint, the document to its hash, and all of it counted again; with and without JavaScript, and on paper.
import { createHash } from 'node:crypto'
import { desktopSize, phoneSize, story } from './lib.mjs'

const layout = ['target-size', 'scrollable-region-focusable']
const editions = {
  light: { viewport: desktopSize },
  phone: { viewport: phoneSize },
  dark: { colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  elder: { viewport: phoneSize, prefs: 'view=elder', rules: layout },
  english: { prefs: 'lang=en' }
}
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(p => Buffer.from(p))))

await story('the sheet of a month', async tools => {
  const { open, url, axe, check, equal, html } = tools
  const reader = await open('reader')
  await reader.goto(url('/public'))
  const href = await reader.locator('.sheet-list a').first().getAttribute('href')
  check(/\/public\/20\d\d-\d\d$/.test(href), 'the list leads to a published month', href)
  const month = href.split('/').pop()

  const pages = { index: '/public', month: `/public/${month}`, one: `/public/${month}/solved`, again: `/public/${month}/again`, entry: '/record/3' }
  for (const [edition, { prefs, rules, ...options }] of Object.entries(editions)) {
    const page = await open(edition, options)
    if (prefs) await page.goto(url(`/prefs?${prefs}&back=/track`))
    for (const [what, path] of Object.entries(pages)) {
      await page.goto(url(path))
      await axe(page, `${edition}, ${what}`, rules)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition}, ${what}: nothing sticks out sideways`, `${wide} px`)
      if (edition === 'light') await html(page, what)
    }
    await page.context().close()
  }

  // From the sheet to a figure, to an entry, to its bytes; nothing of it needs a script.
  const plain = await open('plain', { javaScriptEnabled: false })
  await plain.goto(url(`/public/${month}`))
  equal(await plain.locator('#state').count(), 0, 'a published month is fixed')
  const shown = await plain.locator('#f-raised .v b').textContent()
  const fingerprint = await plain.locator('.sheet-proof .hint code').textContent()
  await plain.locator('#f-closed dt a').click()
  check(await plain.locator('.st').first().textContent().then(t => t.includes('一致')), 'the figure comes out the same when it is counted again')
  const entries = await plain.locator('.sheet-hits tbody tr').count()
  check(entries > 0, 'the entries behind it are listed', `${entries}`)
  await plain.locator('.sheet-hits a').first().click()
  const bytes = await plain.locator('.entry-bytes').textContent()
  const event = JSON.parse(bytes)
  equal(event.k, 'concern.closed', 'an entry behind "closed" is a closing')
  equal(String(event.seq), plain.url().split('/').pop(), 'it is the entry of that number')
  equal(await plain.locator('.entry-leaf').textContent(), sha256([0], bytes).digest('base64'), 'its fingerprint is the leaf hash of these bytes')
  check(!/1\d{10}|[\u4e00-\u9fff]/.test(bytes), 'no phone and no word of a person stands in it', bytes)

  // The button: every number of the sheet counted anew.
  await plain.goto(url(`/public/${month}`))
  await plain.locator('.sheet-proof a.btn.p').click()
  const verdicts = await plain.locator('table .st').allTextContents()
  check(verdicts.length >= 26 && verdicts.every(v => v.includes('一致') && !v.includes('不')), 'all figures are the same', verdicts.join())
  check(/xinqiao record verify/.test(await plain.locator('main code').first().textContent()), 'and it is said how to do it without this server')

  // How people were treated stands beside the sheet, from the closed box; the command has its key.
  const command = await (async () => { await plain.goto(url(`/public/${month}`)); return plain.locator('.sheet-proof li code').textContent() })()
  const key = await (async () => { await plain.goto(url('/record')); return plain.locator('.ab-key .r-code .vkey').textContent() })()
  check(command.endsWith(` --vkey ${key}`) && /^localhost\/log\/demo\+[0-9a-f]{8}\+/.test(key), 'the command has the key of the record', command)
  await plain.goto(url(`/public/${month}`))
  const box = await plain.locator('.sheet-box a').getAttribute('href')
  const manner = await plain.locator('.sheet-box .v > b').textContent()
  await plain.goto(url(box))
  check(/\/boxes\/a-20\d\d-\d\d$/.test(box), 'the attitude figure comes from a box', box)
  check(manner === '–' || (await plain.locator('.counts').textContent()).includes(manner), 'and is the one of the box', manner)

  // The frozen document is the one that is named, and says what the page says.
  const document = await (await fetch(url(`/log/demo/doc/${fingerprint}`))).text()
  equal(sha256(document).digest('hex'), fingerprint, 'the document has the fingerprint of the sheet')
  const frozen = JSON.parse(document)
  equal(`${frozen.defs} ${frozen.from}`, `xinqiao-figures/2 ${month}-01`, 'it is the document of this month')
  const raised = frozen.figures.find(r => r.id === 'raised' && !r.unit && !r.zone && !r.class).num
  equal(raised < 5 ? '少于 5' : raised.toLocaleString('en'), shown, 'the page shows its number')
  const csv = await (await fetch(url(`/public/${month}.csv`))).text()
  const small = csv.split('\r\n').slice(1).filter(line => !/"age_|"sittings"/.test(line) && /,[1-4],$/.test(line))
  equal(small, [], 'the table in public has no count from 1 to 4')

  // What is not published is marked, and what is not there is not there.
  const running = await open('running')
  await running.goto(url('/public'))
  await running.locator('main .send a').last().click()
  check(/未定/.test(await running.locator('#state').textContent()), 'the running month is not fixed')
  equal(await running.locator('.sheet-proof').count(), 0, 'and has nothing to count again')
  for (const path of [`/public/${month}/nothing`, '/public/2019-01/solved', `/public/${month}?version=2`, '/record/99999999', '/record/x', '/record/-1']) {
    equal((await fetch(url(path))).status, 404, `${path} is not there`)
  }

  const paper = await open('paper', { viewport: { width: 672, height: 950 } })
  await paper.emulateMedia({ media: 'print' })
  await paper.goto(url(`/public/${month}.print`))
  const wide = await paper.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  check(wide <= 0, 'on paper nothing is cut off', `${wide} px`)
})
