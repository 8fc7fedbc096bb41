// SPDX-License-Identifier: Apache-2.0
// What cannot be solved: the answer says which rule stops it and who could change it, somebody explains it in
// person, the office's limits are listed and reported; and everybody sees what became of promises.
import { act, fill, office, open, raise } from './cycle-lib.mjs'
import { main, story } from './lib.mjs'

const answer = {
  text: '您希望在3号楼前加6个车位。我们量过，消防通道要留4米，只剩3.6米，依法不能划。',
  basis: '《消防法》第二十八条', outcome: 'explained', standing: 'no-basis', decider: '区规划和自然资源局',
  condition: '消防通道改造以后', instead: '晚7点后学校操场开放40个车位'
}

await story('what cannot be solved is explained', async tools => {
  const { url, check, axe, html, shot, noscript } = tools
  const who = await office(tools, 'chenhaiyan', 'hezhiyuan', 'shenrui')
  const c = await raise(url)
  const chen = who.chenhaiyan
  await act(chen, url, c.path + '/accept')
  await act(chen, url, c.path + '/reply', { text: answer.text, outcome: 'explained' })
  check(await chen.locator('.field.bad .fault').count() >= 4, 'an explanation lacks its parts: all faults at once', await main(chen))
  await axe(chen, 'an answer that explains')
  await chen.check('[name=beyond]')
  await fill(chen, { ...answer, up_to: '区住房保障和房屋管理局' })
  await who.hezhiyuan.goto(url(c.path + '/review'))
  check((await main(who.hezhiyuan)).includes('区规划和自然资源局'), 'the second person reads who could decide')
  await axe(who.hezhiyuan, 'its review')
  await fill(who.hezhiyuan, { public_line: '希望在楼前加停车位' })

  await open(noscript, url, c)
  const told = await main(noscript)
  check(told.includes('《消防法》第二十八条') && told.includes('区规划和自然资源局') && told.includes('40个车位'), 'the resident reads rule, body and what is done instead', told)
  await who.shenrui.goto(url('/desk/beyond'))
  check((await main(who.shenrui)).includes('区规划和自然资源局'), 'what is beyond the office stands on the list')
  await axe(who.shenrui, 'beyond the office')
  await html(who.shenrui, 'beyond the office')
  await shot(who.shenrui, 'explain-beyond')

  await act(chen, url, c.path + '/explain', {
    day: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10), mode: 'phone',
    text: '电话里说明了消防通道的规定和操场开放的时间。', view: 'disagrees', words: '能理解，但希望早点改造。' })
  await axe(chen, 'a concern that was explained')
  await open(noscript, url, c)
  check((await main(noscript)).includes('能理解，但希望早点改造'), 'the resident finds the own words', await main(noscript))
})

await story('everybody sees what became of promises', async ({ url, phone, check, axe, html, shot }) => {
  await phone.goto(url('/promises'))
  check(await phone.locator('main h2, main h3').count() > 1, 'promises of the demo stand there')
  await axe(phone, 'the promises')
  await html(phone, 'the promises')
  await shot(phone, 'promises-phone')
  await phone.goto(url('/promises?show=late'))
  await axe(phone, 'the late ones')
})
