// SPDX-License-Identifier: Apache-2.0
// Similar concerns: beside the form at the counter with scripts and without, on a concern's own page up to
// the merge, and on the last step of a resident, where only what is public may be told.
import { main, phoneSize, sign as signIn, story, submit } from './lib.mjs'

const words = '长桥新村22号的电梯又停了，楼上有位老人坐轮椅出不了门，维保说零件还在路上。'
const box = page => page.locator('#similar').innerText()

async function sign (open, url, who, options = {}) {
  return signIn(await open(who + (options.javaScriptEnabled === false ? '-plain' : ''), options), url, who)
}

async function raise (url, more = {}) {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: words, class: 'property', place: '长桥新村22号', phone: '13800000123', publish: true, ...more }) })
  return (await answer.json()).result
}

async function type (page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'class') await page.selectOption('[name=class]', value)
    else await page.fill(`[name=${name}]`, value)
  }
}

const again = { body: '长桥新村22号电梯又停了，坐轮椅的老人出不了门。', place: '长桥新村22号', class: 'property' }

async function counter ({ open, url, check, equal, axe, html, shot }, javaScriptEnabled) {
  const look = async (page, what) => javaScriptEnabled ? axe(page, what) : undefined // axe is a script itself
  const before = await raise(url)
  const gu = await sign(open, url, 'guxiaolan', { javaScriptEnabled, viewport: { width: 1280, height: 900 } })
  await gu.goto(url('/desk/intake'))
  check((await box(gu)).includes('写了内容或地点以后'), 'a fresh form says what will stand there')
  await type(gu, again)
  await gu.click('button:has-text("查找相似诉求")')
  equal(new URL(gu.url()).pathname, '/desk/intake/similar', 'the form comes back')
  equal([await gu.inputValue('[name=body]'), await gu.inputValue('[name=place]')], [again.body, again.place], 'as it was typed')
  const told = await box(gu)
  check(told.includes(before.file_no), 'the earlier one stands there', told)
  check(/同一地点 · 同类事情 · \d+ 处文字相同：/.test(told), 'and why it is like it', told)
  check(await gu.locator('#similar li').count() <= 5, 'at most five')
  equal(await gu.locator('.fault').count(), 0, 'looking is no registering: nothing is at fault')
  equal(await gu.locator(`#similar a[href$="${before.file_no}"]`).getAttribute('target'), '_blank', 'it opens beside the form')
  await look(gu, 'intake with similar ones')
  await html(gu, 'intake with similar ones')
  await shot(gu, 'intake-similar')
  await gu.setViewportSize(phoneSize)
  const wide = await gu.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  check(wide <= 0, 'nothing sticks out sideways on a phone', `${wide} px`)
  await shot(gu, 'intake-similar-phone')

  await raise(url)
  await gu.selectOption('[name=class]', 'other')
  await gu.click('button:has-text("查找相似诉求")')
  check(/多半是“住宅小区与物业”/.test(await box(gu)), 'what most of them are is suggested, with the reason', await box(gu))
  await gu.selectOption('[name=class]', 'property')

  await gu.fill('[name=body]', '')
  await submit(gu)
  check(await gu.locator('.fault').count() > 0 && (await box(gu)).includes(before.file_no), 'a form with faults shows them too, by the place alone')

  await gu.fill('[name=body]', again.body)
  await submit(gu)
  check(gu.url().includes('/receipt'), 'registered all the same')
  await gu.click('main a:has-text("相似诉求")')
  check((await main(gu)).includes(before.file_no), 'the new concern leads to those like it')
  await look(gu, 'similar ones of a concern')
  await html(gu, 'similar ones of a concern')
  await shot(gu, 'similar-phone')
  await gu.setViewportSize({ width: 1280, height: 900 })
  await shot(gu, 'similar')
  const own = /concerns\/([0-9-]+)\/similar/.exec(gu.url())[1]
  await gu.click(`main a[href$="/merge?into=${before.file_no}"]`)
  equal(await gu.inputValue('[name=into]'), before.file_no, 'and to the merge, with its number filled in')
  await submit(gu)
  await gu.goto(url('/desk/concerns/' + own))
  check((await main(gu)).includes('并案') || (await main(gu)).includes('一起办'), 'merged', await main(gu))
}

await story('the counter looks for similar concerns by a button, scripts off', tools => counter(tools, false))
await story('the counter looks for similar concerns by a button', tools => counter(tools, true))

await story('the counter sees similar concerns as it types', async ({ open, url, check, equal, axe, shot }) => {
  const before = await raise(url)
  const gu = await sign(open, url, 'guxiaolan')
  await gu.goto(url('/desk/intake'))
  await gu.fill('[name=body]', again.body)
  await gu.press('[name=body]', 'Tab')
  await gu.waitForSelector('#similar li')
  check((await box(gu)).includes(before.file_no), 'they come when the words are left')
  equal(new URL(gu.url()).pathname, '/desk/intake', 'and the page stays')
  await gu.fill('[name=body]', '想在公园多放几张长椅')
  await gu.press('[name=body]', 'Tab')
  await gu.waitForSelector('#similar :text("没有与它相似的")')
  await type(gu, again)
  await gu.press('[name=place]', 'Tab')
  await gu.waitForSelector('#similar :text("同一地点")')
  await axe(gu, 'intake with similar ones by script')
  await gu.emulateMedia({ colorScheme: 'dark' })
  await axe(gu, 'the same in the dark')
  await shot(gu, 'intake-similar-dark')
})

await story('similar concerns at the desk keep to what may be seen', async ({ open, url, check, equal }) => {
  const open1 = await raise(url)
  const secret = await raise(url, { secret: true })
  const ask = async who => {
    const page = await sign(open, url, who, { javaScriptEnabled: false })
    await page.goto(url('/desk/intake'))
    await type(page, again)
    await page.click('button:has-text("查找相似诉求")')
    return box(page)
  }
  const clerk = await ask('guxiaolan')
  check(clerk.includes(open1.file_no) && clerk.includes(secret.file_no), 'the intake post sees both: it owns them')
  const other = await ask('maqiang')
  check(!other.includes(open1.file_no) && !other.includes(secret.file_no), 'another unit sees neither')
  const leader = await ask('zhoumin')
  check(leader.includes(open1.file_no), 'who looks over the office sees the open one')
  check(!leader.includes(secret.file_no), 'a confidential one is for its owner only')
  const anonymous = await fetch(url('/api/v1/similar'), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(again) })
  equal(anonymous.status, 401, 'nobody asks without an account')
})

for (const javaScriptEnabled of [false, true]) {
  await story(`a resident is told what others raised${javaScriptEnabled ? '' : ', scripts off'}`, async ({ open, url, check, equal, axe, html, shot }) => {
    const secret = '枇杷树根拱裂地窖'
    await raise(url, { body: '楼道灯坏了，' + secret, place: '竹篱弄9018号' })
    const page = await open('resident', { javaScriptEnabled, viewport: phoneSize })
    const go = async (body, place) => {
      await page.goto(url('/raise'))
      await page.fill('[name=body]', body)
      await page.check('[name=class][value=property]')
      await submit(page)
      await page.fill('[name=place]', place)
      await submit(page)
      equal(new URL(page.url()).pathname, '/raise/check', 'the last step')
      return main(page)
    }
    const told = await go('楼道灯坏了很久，电梯门也关不上，晚上下楼很害怕。', '枫桥路88弄')
    check(told.includes('别人也反映过类似的事') && told.includes('您的照样可以提交'), 'others raised it, and it may still be sent', told)
    const cards = page.locator('section[aria-labelledby=w3] .pub-card')
    const n = await cards.count()
    check(n >= 1 && n <= 5, 'a handful of cards', String(n))
    const lines = await (await fetch(url('/public/concerns?class=property'))).text()
    check(!/弄|新村|号楼|1[0-9]{10}/.test(await page.locator('section[aria-labelledby=w3]').innerText()), 'no place, no phone in them')
    check(lines.includes('pub-card'), 'the public list has the same cards')
    if (javaScriptEnabled) await axe(page, 'step 3 with similar ones')
    await html(page, 'step 3 with similar ones')
    await shot(page, 'raise-similar-phone')
    await page.setViewportSize({ width: 1280, height: 900 })
    await shot(page, 'raise-similar')
    await page.setViewportSize(phoneSize)
    const hidden = await go(secret, '竹篱弄9018号')
    check(!hidden.includes('别人也反映过类似的事'), "somebody else's words and place find nothing", hidden)
    await submit(page)
    check(page.url().includes('/raise/done/'), 'sent all the same')
  })
}
