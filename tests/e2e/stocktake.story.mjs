// SPDX-License-Identifier: Apache-2.0
// What a neighbourhood has to see to beside the concerns: the yearly stock-take of its legacy problems, and
// disputes that are met early.
import { act, fill, office } from './cycle-lib.mjs'
import { main, story, submit, workday } from './lib.mjs'

const phoneSize = { viewport: { width: 390, height: 844 } }
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)

await story('the yearly stock-take of legacy problems', async ({ url, open, check, equal, axe, html, shot }) => {
  const who = await office({ open: name => open(name, name === 'lujianping' ? phoneSize : {}), url },
    'lujianping', 'shenrui', 'hanmei')
  const lu = who.lujianping
  await lu.goto(url('/desk'))
  check((await main(lu)).includes('年度梳理等着报送'), 'the page of the day says what the unit has to file')
  await axe(lu, 'the page of the day')
  await who.shenrui.goto(url('/desk'))
  check((await main(who.shenrui)).includes('年度梳理等着报送'), 'what is late stands before the supervisor')
  await who.shenrui.goto(url('/desk/hard/stock-takes'))
  const year = await main(who.shenrui)
  check(year.includes('逾期') && year.includes('已报送') && year.includes('枫桥居委会'), 'who filed and who is late')
  await axe(who.shenrui, 'the stock-takes of the year')
  await html(who.shenrui, 'the stock-takes of the year')
  await shot(who.shenrui, 'stocktake-year')

  await lu.goto(url('/desk/hard/stock-takes'))
  await lu.locator('main tr', { hasText: '枫桥居委会' }).locator('a').first().click()
  const take = new URL(lu.url()).pathname
  await axe(lu, 'a stock-take, on a phone')
  await shot(lu, 'stocktake-phone')
  await act(lu, url, take + '/file', { how: '走了三个小区' })
  check((await main(lu)).includes('请先逐个记下现场情况'), 'all are looked at before it is filed')
  await lu.goto(url(take))
  await lu.locator('main tbody a').first().click()
  const look = new URL(lu.url()).pathname
  check(look.endsWith('/look'), 'from the list to the look')
  await axe(lu, 'the form of a look')
  await fill(lu, { seen: '门口又堆了旧家具', stage: 'waiting', next: workday(200) })
  check((await main(lu)).includes('半年内要再看一次'), 'never later than half a year')
  await fill(lu, { next: workday(60) })
  check((await main(lu)).includes('门口又堆了旧家具'), 'the look stands on its page')
  await axe(lu, 'a legacy problem with its looks')
  await act(lu, url, take + '/file', { found: '老锅炉房的产权', how: '走了三个小区，问了楼组长' })
  check((await main(lu)).includes('迟报'), 'filed late, and it says so')

  await who.hanmei.goto(url(take + '/file'))
  await fill(who.hanmei, { how: '替枫桥报一份' })
  check((await main(who.hanmei)).includes('枫桥居委会的负责人'), 'another unit files nothing for it')
  await who.shenrui.goto(url(take))
  await who.shenrui.locator('main a[href*="/desk/hard/new"]').click()
  equal(await who.shenrui.locator('[name=nbhd]').inputValue(), 'u09', 'what was found goes on the ledger with its place')
  await who.shenrui.goto(url('/desk/hard/legacy.print?unit=u08'))
  const paper = await main(who.shenrui)
  check(paper.includes('老小区产权证遗留问题') && !paper.includes('周敏') && !paper.includes('何志远'), 'topic and status, no names')
  await axe(who.shenrui, 'the legacy list on paper')
  await shot(who.shenrui, 'stocktake-paper')
  await who.shenrui.goto(url('/desk/hard/stock-takes/month'))
  await axe(who.shenrui, 'the form of the month')
})

await story('a dispute that is met early', async ({ url, open, check, equal, axe, html, shot }) => {
  const who = await office({ open: name => open(name, name === 'hanmei' ? phoneSize : {}), url },
    'hanmei', 'shenrui', 'fangjing', 'zhoumin')
  const han = who.hanmei
  await han.goto(url('/desk/disputes/new'))
  await axe(han, 'the form of a dispute')
  await submit(han)
  check(await han.locator('.fault').count() >= 6, 'all faults at once')
  await fill(han, { kind: 'neighbour', about: '找 13800000123 说理，阳台晾衣滴水', place: '河滨新村7号', side_a: 'residents', side_b: 'residents', parties: '2' })
  check((await main(han)).includes('请只写事情'), 'no phone number in it')
  await fill(han, { about: '阳台晾衣滴水到楼下' })
  const path = new URL(han.url()).pathname
  await axe(han, 'a new dispute, on a phone')
  await html(han, 'a new dispute')
  await han.goto(url(path + '/mediate'))
  await axe(han, 'the form of a mediation')
  await fill(han, { channel: 'peoples', day: today(), place: '居委会调解室', by: 'hanmei', went: '楼上答应拧干再晾' })
  check((await main(han)).includes('与自己有关的要回避'), 'nobody mediates in their own matter')
  await han.check('[name=neutral]')
  await submit(han)
  await act(han, url, path + '/settle', { agreement: '楼上拧干再晾，楼下不再敲管子', form: 'oral', follow: workday(10) })
  check((await main(han)).includes('已达成协议'), 'settled, and to be looked at again')
  await act(han, url, path + '/follow', { kept: 'no', words: '昨天又滴了' })
  check((await main(han)).includes('调解中'), 'not kept: mediated again')
  await axe(han, 'a dispute with its course')
  await shot(han, 'dispute-phone')
  await han.goto(url('/desk/disputes'))
  await shot(han, 'disputes-phone')

  const fang = who.fangjing
  equal((await fang.goto(url(path))).status(), 404, 'for another unit it does not exist')
  equal((await fang.goto(url(path + '/settle'))).status(), 404, 'nor do its forms')
  await fang.goto(url('/desk/disputes'))
  check(!(await main(fang)).includes('滴水'), 'and its list is another')
  const shen = who.shenrui
  await shen.goto(url('/desk/disputes'))
  const all = await main(shen)
  check(all.includes('滴水') && all.includes('逾期'), 'a supervisor reads all, what is overdue first')
  await axe(shen, 'the register')
  await html(shen, 'the register')
  await shot(shen, 'disputes')
  const sheet = `/desk/disputes/${today().slice(0, 7)}.print`
  await shen.goto(url(sheet))
  await axe(shen, 'the sheet of the month')
  await shot(shen, 'disputes-sheet')
  await who.zhoumin.goto(url(sheet))
  check((await main(who.zhoumin)).includes('少于5'), 'a leader reads no small count')
  equal((await who.zhoumin.goto(url(path))).status(), 404, 'nor the dispute itself')
  const stranger = await open('stranger', phoneSize)
  check((await stranger.goto(url('/desk/disputes'))).url().includes('/login'), 'nothing of it is public')

  await act(han, url, '/desk/intake', { body: '楼上每晚十一点后还在拉琴，敲门不应，两家在楼道里吵过一回。', place: '枫林新村3号', class: 'noise' })
  await han.goto(url('/desk/concerns/' + /\d{4}-\d{4,}/.exec(han.url())[0]))
  await han.getByRole('link', { name: '登记为邻里矛盾' }).click()
  check(han.url().includes('/desk/disputes/new?concern='), 'from a concern about noise one step leads to the register')
  check(/\d{4}-\d{4,}/.test(await han.inputValue('[name=concern]')), 'with its number')
})
