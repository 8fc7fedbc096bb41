// SPDX-License-Identifier: Apache-2.0
// A receipt: rated on a phone, checked there with one press, kept as a file that checks itself without a network,
// refused where one character is another, and told plainly without scripts.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { act, answered, fill, office, raise } from './cycle-lib.mjs'
import { axeViolations, desktopSize, main, phoneSize, press, story } from './lib.mjs'

const checked = page => page.waitForSelector('#rc[data-result]')
const result = page => page.locator('#rc').getAttribute('data-result')
const states = page => page.locator('#rc-steps > li').evaluateAll(list => list.map(li => li.className.slice(3)).join(' '))
const folder = mkdtempSync(join(tmpdir(), 'xinqiao-receipt-'))

// The signer comes round each second; the page that waits asks again by itself.
async function signed (page, address) {
  await page.goto(address)
  await page.waitForSelector('#rc[data-result], #rc:not([data-waiting])')
  await checked(page)
}

await story('a resident checks a receipt on a phone', async tools => {
  const { phone, noscript, url, check, equal, axe, html, shot } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan')
  const c = await raise(url)
  check(/^R[0-9A-HJKMNP-TV-Z]{12}$/.test(c.receipt), 'raising gives a receipt code', c.receipt)
  await act(who.chenhaiyan, url, c.path + '/accept')
  await answered(who, url, c)

  await phone.goto(url(c.track + '/rate'))
  await fill(phone, { solved: 'no', sat: '4' })
  const links = phone.locator('.rc-list a.btn')
  equal(await links.count(), 2, 'after rating the page offers both receipts')
  await shot(phone, 'receipt-track')
  await axe(phone, 'progress with receipts')

  const from = Date.now()
  await press(links.first()) // the one step: the check starts by itself
  await phone.waitForSelector('#rc[data-result]', { timeout: 15000 })
  equal(await result(phone), 'ok', 'one press and it is checked')
  equal(await states(phone), 'ok ok ok none ok ok ok', 'all steps, none of them left out')
  const told = await main(phone)
  check(/已核对：这张回执在公开记录里，并且计入了\d{4}年\d+月的满意率/.test(told), 'it says in which figures it counts', told)
  check(/您\d+月\d+日的评价“不满意”“没有解决”已记入公开记录第[\d,]+号/.test(told), 'the sentence is built from the record', told)
  const ms = Number(await phone.locator('#rc').getAttribute('data-ms'))
  console.log(`    the check took ${ms} ms after loading, with the signature by ${await phone.evaluate(() => globalThis.crypto?.subtle ? 'the browser where it can' : 'TweetNaCl')}; ${Date.now() - from} ms from the press on`)
  check(ms > 0, 'its time is told')
  await axe(phone, 'a checked receipt')
  await shot(phone, 'receipt-phone')
  const address = phone.url()

  const elder = await tools.open('elder', { viewport: phoneSize, colorScheme: 'dark' })
  await elder.goto(url('/prefs?view=elder&back=/'))
  await signed(elder, address)
  await axe(elder, 'a checked receipt, large and dark')
  await shot(elder, 'receipt-elder')
  const wide = await tools.open('wide', { viewport: { width: 1280, height: 900 } })
  await signed(wide, address)
  await shot(wide, 'receipt-desktop')

  await noscript.goto(address)
  const plain = await main(noscript)
  check(plain.includes('还没有在这台设备上核对') && plain.includes('已记入公开记录第'), 'without scripts: the sentence, and that it was not checked', plain)
  await html(noscript, 'the page of a receipt')
  await shot(noscript, 'receipt-noscript')
  await phone.goto(url('/r'))
  await html(phone, 'the field for a code')
  await phone.fill('[name=code]', c.receipt.toLowerCase())
  await press(phone.locator('main form button'))
  await checked(phone)
  check((await main(phone)).includes('您') && (await result(phone)) === 'ok', 'the code from the paper finds it again')
  check(/目前计为|已经答复/.test(await main(phone)), 'the receipt of the raise knows what followed', await main(phone))
  await phone.goto(url('/r?code=' + c.receipt.slice(0, 12) + (c.receipt[12] === 'A' ? 'B' : 'A')))
  check((await main(phone)).includes('请再核对一遍'), 'a slip of the pen is told')
  await axe(phone, 'a code that is none')
  await shot(phone, 'receipt-ask')

  await phone.goto(url('/raise/done/' + c.code))
})

await story('a receipt is kept as a file', async tools => {
  const { phone, url, check, equal, axe, open, shot } = tools
  const c = await raise(url)
  await signed(phone, url('/r/' + c.receipt))
  const [download] = await Promise.all([phone.waitForEvent('download'), phone.locator('a[href$="/save"]').click()])
  const path = join(folder, 'receipt.html')
  await download.saveAs(path)
  check(download.suggestedFilename().includes(c.receipt), 'the file bears its code', download.suggestedFilename())
  const text = readFileSync(path, 'utf8')
  check(!/src=|href="http/.test(text.replace(/<pre[^]*?<\/pre>/g, '')), 'nothing in it is loaded from anywhere')

  const home = await open('home', { viewport: phoneSize })
  await home.context().unrouteAll()
  await home.context().route('https://**', route => route.abort()) // no network under the name of the log
  const show = async (page, name, html) => {
    writeFileSync(join(folder, name), html)
    await page.goto(pathToFileURL(join(folder, name)).href)
    await checked(page)
  }
  await show(home, 'online.html', text)
  equal(await result(home), 'ok', 'from a disk, the log is asked at the other address')
  equal(await states(home), 'ok ok ok none ok ok ok', 'with all steps')

  await home.context().setOffline(true)
  await show(home, 'offline.html', text)
  equal(await result(home), 'ok', 'without a network')
  equal(await states(home), 'ok ok ok none ok skip skip', 'what could not be asked is said')
  check((await main(home)).includes('现在问不到之后的记录'), 'in words too', await main(home))
  equal((await axeViolations(home)).length, 0, 'the kept file has no axe violation')
  await shot(home, 'receipt-saved')

  // One character of the proof, the table or the checkpoint: refused, each by its step.
  const proof = /<pre[^>]*id="rc-proof">([^<]*)</.exec(text)[1]
  const lines = proof.split('\n')
  const forge = (what, to) => text.split(what).join(to)
  const flip = s => (s[20] === 'A' ? s.slice(0, 20) + 'B' : s.slice(0, 20) + 'A') + s.slice(21)
  const extra = JSON.parse(Buffer.from(lines[1].slice(6), 'base64').toString())
  const other = change => 'extra ' + Buffer.from(JSON.stringify(change(extra))).toString('base64')
  const root = lines[lines.indexOf('') + 3], signature = lines.at(-2)
  for (const [what, html, step] of [
    ['the first line', forge(lines[0] + '\nextra', lines[0].replace('v1', 'v2') + '\nextra'), 1],
    ['the entry', forge(lines[1], other(e => ({ ...e, event: e.event.replace('property', 'facility') }))), 2],
    ['its number', forge('\nindex ', '\nindex 1'), 2],
    ['a hash of the way up', forge(lines[3], flip(lines[3])), 2],
    ['the root', forge(root, flip(root)), 2],
    ['the signature', forge(signature, signature.slice(0, -12) + (signature.at(-12) === 'A' ? 'B' : 'A') + signature.slice(-11)), 3],
    ['the words', forge('已记入公开记录第{seq:n}号', '已记入公开记录第{seq:n}号！'), 5]
  ]) {
    await show(home, 'forged.html', html)
    equal(await result(home), 'bad', what + ': refused')
    equal((await states(home)).split(' ').indexOf('bad') + 1, step, what + ': by its step')
    const said = await main(home)
    check(said.includes('这张回执与办事处公布的记录不一致') && !said.includes('已核对'), what + ': in plain words', said)
  }
  await shot(home, 'receipt-forged')

  await phone.goto(url('/r'))
  await phone.setInputFiles('#rf', path)
  await checked(phone)
  equal(await result(phone), 'ok', 'the page takes a kept file, too')
  await axe(phone, 'a kept file on the page')
  writeFileSync(join(folder, 'no.html'), '<p>no receipt</p>')
  await phone.setInputFiles('#rf', join(folder, 'no.html'))
  await phone.waitForSelector('#rf-bad:not([hidden])')
  check((await main(phone)).includes('不是在这里存下的回执'), 'and says when it is none')
})

await story('the counter prints both sentences', async tools => {
  const { url, check, open, shot, axe } = tools
  const page = await open('desk', { viewport: desktopSize })
  const { gu } = { gu: page }
  await (await import('./lib.mjs')).sign(gu, url, 'guxiaolan')
  await gu.goto(url('/desk/intake'))
  await gu.fill('main [name=body]', '临河一村3号楼道灯三周不亮，老人晚上不敢下楼。')
  await fill(gu, { phone: '13800000124' })
  await gu.waitForSelector('.rc-slip:not([data-wait])', { timeout: 15000 })
  const slip = await gu.locator('.receipt').innerText()
  check(/我们收到了|收到了/.test(slip) && slip.includes('已记入公开记录第'), 'the office says who and when, the record what counts', slip)
  check(/R[0-9A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]/.test(slip) && await gu.locator('.receipt svg[role=img]').count() === 2, 'both codes, each with its square')
  check(/\/log\/\w+\+[0-9a-f]{8}\+/.test(slip), 'the key stands in small print', slip)
  await axe(gu, 'the receipt of the counter')
  await gu.emulateMedia({ media: 'print' })
  await shot(gu, 'receipt-print')
})
