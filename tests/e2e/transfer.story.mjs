// SPDX-License-Identifier: Apache-2.0
// Two offices in one server: a concern goes from one to the other, and both records hold.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main, press, sign, story, submit } from './lib.mjs'

const root = process.env.XQ_ROOT
const program = process.env.XQ_BIN
const phoneSize = { viewport: { width: 390, height: 844 } }

const run = (...words) => spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, LANG: 'zh_CN.UTF-8' } })

await story('transfer: a concern goes to another office, and its resident with it', async ({ url, open, data, phone, check, equal, axe, html, shot }) => {
  const added = run('office', 'add', '--data', data, '--code', 'my', '--name', '梅园街道办事处', '--short', '梅园街道', '--json')
  equal(added.status, 0, 'an office is added while the server runs')
  const { login, password } = JSON.parse(added.stdout).result
  let served = 0
  for (let i = 0; i < 10 && served !== 200; i++) { // beside a database server the program hears of it a moment later
    if (i > 0) await phone.waitForTimeout(200)
    served = (await phone.goto(url('/o/my/'))).status()
  }
  equal(served, 200, 'and it is served')

  const raised = JSON.parse(run('act', 'concern.raise', '--data', data, '--office', 'demo', '--body', '梅园路口的路灯三天不亮。',
    '--place', '梅园路18号', '--phone', '13800138000', '--class', 'other').stdout).result
  const gu = await sign(await open('guxiaolan'), path => url('/o/demo' + path), 'guxiaolan')
  await gu.goto(url(`/o/demo/desk/concerns/${raised.file_no}`))
  check((await main(gu)).includes('提请其他街道接办'), 'the owner may offer it to another office')
  await gu.goto(url(`/o/demo/desk/concerns/${raised.file_no}/transfer`))
  await axe(gu, 'the form of the offer')
  await submit(gu)
  check(await gu.locator('.fault').count() >= 2, 'all faults at once')
  const office = gu.locator('[name=to]')
  if (await office.evaluate(e => e.tagName) === 'SELECT') await office.selectOption('my')
  else await gu.check('[name=to][value=my]')
  await gu.check('[name=why][value=area]')
  await gu.fill('[name=told]', '10:20电话告知，答复日不变')
  await shot(gu, 'transfer-offer')
  await submit(gu)
  check((await main(gu)).includes('正在等其他街道决定'), 'it waits, and the owner stays')
  check(!(await main(gu)).includes('起草答复'), 'and cannot be answered meanwhile')

  await phone.goto(url(`/o/demo/track/${raised.code}`))
  check((await main(phone)).includes('梅园街道办事处'), 'the resident reads who is asked')
  await axe(phone, 'a concern that is offered, on a phone')

  const they = await open('meiyuan', phoneSize)
  await they.goto(url('/o/my/login'))
  await they.fill('[name=login]', login)
  await they.fill('[name=password]', password)
  await submit(they)
  for (let i = 0; i < 20; i++) {
    await they.goto(url('/o/my/desk/transfers'))
    if ((await main(they)).includes('路灯')) break
    await they.waitForTimeout(500)
  }
  const listed = await main(they)
  check(listed.includes('梅园路口的路灯') && listed.includes('青枫街道'), 'the other intake sees the offer')
  await axe(they, 'the list of offers, on a phone')
  await html(they, 'the list of offers')
  await shot(they, 'transfer-list-phone')
  await they.locator('main a.btn').first().click()
  check(!(await they.content()).includes('13800138000'), 'without the phone of the resident')
  await axe(they, 'one offer, on a phone')
  await html(they, 'one offer')
  await shot(they, 'transfer-one-phone')
  await they.setViewportSize({ width: 1440, height: 900 })
  await shot(they, 'transfer-one-desktop')
  await press(they.locator('form[action$="/decline"] button'))
  check(await they.locator('.fault').count() >= 1, 'declining needs a reason')
  await press(they.locator('form[action$="/accept"] button'))
  check((await main(they)).includes('梅园路口的路灯'), 'taken over, with a number of its own')
  await shot(they, 'transfer-taken-desktop')

  for (let i = 0; i < 20; i++) {
    await phone.goto(url(`/o/demo/track/${raised.code}`))
    if ((await main(phone)).includes('现在由其他街道办')) break
    await phone.waitForTimeout(500)
  }
  await axe(phone, 'a concern that went elsewhere, on a phone')
  await shot(phone, 'transfer-track-phone')
  await phone.locator('a[href^="/o/my/track/"]').click()
  check((await main(phone)).includes('admin'), 'the old code leads to the new one, and says who has it now')
  await phone.fill('[name=digits]', '8000')
  await press(phone.locator('form.unlock button'))
  check((await main(phone)).includes('梅园路口的路灯'), 'which the same four digits open')

  await gu.goto(url(`/o/demo/desk/concerns/${raised.file_no}`))
  check((await main(gu)).includes('已由其他街道接办'), 'here it has ended')
  for (const code of ['demo', 'my']) {
    const seen = spawnSync('python3', ['-B', join(root, 'tools/verify/verify.py'), url(`/o/${code}/log/${code}`), '--json'],
      { encoding: 'utf8' })
    equal(seen.status, 0, `the record of ${code} holds for the outside verifier`)
    if (seen.status !== 0) console.log(seen.stdout.slice(0, 600), seen.stderr.slice(0, 300))
  }
})
