// SPDX-License-Identifier: Apache-2.0
// What leaves the office on paper: the answer as a letter, the slip of a hand-over, the strip of the counter
// printer, the register of what came in, the file of a concern. Each is looked at as it will be printed.
import { act, answered, office, open, raise } from './cycle-lib.mjs'
import { main, story } from './lib.mjs'

// Size of the first sheet in millimetres and how many there are, read from the browser's own PDF.
async function sheets (page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const box = /MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf)
  return { width: Math.round(box[1] / 72 * 25.4), height: Math.round(box[2] / 72 * 25.4), n: [...pdf.matchAll(/\/Type\s*\/Page\b/g)].length }
}

const size = s => `${s.width}x${s.height}`

await story('the answer leaves as a letter', async tools => {
  const { url, axe, html, check, equal, shot, noscript } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan', 'taowei')
  const c = await raise(url)
  await act(who.chenhaiyan, url, c.path + '/accept')
  const page = who.chenhaiyan
  equal((await page.goto(url(c.path + '/letter.print'))).status(), 404, 'there is no letter before there is an answer')
  await answered(who, url, c)
  await page.goto(url(c.path))
  await page.locator('a[href$="/letter.print"]').first().click()
  const told = await main(page)
  check(/青街复〔\d{4}〕/.test(told) && /青街诉〔\d{4}〕\d+号/.test(told), 'it bears the mark of the letter and the number of the file', told)
  check(told.includes('门禁主板烧坏') && told.includes('不满意怎么办'), 'it holds the answer, and what to do when it is not enough')
  check(!told.includes('13800000123'), 'no phone of the resident stands on it')
  await axe(page)
  await html(page)
  await shot(page, 'paper-letter')
  const s = await sheets(page)
  equal([size(s), s.n], ['210x297', 1], 'one sheet of A4')
  equal((await who.taowei.goto(url(c.path + '/letter.print'))).status(), 403, 'another unit does not print it')

  await noscript.goto(url(c.track + '/letter.print'))
  check(await noscript.locator('[name=digits]').count() === 1, 'the code alone does not open it')
  await open(noscript, url, c)
  await noscript.locator('a[href$="/letter.print"]').click()
  check((await main(noscript)).includes('门禁主板烧坏'), 'the resident prints the same letter')
})

await story('a draft says on paper that it is one', async tools => {
  const { url, check } = tools
  const who = await office(tools, 'chenhaiyan')
  const c = await raise(url)
  await act(who.chenhaiyan, url, c.path + '/accept')
  await act(who.chenhaiyan, url, c.path + '/reply', { text: '您好，门禁主板烧坏，已换新。', outcome: 'solved' })
  await who.chenhaiyan.goto(url(c.path + '/letter.print'))
  check((await main(who.chenhaiyan)).includes('草稿，未经审核'), 'in the place of the seal')
})

await story('a slip goes along with a hand-over', async tools => {
  const { url, axe, html, check, equal, shot } = tools
  const who = await office(tools, 'chenhaiyan')
  const page = who.chenhaiyan
  const c = await raise(url)
  await act(page, url, c.path + '/accept')
  await act(page, url, c.path + '/hand-over?unit=u05', { why: 'place', note: '门口占道的部分请你们看一看。' })
  await page.goto(url(c.path + '/slip.print'))
  const told = await main(page)
  check(told.includes('门口占道') && told.includes('转办单'), 'it says what is asked', told)
  check(!told.includes('1380') && told.includes('临河一村'), 'where it is, and no phone of the resident', told)
  await axe(page)
  await html(page)
  await shot(page, 'paper-slip')
  const s = await sheets(page)
  equal([size(s), s.n], ['210x297', 1], 'one sheet of A4')

  const other = await raise(url)
  await act(page, url, other.path + '/accept')
  await act(page, url, other.path + '/hand-over?unit=u05', { why: 'place', note: '请打 13800000123 联系本人。' })
  await page.goto(url(other.path + '/slip.print'))
  check((await main(page)).includes('会露出反映人'), 'it is not made when a colleague wrote the phone into it')
})

await story('receipt strip, register and file', async tools => {
  const { url, axe, html, check, equal, shot } = tools
  const who = await office(tools, 'guxiaolan', 'taowei', 'zhoumin')
  const gu = who.guxiaolan
  await act(gu, url, '/desk/intake', { body: '临河一村5号的门禁坏了半个月，晚上谁都能进来。', place: '临河一村5号', name: '吴美珍', phone: '13812344521' })
  const no = /concerns\/(\d+-\d+)/.exec(gu.url())[1]
  await gu.locator('a[href$="paper=strip"]').click()
  await gu.waitForURL(/paper=strip/)
  const strip = await sheets(gu)
  equal([strip.width, strip.n], [80, 1], 'the receipt fits on one strip of 80 mm')
  await axe(gu, 'the strip')
  await gu.goto(url(`/desk/concerns/${no}/receipt`))
  equal(size(await sheets(gu)), '210x297', 'and on A4')

  await gu.goto(url('/desk/concerns'))
  await gu.locator('a[href$="/desk/register"]').click()
  const told = await main(gu)
  check(told.includes(no.slice(5)) && told.includes('吴**') && !told.includes('13812344521'), 'the register of today, names and phones masked', told)
  await axe(gu, 'the register')
  await html(gu, 'the register')
  await shot(gu, 'paper-register')
  equal(size(await sheets(gu)), '297x210', 'on A4 across')
  await gu.goto(url('/desk/register?from=2026-09-24&to=2026-09-01'))
  check((await main(gu)).includes('按先后'), 'days in the wrong order are told in words')
  await who.taowei.goto(url('/desk/register'))
  check(!(await main(who.taowei)).includes('吴**'), 'another unit does not read it there')

  await who.zhoumin.goto(url(`/desk/concerns/${no}/file.print`))
  const file = await main(who.zhoumin)
  check(file.includes('吴**') && !file.includes('13812344521'), 'the file is masked')
  await axe(who.zhoumin, 'the file')
  equal(size(await sheets(who.zhoumin)), '210x297', 'on A4')
})
