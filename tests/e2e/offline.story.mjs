// SPDX-License-Identifier: Apache-2.0
// Taking concerns down without a network: kept on the device under a number of its own, the form opened
// again from the device, uploaded once when the network is back, mended where refused; another person's
// entries stay theirs.
import { desktopSize, main, password, phoneSize, press, sign, story, submit } from './lib.mjs'

const home = '/desk/intake'
const banner = page => page.locator('#queue').innerText()
const said = (page, words) => page.locator('#queue', { hasText: words }).waitFor()
const clock = ms => new Date(ms + 8 * 3600e3).toISOString().slice(11, 16)

// The worker has put the form by, with these words in it.
const ready = (page, words = '') => page.evaluate(async words => {
  for (;;) {
    for (const name of await caches.keys()) {
      const shell = await (await caches.open(name)).match('/desk/intake/shell')
      if (shell && (await shell.text()).includes(words)) return
    }
    await new Promise(requestAnimationFrame)
  }
}, words)

// A machine that has no network itself never tells the page that one is there.
async function back (device, page) {
  await device.setOffline(false)
  await page.evaluate(() => dispatchEvent(new Event('online')))
}

const take = async (page, fields, button = '登记') => {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#intake [name=${name}]`, value)
  await page.click(`#intake button:has-text("${button}")`)
}

// What lies on the device, as somebody reads it who opens its storage.
const storage = page => page.evaluate(async () => {
  const cached = []
  let shell = ''
  for (const name of await caches.keys()) {
    const c = await caches.open(name)
    for (const r of await c.keys()) cached.push(new URL(r.url).pathname)
    shell += await (await c.match('/desk/intake/shell')).text()
  }
  const d = await new Promise((resolve, reject) => {
    const open = indexedDB.open('xinqiao/desk/intake')
    open.onsuccess = () => resolve(open.result)
    open.onerror = () => reject(open.error)
  })
  const rows = name => new Promise(resolve => {
    const r = d.transaction(name).objectStore(name).getAll()
    r.onsuccess = () => resolve(r.result)
  })
  const entries = await rows('entry')
  const own = await rows('own')
  d.close()
  // Bytes as letters, so that a plain text would be found whatever it lies in.
  const letters = v => v instanceof ArrayBuffer || ArrayBuffer.isView(v)
    ? new TextDecoder().decode(v)
    : v instanceof CryptoKey ? '' : v && typeof v === 'object' ? Object.entries(v).map(([k, w]) => k + letters(w)).join(' ') : String(v)
  const key = own.find(o => o instanceof CryptoKey)
  const opens = await crypto.subtle.exportKey('raw', key).then(() => true, () => false)
  return { cached, shell, n: entries.length, keyOpens: opens, text: letters([entries, own]) + JSON.stringify(localStorage) + document.cookie }
})

const story1 = '长河路地下车库灯全灭了'
const story2 = '菜场后门污水横流没人管'
const story3 = '楼顶违建铁皮棚夜里作响'
const story4 = '电瓶车堵了安全出口两周'
const story5 = '晨跑时段广场音响太吵闹'
const story6 = '南门道闸坏了抬不起横杆'
const story7 = '河边护栏断了一截很危险'

// Each number once, however often it stands on the page.
async function found (page, url, words) {
  const answer = await page.context().request.get(url('/desk/search?q=' + encodeURIComponent(words)))
  return [...new Set((await answer.text()).match(/\/desk\/concerns\/\d{4}-\d{4}/g) ?? [])]
}

await story('without a network', async ({ open, url, check, equal, axe, html, shot, trouble }) => {
  const gu = await sign(await open('gu', { viewport: phoneSize, isMobile: true, hasTouch: true }), url, 'guxiaolan')
  const device = gu.context()
  for (const path of ['/desk', '/desk/concerns', home]) await gu.goto(url(path))
  await ready(gu)
  equal(await gu.evaluate(() => new URL(navigator.serviceWorker.controller.scriptURL).pathname), '/desk/intake/worker.js', 'the worker runs')

  // Two are kept: one from the page as it stood, one from the page that the device opens.
  const then = Date.now() - 5 * 3600e3
  await gu.clock.setFixedTime(then)
  await device.setOffline(true)
  await take(gu, { body: story1 + '，晚上不敢下去。', phone: '13812340567', name: '吴美珍' })
  await said(gu, '本机-1')
  const first = await banner(gu)
  check(first.includes('没有网络，已存在本机 1 条') && first.includes(clock(then)), 'the clerk reads number, time and count', first)
  equal(await gu.inputValue('[name=body]') + await gu.inputValue('[name=phone]'), '', 'the form is empty for the next one')
  await shot(gu, 'offline-kept')
  await gu.goto(url(home))
  check((await main(gu)).includes('没有网络时打开的'), 'the page opens without a network')
  await said(gu, '已存在本机 1 条') // once the script has read the device
  check((await banner(gu)).includes('已存在本机 1 条'), 'and says what waits')
  await take(gu, { body: story2 + '。' })
  await said(gu, '本机-2')
  await axe(gu, 'the form without a network')
  await shot(gu, 'offline-shell')
  await gu.emulateMedia({ colorScheme: 'dark' })
  await axe(gu, 'the form without a network, dark')
  await shot(gu, 'offline-shell-dark')
  await gu.emulateMedia({ colorScheme: 'light' })
  const other = await device.newPage()
  check(await other.goto(url('/desk')).then(() => false, () => true), 'no other page opens without a network')
  await other.close()

  const s = await storage(gu)
  equal(s.cached.filter(p => p !== '/desk/intake/shell' && !/^\/assets\/[\w.]+$/.test(p)), [], 'only the empty form and its files are kept')
  equal(/guxiaolan|顾晓岚|name="csrf"|name="idem"|\b20\d\d-\d{4}\b|concerns\/\d/.test(s.shell), false, 'which names nobody and holds no key')
  equal([s.n, s.keyOpens], [2, false], 'two entries, under a key that does not leave the browser')
  equal(/1381234|0567|吴美珍|车库|污水|guxiaolan/.test(s.text), false, 'of which nothing can be read')

  // The network comes back five hours later.
  await gu.clock.setFixedTime(Date.now())
  await back(device, gu)
  await said(gu, '都已上传')
  const told = await banner(gu)
  check(/本机-1：\d{4}-\d{4} 的回执/.test(told) && /本机-2：.*PIN \d{6}/s.test(told), 'both lead to their receipts, and the PIN is told', told)
  await axe(gu, 'all uploaded')
  await shot(gu, 'offline-done')
  equal([(await found(gu, url, story1)).length, (await found(gu, url, story2)).length], [1, 1], 'each is on file once')
  equal((await storage(gu)).n, 0, 'and wiped from the device')
  await press(gu.locator('#queue a:has-text("本机-1")'))
  const receipt = await main(gu)
  check(receipt.includes(clock(then) + '在没有网络时记下'), 'the receipt says when it was said', receipt)
  await gu.goto(url((await found(gu, url, story1))[0]))
  check((await main(gu)).includes(clock(then) + '在没有网络时记下'), 'and so does the way it went')

  // The answer gets lost on its way back: the upload finds the concern by the key of the form.
  await gu.goto(url(home))
  await gu.route(url(home), async route => {
    if (route.request().method() === 'POST') await route.fetch({ maxRedirects: 0 })
    return route.request().method() === 'POST' ? route.abort() : route.continue()
  })
  await take(gu, { body: story3 + '。', phone: '13812340567' }, '登记并出回执')
  await said(gu, '本机-3')
  equal((await found(gu, url, story3)).length, 1, 'it had arrived')
  await gu.unroute(url(home))
  await gu.click('[data-upload]')
  await said(gu, '都已上传')
  equal((await found(gu, url, story3)).length, 1, 'a broken answer makes no second one')

  // Refused: it stays, leads to the form with its fault, and goes once it is mended.
  await device.setOffline(true)
  await take(gu, { body: story4 + '。', phone: '12' }, '登记并出回执')
  await said(gu, '本机-4')
  await back(device, gu)
  await said(gu, '1 条要您选')
  await axe(gu, 'one to choose')
  await shot(gu, 'offline-choose')
  await gu.click('#queue a:has-text("本机-4")')
  await said(gu, '这是 本机-4')
  check(await gu.locator('#e-phone').count() === 1, 'the fault stands beside its field')
  equal(await gu.inputValue('[name=body]'), story4 + '。', 'with what was taken down')
  await axe(gu, 'mending')
  await shot(gu, 'offline-mend')
  await gu.fill('[name=phone]', '13812340567')
  await Promise.all([gu.waitForURL(/\/receipt$/), gu.click('button:has-text("登记并出回执")')])
  check((await main(gu)).includes('在没有网络时记下'), 'mended, it still tells when it was said')
  await gu.goto(url(home))
  equal([(await storage(gu)).n, (await found(gu, url, story4)).length], [0, 1], 'nothing is left on the device')

  // Signed out: nothing is lost; nothing can be kept for nobody; the next person uploads the own ones.
  await device.setOffline(true)
  await take(gu, { body: story5 + '。' }, '登记并出回执')
  await said(gu, '本机-5')
  await back(device, gu)
  await said(gu, '都已上传')
  await device.setOffline(true)
  await take(gu, { body: story6 + '。', phone: '12' }, '登记并出回执') // stays: refused
  await said(gu, '本机-6')
  await back(device, gu)
  await said(gu, '1 条要您选')
  await gu.goto(url('/desk'))
  check((await main(gu)).includes('本机记下、还没有上传： 1'), 'every page of the desk calls it to mind', await main(gu))
  await gu.setViewportSize(desktopSize)
  await press(gu.locator('button:has-text("退出")'))
  await device.setOffline(true)
  await gu.goto(url(home))
  const shell = await gu.locator('body').innerText()
  check(!/guxiaolan|顾晓岚/.test(shell), 'signed out, the form names nobody', shell)
  await take(gu, { body: '小区南门道闸坏了抬不起来。' })
  await said(gu, '没有人登录')
  equal(await gu.inputValue('[name=body]'), '小区南门道闸坏了抬不起来。', 'nothing is kept for nobody, and what was typed stays')
  await back(device, gu)
  await said(gu, '请登录后上传')
  await axe(gu, 'signed out')
  await shot(gu, 'offline-out')

  await gu.goto(url('/login'))
  await gu.fill('[name=login]', 'chenhaiyan')
  await gu.fill('[name=password]', password)
  await submit(gu)
  await gu.goto(url(home))
  await said(gu, 'guxiaolan 记下的 1 条还在本机')
  await device.setOffline(true)
  await take(gu, { body: story7 + '。' }, '登记并出回执')
  await said(gu, '本机-7')
  await back(device, gu)
  await said(gu, '都已上传')
  check((await banner(gu)).includes('guxiaolan 记下的 1 条还在本机'), 'another person uploads the own ones and sees whose the others are', await banner(gu))
  equal([(await found(gu, url, story7)).length, (await found(gu, url, story6)).length, (await storage(gu)).n], [1, 0, 1], 'which stay')
  await axe(gu, 'of another person')

  // Elder edition, and as the server sends it.
  await gu.goto(url('/prefs?view=elder&back=/desk/intake'))
  await ready(gu, 'class="elder')
  await device.setOffline(true)
  await gu.goto(url(home))
  check(await gu.evaluate(() => document.documentElement.classList.contains('elder')), 'the form on the device is the one this person reads')
  await axe(gu, 'the form without a network, elder')
  await shot(gu, 'offline-elder')
  await gu.setViewportSize(phoneSize)
  equal(await gu.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)), 0, 'nothing sticks out on a phone')
  await shot(gu, 'offline-elder-phone')
  await device.setOffline(false)
  await gu.goto(url(home))
  await html(gu)
  await gu.goto(url('/desk/intake/shell'))
  await html(gu)

  // The device cannot: full, without leave, kept by another version, without a secure connection.
  await gu.goto(url(home))
  await gu.evaluate(async () => {
    for (let i = 0; i < 49; i++) await queueStore.add('/desk/intake', { login: 'nobody', taken: 0, idem: String(i), fields: {} })
  })
  await device.setOffline(true)
  await take(gu, { body: story7 + '。' }, '登记并出回执')
  await said(gu, '本机已经存了 50 条，存满了')
  equal(await gu.inputValue('[name=body]'), story7 + '。', 'what does not fit stays in the form')
  await gu.evaluate(() => { IDBDatabase.prototype.transaction = () => { throw new DOMException('no', 'InvalidStateError') } })
  await gu.click('button:has-text("登记并出回执")')
  await said(gu, '这台设备不让存')
  await said(gu, '您填的内容还在')
  await device.setOffline(false)
  await gu.goto(url('/account'))
  await gu.evaluate(() => new Promise(resolve => { indexedDB.open('xinqiao/desk/intake', 2).onsuccess = e => { e.target.result.close(); resolve() } }))
  await gu.goto(url(home))
  await said(gu, '另一个版本')
  await device.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
  await gu.goto(url(home))
  await said(gu, '这里不是安全连接')
  await device.setOffline(true)
  await take(gu, { body: story7 + '。' }, '登记并出回执')
  await said(gu, '您填的内容还在')
  equal(await gu.inputValue('[name=body]'), story7 + '。', 'without HTTPS it says so and what was typed stays')
  await device.setOffline(false)

  trouble.splice(0, trouble.length, ...trouble.filter(t => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(t)))
})
