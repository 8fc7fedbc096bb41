// SPDX-License-Identifier: Apache-2.0
// The first one asked: the duty card, a pointer for what another body does, and a post that changes hands.
import { act, office } from './cycle-lib.mjs'
import { main, story } from './lib.mjs'

await story('the first one asked', async tools => {
  const { url, check, equal, axe, html, shot, noscript } = tools
  const who = await office(tools, 'guxiaolan', 'admin', 'wanglei')
  const gu = who.guxiaolan
  await act(gu, url, '/desk/intake', { body: '楼上噪声太大，想去法院起诉，不知道找谁。', place: '青枫里12号', class: 'other', phone: '13800000123' })
  const no = /\d{4}-\d{4,}/.exec(gu.url() + await main(gu))[0]
  await act(gu, url, `/desk/concerns/${no}/redirect`, {
    body: 'court', name: '区人民法院诉讼服务中心', phone: '12368', told: '当面告知立案窗口地址和要带的材料。' })
  await gu.goto(url('/desk/redirects'))
  check(/12368.*立案窗口/.test(await main(gu)), 'the log tells who is competent and what was told', await main(gu))
  await axe(gu, 'the log')
  await html(gu, 'the log')
  await gu.goto(url('/desk/first'))
  check((await main(gu)).includes('一次性告知'), 'the duty card')
  await axe(gu, 'the duty card')
  await html(gu, 'the duty card')
  await shot(gu, 'first-card')

  const answer = await tools.api('concern.raise', { body: '临河一村5号的门禁坏了半个月，晚上谁都能进来。', class: 'property', place: '临河一村5号', phone: '13800000123' })
  const c = answer.body.result
  const wang = who.wanglei
  await act(wang, url, `/desk/concerns/${c.file_no}/accept`)
  const admin = who.admin
  await act(admin, url, '/desk/people/wanglei/succeed', { to: 'chenhaiyan', why: '调到别的街道工作' })
  check(new URL(admin.url()).pathname === '/desk/people/wanglei', 'back at the person', admin.url())
  await wang.goto(url('/desk/concerns/' + c.file_no))
  check(/陈海燕/.test(await wang.locator('.owner').innerText()), 'the successor is responsible at once')
  await noscript.goto(url('/track/' + c.code))
  check((await main(noscript)).includes('陈海燕'), 'and the resident reads it')
  await admin.goto(url('/desk/people/wanglei/succeed'))
  check((await main(admin)).includes('还有 0 件'), 'nothing is left', await main(admin))
  equal(new URL(admin.url()).pathname, '/desk/people/wanglei/succeed', 'and the page still stands')
})
