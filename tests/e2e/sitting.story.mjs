// SPDX-License-Identifier: Apache-2.0
// A sitting as it is held: taken down by keyboard, told on the spot, closed with all who came; nobody came;
// nobody held it, and another day makes up for it.
import { act, fill, office } from './cycle-lib.mjs'
import { later, main, phoneSize, sign, story, submit, workday } from './lib.mjs'

const china = ms => new Date(ms + 8 * 3600e3)
let ahead = 0 // seconds by which the server's clock is ahead of ours
const now = () => Date.now() + ahead * 1000

// The next published sitting on this day of the week after so many days, as "2026-12-02".
function next (weekday, days = 1) {
  const d = china(now() + days * 86400e3)
  while (d.getUTCDay() !== weekday) d.setUTCDate(d.getUTCDate() + 1)
  return d.toISOString().slice(0, 10)
}

async function goTo (data, day, time) {
  const s = Math.round((Date.parse(`${day}T${time}:00+08:00`) - now()) / 1000)
  ahead += s
  await later(data, s)
}

// The numbers of the slots of a day, from the page of its week.
async function slots (page, url, day) {
  const d = new Date(day + 'T00:00:00Z')
  d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7))
  const week = d.getUTCFullYear() * 100 + Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400e3 + 1) / 7)
  await page.goto(url('/desk/reception/' + week))
  const [, month, dom] = day.split('-').map(Number)
  const rows = await page.locator('main tbody tr').evaluateAll(list => list.map(r => [r.querySelector('a')?.textContent, r.innerText]))
  return rows.filter(r => r[0] && r[1].includes(`${month}月${dom}日`) && !r[1].includes('已取消')).map(r => r[0].trim())
}

await story('a sitting morning', async ({ url, open, check, equal, axe, html, shot, data }) => {
  ahead = 0
  const who = await office({ open, url }, 'yuanye')
  const day = next(3) // Wednesday afternoons have three
  const list = await slots(who.yuanye, url, day)
  check(list.length >= 1, 'the week has its sitting', list.join(' '))
  const path = `/desk/reception/sittings/${list[0]}`
  await who.yuanye.goto(url(path + '/register'))
  check((await main(who.yuanye)).includes('还没有开始'), 'the register of a later day is closed')
  equal(await who.yuanye.locator('form#register').count(), 0, 'nothing can be entered for tomorrow')

  await goTo(data, day, '14:05')
  const gu = await open('gu')
  await sign(gu, url, 'guxiaolan')
  await gu.goto(url('/desk/reception'))
  check((await main(gu)).includes('正在接待'), 'the desk shows what is received now')
  await axe(gu, 'the receptions of today')
  await gu.getByRole('link', { name: '打开登记' }).first().click()
  await axe(gu, 'the register')
  await html(gu, 'the register')
  check(await gu.evaluate(() => document.activeElement.name) === 'body', 'the cursor stands where one begins to write')

  // by keyboard alone: what was said, the line, where; then out with it
  await gu.keyboard.type('七号楼二单元楼道灯坏了一个星期，晚上摸黑，老人下楼不敢走。')
  await gu.keyboard.press('Tab')
  await gu.keyboard.type('七号楼楼道灯不亮')
  await gu.keyboard.press('Tab')
  await gu.keyboard.type('枫桥路12弄7号')
  await Promise.all([gu.waitForNavigation(), gu.keyboard.press('Control+Enter')])
  const receipt = await main(gu)
  check(/查询码/.test(receipt) && /PIN/i.test(receipt), 'the receipt, with the PIN that is told once', receipt)
  await axe(gu, 'the receipt')
  await gu.reload()
  await gu.getByRole('link', { name: '记下一件' }).or(gu.locator('a[href$="/register"]')).first().click()
  check((await main(gu)).includes('七号楼楼道灯不亮') && (await main(gu)).includes('来访 1 人，登记 1 件'), 'back at the register, it stands in it', await main(gu))

  // documents are listed, and a fault loses nothing
  await fill(gu, { body: '围墙塌了一角，拍了照片。', people: '3', n_documents: '2', read_back: 'signed' })
  check((await main(gu)).includes('请写明收到了哪些材料'), 'documents are named')
  equal(await gu.inputValue('[name=body]'), '围墙塌了一角，拍了照片。', 'what was typed stays')
  await gu.fill('[name=documents]', '照片三张\n物业收据')
  await submit(gu)
  await gu.goto(url(path + '/register'))

  // told on the spot
  await gu.locator('details.panel summary').click()
  await gu.fill('[name=asked]', '老年卡在哪里办')
  await gu.locator('details.panel [name=answer]').fill('带身份证到三号窗口，当场可办。')
  await Promise.all([gu.waitForNavigation(), gu.getByRole('button', { name: '记下' }).click()])
  check((await main(gu)).includes('来访 5 人，登记 2 件，当场答复 1 件'), 'three of them, five people', await main(gu))
  await shot(gu, 'sitting-register')

  // on a phone, by somebody else of the office
  const phone = await open('on the phone', { viewport: phoneSize, isMobile: true, hasTouch: true })
  await sign(phone, url, 'chenhaiyan')
  await phone.goto(url(path + '/register'))
  await axe(phone, 'the register, on a phone')
  await shot(phone, 'sitting-register-phone')
  await fill(phone, { body: '小区东门早高峰堵得出不去。', read_back: 'read', phone: '13800000123' })
  check((await main(phone)).includes('查询码'), 'taken down on a phone')
  await phone.goto(url(path + '/close'))
  await fill(phone, { visitors: '6' })
  check((await main(phone)).includes('接待时间还没有到'), 'not closed while somebody may still come')

  await goTo(data, day, '16:40')
  await sign(gu, url, 'guxiaolan')
  await act(gu, url, path + '/close', { visitors: '7' })
  check((await main(gu)).includes('请先把其他人的事情登记好'), 'not closed while somebody is missing in it')
  await act(gu, url, path + '/close', { visitors: '6' })
  check((await main(gu)).includes('已结束'), 'closed', await main(gu))
  equal(await gu.locator('form#register').count(), 0, 'nothing more can be entered')
  await gu.goto(url(path + '/log.print'))
  const log = await main(gu)
  check(log.includes('来访 6 人，登记 3 件，当场答复 1 件') && log.includes('围墙塌了一角'), 'the day log', log)
  check(!log.includes('13800000123'), 'without a phone')
  await axe(gu, 'the day log')
  await html(gu, 'the day log')
  await shot(gu, 'sitting-log')
  const form = new URL(await gu.evaluate(async base => {
    const text = await (await fetch(base)).text()
    return new DOMParser().parseFromString(text, 'text/html').querySelector('a[href$="/intake.print"]').getAttribute('href')
  }, url(path + '/register')), gu.url())
  await gu.goto(form.href)
  const sheet = await main(gu)
  check(/来访人（签名）/.test(sheet) && /口述已复核|已在纸上签名/.test(sheet), 'the form of one of them, to be signed')
  await axe(gu, 'the form on paper')
  await html(gu, 'the form on paper')
  await shot(gu, 'sitting-form')
  for (const edition of ['view=elder', 'contrast=high', 'lang=en']) {
    await gu.goto(url(`/prefs?${edition}&back=${path}/register`))
    await axe(gu, 'the register, ' + edition)
  }
  const dark = await open('dark', { viewport: phoneSize, colorScheme: 'dark' })
  await sign(dark, url, 'chenhaiyan')
  await dark.goto(url(path + '/register'))
  await axe(dark, 'the register, dark')
})

await story('a sitting that nobody held is told and made up for', async ({ url, open, check, equal, axe, data, noscript }) => {
  ahead = 0
  const yuan = await open('yuan')
  await sign(yuan, url, 'yuanye')

  // a Wednesday to which nobody comes: that is recorded too
  const quiet = next(3)
  const [zero] = await slots(yuan, url, quiet)
  await goTo(data, quiet, '16:40')
  await sign(yuan, url, 'yuanye')
  await act(yuan, url, `/desk/reception/sittings/${zero}/close`, { visitors: '0' })
  check((await main(yuan)).includes('已结束'), 'closed with nobody')
  await yuan.goto(url(`/desk/reception/sittings/${zero}/log.print`))
  check((await main(yuan)).includes('零接待'), 'the log says so')

  let day = next(5) // Friday evenings have one, but for those that were cancelled
  let [no] = await slots(yuan, url, day)
  if (!no) [no] = await slots(yuan, url, day = next(5, 8))
  const path = `/desk/reception/sittings/${no}`
  await yuan.goto(url(path + '/miss'))
  await fill(yuan, { why: 'weather' })
  check((await main(yuan)).includes('还没有开始'), 'not before it should have begun')

  // nobody says anything for two working days
  await goTo(data, day, '20:30')
  await later(data, 6 * 86400)
  ahead += 6 * 86400
  await sign(yuan, url, 'yuanye')
  await yuan.goto(url('/desk/reception'))
  check((await main(yuan)).includes('没有接待'), 'it stands among what has to be made up for', await main(yuan))
  await axe(yuan, 'what has to be made up for')
  await noscript.goto(url('/reception/' + day))
  check((await main(noscript)).includes('期限内没有人确认接待过'), 'residents read that nobody received', await main(noscript))
  await yuan.goto(url(path + '/make-up'))
  const days = Math.ceil((now() - Date.now()) / 86400e3)
  await fill(yuan, { day: china(now() + 86400e3).toISOString().slice(0, 10), start: '9:30', end: '11:30' })
  check((await main(yuan)).includes('提前三天公布') || (await main(yuan)).includes('休息'), 'not tomorrow')
  let then = 5
  while ([3, 5].includes(new Date(workday(1, days + then)).getUTCDay())) then++
  await fill(yuan, { day: workday(1, days + then), start: '9:30', end: '11:30' })
  check((await main(yuan)).includes('已公布'), 'announced', await main(yuan))
  await noscript.goto(url('/reception/' + workday(1, days + then)))
  check((await main(noscript)).includes('补之前没有接待的一场'), 'the day in its place says what it makes up for')
  await noscript.goto(url('/reception/' + day))
  check((await main(noscript)).includes('补接待'), 'and the missed one says when')
})
