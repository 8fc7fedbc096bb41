// SPDX-License-Identifier: Apache-2.0
// long: every act page once more, with axe and at each width
// Every page of the cycle in every edition: axe, valid HTML, nothing sticks out on a phone.
import { act, answered, office, open, raise } from './cycle-lib.mjs'
import { story, workday } from './lib.mjs'

const editions = {
  light: async page => page.emulateMedia({ colorScheme: 'light' }),
  dark: async page => page.emulateMedia({ colorScheme: 'dark' }),
  contrast: async (page, url) => { await page.emulateMedia({ colorScheme: 'light' }); await page.goto(url('/prefs?contrast=high&back=/')) }
}

async function everywhere ({ url, axe, check, equal, html, shot }, page, paths) {
  for (const [edition, turn] of Object.entries(editions)) {
    await turn(page, url)
    for (const path of paths) {
      const name = path.replace(/[0-9A-Z]{13}|2\d{3}-\d+/, 'X')
      const got = await page.goto(url(path))
      if (got.status() !== 200) equal(got.status(), 200, `${edition} ${name} answers`)
      await axe(page, `${edition} ${name}`)
      if (edition !== 'light') continue
      await html(page, name)
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        check(wide <= 0, `${name} does not stick out at ${width} px`, `${wide} px`)
        if (width === 390) await shot(page, 'cycle' + name.replaceAll(/[^a-z]+/g, '-') + '-390')
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      await shot(page, 'cycle' + name.replaceAll(/[^a-z]+/g, '-'))
    }
  }
  await page.goto(url('/prefs?contrast=normal&back=/'))
}

await story('every page of the cycle in every edition', async tools => {
  const { url, noscript } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan', 'shenrui', 'maqiang', 'guxiaolan', 'zhoumin')
  // One that much is being done for, one that is asked back, one parked, one disputed, one at the counter.
  const busy = await raise(url)
  await act(who.chenhaiyan, url, busy.path + '/accept')
  await act(who.chenhaiyan, url, busy.path + '/points', { points: '修好门禁\n先装临时锁\n哪天能好' })
  await act(who.chenhaiyan, url, busy.path + '/finding', { text: '到现场看过，主板烧坏，厂家说四天发货。' })
  await act(who.chenhaiyan, url, busy.path + '/promise', { text: '地下车库的门禁也换好', day: workday(9) })
  await act(who.chenhaiyan, url, busy.path + '/assist', { unit: 'u05', what: '请看一下门口占道的部分', day: workday(2) })
  await act(who.chenhaiyan, url, busy.path + '/extend', { day: workday(8), why: 'parts', note: '配件从外地发来，要等几天。' })
  const back = await raise(url)
  await act(who.chenhaiyan, url, back.path + '/accept')
  await act(who.chenhaiyan, url, back.path + '/return', { unit: 'u05', why: 'duty', basis: '派单目录第7条' })
  const parked = await raise(url)
  await act(who.chenhaiyan, url, parked.path + '/accept')
  await act(who.shenrui, url, parked.path + '/park', { ground: 'budget', until: workday(10), sponsor: 'zhoumin', note: '这笔钱要等明年的预算。' })
  const disputed = await raise(url)
  await act(who.chenhaiyan, url, disputed.path + '/accept')
  await answered(who, url, disputed)
  const counter = await raise(url, 'other')

  await everywhere(tools, who.chenhaiyan, [busy.path, ...['return', 'extend', 'finding', 'points', 'assist', 'promise', 'promise-keep', 'promise-move', 'reply']
    .map(page => `${busy.path}/${page}`), parked.path + '/resume'])
  await everywhere(tools, who.maqiang, [busy.path + '/opinion'])
  await everywhere(tools, who.guxiaolan, [counter.path + '/redirect', counter.path + '/merge'])
  await everywhere(tools, who.zhoumin, [busy.path + '/supervise'])

  const resident = await tools.open('resident', { viewport: { width: 1440, height: 900 } })
  await open(resident, url, busy)
  await everywhere(tools, resident, [busy.track, busy.track + '/add', busy.track + '/withdraw'])
  await open(resident, url, disputed)
  await everywhere(tools, resident, [disputed.track + '/dispute'])
  await open(noscript, url, disputed)
  await act(noscript, url, disputed.track + '/dispute', { why: 'not-enough', text: '只修了一半，另一半说没有钱。' })

  await everywhere(tools, who.shenrui, [...['outcome', 'returns', 'extensions', 'disputes', 'parked'].map(tab => '/desk/rulings?show=' + tab),
    back.path + '/rule-return', busy.path + '/rule-extension', busy.path + '/park', busy.path + '/terminate', counter.path + '/void',
    disputed.path + '/rule-dispute'])
})

await story('an answer goes through the points one by one', async tools => {
  const { url, axe, check, equal } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan')
  const page = who.chenhaiyan
  const c = await raise(url)
  await act(page, url, c.path + '/accept')
  await act(page, url, c.path + '/points', { points: '修好门禁\n先装临时锁\n哪天能好' })
  const text = '您好，门禁主板已换新，旧卡一周内可以免费换。'
  await act(page, url, c.path + '/reply', { text, outcome: 'solved', point1: 'answered', point2: 'left' })
  equal(await page.locator('.faults li a').allInnerTexts(), ['请写明第 2 点为什么这次不答。', '请选定第 3 点答了没有。'], 'both faults stand above')
  equal(await page.locator('.asked .field.bad .fault').count(), 2, 'and beside their points')
  equal(await page.inputValue('[name=text]'), text, 'the answer is kept')
  check(await page.isChecked('[name=point1][value=answered]') && await page.isChecked('[name=point2][value=left]'), 'and so are the marks')
  check(await page.isVisible('[name=why2]') && !await page.isVisible('[name=why1]'), 'a reason is asked only where a point is left open')
  await axe(page)
  await act(page, url, c.path + '/reply', { text, outcome: 'solved', point1: 'answered', point2: 'left', point3: 'answered', why2: '当天就修好了，不用临时锁' })
  await who.hezhiyuan.goto(url(c.path + '/review'))
  const beside = await who.hezhiyuan.locator('.points li').allInnerTexts()
  check(beside.length === 3 && /这次不答/.test(beside[1]) && /不用临时锁/.test(beside[1]), 'the second person reads what is left open, and why', beside.join('|'))
  await axe(who.hezhiyuan)
})
