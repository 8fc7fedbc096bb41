// SPDX-License-Identifier: Apache-2.0
// Visits at home: offered by who answers for a concern, declined or made, noted by the two who went.
import { main, sign, story, submit } from './lib.mjs'

const day = ahead => new Date(Date.now() + 8 * 3600000 + ahead * 864e5).toISOString().slice(0, 10)

async function offer (page, url, path, second) {
  await page.goto(url(path + '/visit'))
  await page.check('[name=purpose][value=explain]')
  await page.fill('[name=about]', '当面说明楼道灯的维修安排。')
  await page.fill('[name=day]', day(3))
  await page.selectOption('[name=first]', 'xiangnan')
  await page.selectOption('[name=second]', second)
  await submit(page)
}

// Taken down anew, so that no visit of the demo's own days is in the way.
async function takeDown (page, url) {
  await page.goto(url('/desk/intake'))
  await page.fill('[name=body]', '三楼到五楼的楼道灯晚上不亮，老人上下楼看不见。')
  await page.fill('[name=place]', '长桥新村22号')
  await page.selectOption('[name=class]', 'property')
  await page.fill('[name=phone]', '13800138000')
  await submit(page)
  await page.waitForURL(/concerns\/\d+-\d+/)
  return '/desk/concerns/' + /concerns\/(\d+-\d+)/.exec(page.url())[1]
}

const phoneSize = { viewport: { width: 390, height: 844 } }

await story('a visit at home', async ({ url, open, check, equal, axe, html, shot }) => {
  const gu = await sign(await open('guxiaolan'), url, 'guxiaolan')
  const path = await takeDown(gu, url)
  await gu.goto(url(path + '/visit'))
  await axe(gu, 'the form of an offer')
  await html(gu, 'the form of an offer')
  await submit(gu)
  check(await gu.locator('.fault').count() >= 4, 'all faults at once')
  await offer(gu, url, path, 'xiangnan')
  check((await main(gu)).includes('要两个不同的人去'), 'two go, never one')
  await offer(gu, url, path, 'jinling')
  check((await main(gu)).includes('已约，等人家答复'), 'the visit stands on the concern')

  const jin = await sign(await open('jinling', phoneSize), url, 'jinling')
  await jin.goto(url('/desk/visits'))
  check((await main(jin)).includes('和向楠一起'), 'who goes finds it among the visits')
  await axe(jin, 'the visits ahead, on a phone')
  await shot(jin, 'visits-ahead-phone')
  equal((await jin.goto(url(path))).status(), 200, 'and may read the concern while it is ahead')
  equal(await jin.locator('.mask a[href$="/unmask"]').count(), 1, 'and ask for the way to the door')
  await jin.goto(url(path + '/visit-done'))
  check((await main(jin)).includes('还没有答应'), 'nobody goes before the household said yes')
  await jin.goto(url(path + '/visit-answer'))
  equal(await jin.locator('main textarea').count(), 0, 'there is no place for a reason')
  await jin.check('[name=answer][value=accepted]')
  await submit(jin)
  await jin.goto(url(path + '/visit-done'))
  await jin.fill('[name=held_on]', day(0))
  await jin.fill('[name=told]', '说明了更换线路的安排。')
  await jin.fill('[name=heard]', '希望晚上七点前施工。')
  await axe(jin, 'noting a visit, on a phone')
  await submit(jin)
  check((await main(jin)).includes('已记在诉求里'), 'it is noted')
  equal((await jin.goto(url(path))).status(), 403, 'a visit that is over opens nothing any more')

  await gu.goto(url(path))
  check((await main(gu)).includes('希望晚上七点前施工'), 'the concern keeps what was heard')
  await gu.goto(url(path + '/visit.print'))
  const sheet = await main(gu)
  check(sheet.includes('上门走访单') && !sheet.includes('138'), 'the sheet bears no phone')
  await axe(gu, 'the sheet')

  await offer(gu, url, path, 'jinling')
  await gu.goto(url(path + '/visit-answer'))
  await gu.check('[name=answer][value=declined]')
  await submit(gu)
  await gu.goto(url(path + '/visit'))
  check((await main(gu)).includes('90天内不再约'), 'a no is final for 90 days')
})
