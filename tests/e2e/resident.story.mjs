// SPDX-License-Identifier: Apache-2.0
// A resident raises a concern, keeps the receipt, follows it, and rates the answer: on a phone, in
// every edition, and with scripts off.
import { deflateSync } from 'node:zlib'
import { open as unlock, raise as raised } from './cycle-lib.mjs'
import { main, press, story, submit } from './lib.mjs'

const words = '枫桥路88弄的楼道灯三个多星期没亮过，老人夜里不敢下楼，前几天有人踩空崴了脚。'

// A real photo: a PNG of 64 by 48 pixels, made here.
function pngOf (width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + 3 * width), 120)
  for (let y = 0; y < height; y++) rows[y * (1 + 3 * width)] = 0
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}
// Node 18 has no crc32 of its own.
function crc32 (data) {
  let c = ~0
  for (const byte of data) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1))
  }
  return ~c >>> 0
}
const png = pngOf(64, 48)

async function raise (page, url, { photo, phone } = {}) {
  await page.goto(url('/raise'))
  await page.fill('[name=body]', words)
  await page.check('[name=class][value=property]')
  if (photo) await page.setInputFiles('[name=photos]', { name: 'a.png', mimeType: 'image/png', buffer: png })
  await submit(page)
  await page.fill('[name=place]', '枫桥路88弄')
  if (phone) await page.fill('[name=phone]', phone)
  await submit(page)
  return page
}

await story('a resident raises a concern', async ({ phone, url, check, equal, axe, html, shot }) => {
  await phone.goto(url('/raise'))
  await axe(phone, 'step 1')
  await html(phone, 'step 1')
  await submit(phone)
  check(await phone.locator('.fault').count() > 0, 'an empty matter is told beside its field')
  check((await phone.locator('main').innerText()).includes('请写几句发生了什么'), 'in plain words')
  await axe(phone, 'step 1 with a fault')

  await phone.fill('[name=body]', words)
  await phone.check('[name=class][value=property]')
  await submit(phone)
  equal(new URL(phone.url()).pathname, '/raise/where', 'step 2 follows')
  await phone.fill('[name=place]', '枫桥路88弄')
  const zones = await phone.locator('[name=zone] option').evaluateAll(list => list.map(o => o.value).filter(Boolean))
  check(zones.length > 0, 'the zone may be chosen', zones)
  await phone.selectOption('[name=zone]', zones[0])
  await phone.fill('[name=phone]', '138000012')
  await submit(phone)
  check((await phone.locator('main').innerText()).includes('11'), 'a short phone number is told in words')
  equal(await phone.inputValue('[name=place]'), '枫桥路88弄', 'what was typed is kept')
  equal(await phone.inputValue('[name=phone]'), '138000012', 'also what was wrong')
  equal(await phone.inputValue('[name=zone]'), zones[0], 'and what was chosen')
  await axe(phone, 'step 2 with a fault')
  await phone.fill('[name=phone]', '13800000123')
  await submit(phone)

  equal(new URL(phone.url()).pathname, '/raise/check', 'step 3 follows')
  const preview = await phone.locator('main').innerText()
  check(preview.includes(words), 'step 3 shows what was said')
  check(preview.includes('顾晓岚'), 'and who will be responsible')
  await axe(phone, 'step 3')
  await html(phone, 'step 3')
  await shot(phone, 'raise-check')

  // The same form twice: the same receipt.
  const body = await phone.evaluate(() => new URLSearchParams(new FormData(document.querySelector('main form[method=post]'))).toString())
  await submit(phone)
  const receipt = new URL(phone.url()).pathname
  check(/^\/raise\/done\/[0-9A-Z]{13}$/.test(receipt), 'the receipt follows', receipt)
  await axe(phone, 'receipt')
  await shot(phone, 'receipt-phone')
  const again = await phone.request.post(url('/raise/check'), {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, data: body, maxRedirects: 0 })
  check([303, 422].includes(again.status()), 'the same form again makes no second concern', String(again.status()))

  const code = receipt.split('/').pop()
  await phone.goto(url('/track/' + code))
  const told = await phone.locator('main').innerText()
  check(told.includes('物业管理科') && told.includes('顾晓岚'), 'the page names unit and person')
  check(told.includes(words), 'this browser reads the words')
  await axe(phone, 'track, unlocked')
  await html(phone, 'track')
  await shot(phone, 'track-phone')
  await press(phone.locator('form[action$="/remember"] button'))
  check((await phone.locator('main').innerText()).includes('已记在这台手机'), 'the phone remembers it')
  await phone.goto(url('/'))
  check((await phone.locator('main').innerText()).includes('楼道灯'), 'and shows it on the first page')
  await axe(phone, 'home with a remembered concern')
  await shot(phone, 'home-remembered')
})

await story('another browser opens the words with the last four digits', async ({ phone, desktop, url, check, axe, open }) => {
  await raise(phone, url, { phone: '13800000123' })
  await submit(phone)
  const code = phone.url().split('/').pop()
  await desktop.goto(url('/track?code=' + code.toLowerCase().slice(0, 4) + '-' + code.slice(4)))
  const shut = await desktop.locator('main').innerText()
  check(!shut.includes('踩空'), 'the code alone does not show the words')
  check(shut.includes('物业管理科'), 'but who is responsible')
  await axe(desktop, 'track, locked')
  await desktop.fill('[name=digits]', '9999')
  await press(desktop.locator('form[action$="/open"] button'))
  check((await desktop.locator('main').innerText()).includes('对不上'), 'wrong digits are told')
  await desktop.fill('[name=digits]', '0123')
  await press(desktop.locator('form[action$="/open"] button'))
  check((await desktop.locator('main').innerText()).includes('踩空'), 'the right ones open the words')
  await desktop.goto(url('/track?code=7K3M-9TXW-4E6H-3'))
  check(await desktop.locator('.fault').count() > 0, 'a mistyped code is told before it is looked up')
  for (let i = 0; i < 5; i++) {
    const other = await open('thief' + i)
    await other.goto(url('/track/' + code))
    await other.fill('[name=digits]', '000' + i)
    await press(other.locator('form[action$="/open"] button'))
    if (i === 4) {
      await other.fill('[name=digits]', '0123')
      await press(other.locator('form[action$="/open"] button'))
      check(!(await other.locator('main').innerText()).includes('踩空'), 'five wrong tries lock it, for the right digits too')
    }
  }
})

await story('what is stored is looked at and put right, with scripts off', async tools => {
  const { noscript, url, check, axe, html, shot } = tools
  const c = await raised(url)
  await unlock(noscript, url, c)
  await noscript.getByRole('link', { name: '存了我的哪些信息' }).click()
  check((await main(noscript)).includes('138****0123'), 'the phone is covered there too')
  check(!(await noscript.content()).includes('13800000123'), 'and nowhere in the page')
  await html(noscript, 'what is stored')
  await shot(noscript, 'own-data-phone')
  await noscript.fill('[name=phone]', '139')
  await submit(noscript)
  check(await noscript.locator('.field.bad').count() === 1, 'a wrong phone is said beside its field')
  await noscript.fill('[name=phone]', '13900004321')
  await noscript.fill('[name=name]', '林小满')
  await submit(noscript)
  check(/林\*\*/.test(await main(noscript)) && (await main(noscript)).includes('139****4321'), 'the new ones are stored')
  const wide = await tools.open('wide')
  await wide.goto(url(c.track))
  await wide.fill('[name=digits]', '4321')
  await press(wide.locator('form[action$="/open"] button'))
  await wide.goto(url(c.track + '/data'))
  await axe(wide, 'what is stored')
  await shot(wide, 'own-data-desktop')
})

await story('raising and tracking with scripts off', async ({ noscript, url, check, equal }) => {
  await raise(noscript, url, { photo: true })
  check((await noscript.locator('main').innerText()).includes('照片'), 'the photo came along')
  await submit(noscript)
  const receipt = noscript.url()
  check(receipt.includes('/raise/done/'), 'receipt without scripts')
  check(/PIN/.test(await noscript.locator('main').innerText()), 'without a phone number there is a PIN')
  check(await noscript.locator('svg').count() > 0, 'and a square code')
  const code = receipt.split('/').pop()
  await noscript.goto(url('/track/' + code))
  check((await noscript.locator('img').count()) === 1, 'the photo is shown to the one who sent it')
  const photo = await noscript.request.get(url(`/photo/${code}/1`))
  equal(photo.headers()['content-type'], 'image/jpeg', 'as a JPEG that the sandbox made')
  const stranger = await fetch(url(`/photo/${code}/1`))
  equal(stranger.status, 404, 'and to nobody else')
})

const pages = ['/', '/raise', '/track', '/track/mine', '/public', '/public/concerns', '/help', '/privacy', '/accessibility', '/login']
await story('every resident page in every edition', async ({ open, url, axe, html, check, equal }) => {
  const editions = {
    phone: { viewport: { width: 390, height: 844 } },
    small: { viewport: { width: 320, height: 640 } },
    dark: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
    elder: { viewport: { width: 390, height: 844 } },
    contrast: { viewport: { width: 390, height: 844 } },
    desktop: {}
  }
  for (const [edition, options] of Object.entries(editions)) {
    const page = await open(edition, options)
    if (edition === 'elder') await page.goto(url('/prefs?view=elder&back=/'))
    if (edition === 'contrast') await page.goto(url('/prefs?contrast=high&back=/'))
    for (const path of pages) {
      const answer = await page.goto(url(path))
      if (answer.status() !== 200) equal(answer.status(), 200, `${edition} ${path} answers`)
      await axe(page, `${edition} ${path}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      check(wide <= 0, `${edition} ${path} does not stick out sideways`, `${wide} px`)
      if (edition === 'phone') await html(page, path)
    }
  }
})

await story('the public list', async ({ phone, desktop, url, check, axe, shot }) => {
  await desktop.goto(url('/public/concerns'))
  const list = await desktop.locator('main').innerText()
  check(!/138\d{8}/.test(list), 'no phone number in it')
  check(!list.includes('河滨居委会'), 'a neighbourhood stands under the station of its zone')
  await shot(desktop, 'public-list')
  await desktop.locator('main .pub-card h3 a').first().click()
  await axe(desktop, 'one public concern')
  check((await desktop.locator('main').innerText()).includes('公开记录'), 'it names its numbers in the record')
  await phone.goto(url('/public/concerns?class=property'))
  await axe(phone, 'public list by kind')
})
