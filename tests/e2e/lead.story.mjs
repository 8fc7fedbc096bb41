// SPDX-License-Identifier: Apache-2.0
// long: the boards in the editions
// What leaders, auditors and who runs the machine see: a late concern is supervised by name from the
// board; the log is filtered and exported with a purpose; administrators are refused the log, and try a
// dead message again.
import { chmodSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { later, main, sent, sign, story, submit } from './lib.mjs'

// The page in its editions, each clean: dark, on a phone, large type, high contrast.
async function editions (tools, page, who, what) {
  const { open, url, axe } = tools
  const path = new URL(page.url()).pathname + new URL(page.url()).search
  await axe(page, what)
  for (const [name, options, query] of [
    ['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
    ['elder', {}, '/prefs?view=elder&back=/desk'], ['high contrast', {}, '/prefs?contrast=high&back=/desk']]) {
    const other = await open(`${who}-${what}-${name}`, { storageState: await page.context().storageState(), ...options })
    if (query) await other.goto(url(query))
    await other.goto(url(path))
    await axe(other, `${what}, ${name}`)
    const over = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    tools.check(over <= 0, `${what}, ${name}: nothing sideways`, over)
    await other.context().close()
  }
}

await story('a leader supervises what is late', async tools => {
  const { url, open, check, equal, html, shot, noscript } = tools
  const zhou = await sign(await open('zhou'), url, 'zhoumin')
  await zhou.goto(url('/lead'))
  check(/现在超期 \d+ 件/.test(await main(zhou)), 'the board counts what is late')
  const row = zhou.locator('.late-now tbody tr:not(.unit)').first()
  const text = await row.innerText()
  check(/超期\d+个工作日|超期不到/.test(text) && text.includes('首问'), 'a row tells working days late and the first receiver', text)
  check(/已报|已公开|还没有上报/.test(text), 'and the level that the ladder has reached', text)
  await html(zhou, 'the board')
  await editions(tools, zhou, 'zhou', 'the board')
  await shot(zhou, 'lead-board')

  const no = (await row.locator('th a').getAttribute('href')).split('/').pop()
  await row.getByRole('link', { name: '督办' }).click()
  await zhou.check('[name=level][value=supervise]')
  await zhou.fill('[name=note]', '三天内到现场，给居民一个准日子。')
  await submit(zhou)
  check((await main(zhou)).includes('三天内到现场'), 'it is supervised by name')
  await zhou.goto(url('/lead'))
  check((await zhou.locator(`tr:has(a[href$="${no}"])`).innerText()).includes('已点名督办'), 'the board says so')

  const he = await sign(await open('he'), url, 'hezhiyuan')
  await he.goto(url('/desk/concerns/' + no))
  check((await main(he)).includes('三天内到现场'), 'the head sees who supervises it and what is asked')
  equal((await he.goto(url('/lead'))).status(), 403, 'the board itself is for leaders')

  await sign(noscript, url, 'zhoumin')
  await noscript.goto(url('/lead'))
  check((await main(noscript)).includes('督办'), 'with scripts off all of it is there')
})

await story('a full board prints on one sheet', async ({ url, open, data, check, equal, shot }) => {
  await later(data, 40 * 86400)
  const zhou = await sign(await open('zhou'), url, 'zhoumin')
  await zhou.goto(url('/lead'))
  equal(await zhou.locator('.late-now tbody tr:not(.unit)').count(), 11, 'a page of the board is full')
  await shot(zhou, 'lead-board-full')
  const paper = (await zhou.pdf({ preferCSSPageSize: true })).toString('latin1')
  equal((paper.match(/\/Type\s*\/Page[^s]/g) ?? []).length, 1, 'one A4')
  const first = await main(zhou)
  await zhou.getByRole('link', { name: '下一页' }).click()
  check(await main(zhou) !== first && await zhou.locator('.late-now').count() === 1, 'the next page goes on')
})

await story('an auditor looks up who did what', async tools => {
  const { url, open, check, equal, html, shot } = tools
  const deng = await sign(await open('deng'), url, 'dengqi')
  await deng.goto(url('/desk/audit'))
  check((await main(deng)).includes('最新的在前'), 'the log is there, newest first')
  await html(deng, 'the log')
  await editions(tools, deng, 'deng', 'the log')
  await shot(deng, 'audit')

  await deng.selectOption('[name=person]', 'chenhaiyan')
  await deng.selectOption('[name=act]', 'concern.accept')
  await deng.getByRole('button', { name: '查', exact: true }).click()
  const who = await deng.locator('main tbody tr td:nth-child(2) > span, main tbody tr td:nth-child(2)').allInnerTexts()
  check(who.length > 0 && who.every(t => t.includes('陈海燕')), 'one person and one act', who.join('|'))
  await deng.goto(url('/desk/audit?concern=2026-99999999'))
  check((await main(deng)).includes('没有这个登记号的诉求'), 'an unknown number is said beside its field')
  check((await main(deng)).includes('没有符合的记录'), 'and finds nothing')
  await tools.axe(deng, 'the log with a fault')

  await deng.goto(url('/desk/audit?person=chenhaiyan&act=concern.accept'))
  await deng.getByRole('link', { name: '导出 CSV' }).click()
  equal(await deng.locator('[name=person]').inputValue(), 'chenhaiyan', 'the export takes the filter along')
  await submit(deng)
  check(await deng.locator('.fault').count() > 0, 'without a purpose there is no export')
  await deng.fill('[name=purpose]', '第三季度内审抽查')
  await tools.axe(deng, 'the form of an export')
  await submit(deng)
  check((await main(deng)).includes('已登记这次导出：第三季度内审抽查'), 'the purpose is noted')
  const file = await deng.getByRole('link', { name: '下载文件' }).getAttribute('href')
  const csv = await (await deng.context().request.get(url(file))).text()
  const lines = csv.trim().split('\n')
  check(lines.length > 1 && lines.slice(1).every(l => l.includes('"陈海燕"') && l.includes('"concern.accept"')), 'the file holds what was asked for', lines.slice(0, 3).join('\n'))
  await deng.goto(url('/desk/audit?act=audit.export'))
  check((await main(deng)).includes('导出操作记录'), 'the export itself stands in the log')
})

await story('an administrator and the log, the messages and the jobs', async tools => {
  const { url, open, data, check, equal, html, shot } = tools
  const admin = await sign(await open('admin'), url, 'admin')
  equal((await admin.goto(url('/desk/audit'))).status(), 403, 'the log is refused')
  check((await main(admin)).includes('不能看、不能改'), 'in words')
  await later(data, 1) // what has fallen due since the demo's midnight, and the messages about it
  await sent(url)
  await admin.goto(url('/desk/jobs'))
  const done = await main(admin)
  check(/全部办完，\d\d:\d\d/.test(done), 'all is done, and when', done)
  await editions(tools, admin, 'admin', 'messages and jobs, all done')
  writeFileSync(join(data, 'hook'), '#!/bin/sh\nexit 1\n')
  chmodSync(join(data, 'hook'), 0o700)

  const zhou = await sign(await open('zhou'), url, 'zhoumin')
  await zhou.goto(url('/lead'))
  await zhou.locator('.late-now').getByRole('link', { name: '督办' }).first().click()
  await zhou.check('[name=level][value=urge]')
  await zhou.fill('[name=note]', '请今天联系居民。')
  await submit(zhou)
  // The first try fails at once or within a round; each pause is longer than the one before.
  for (let i = 0; i < 40; i++) {
    await later(data, 3 * 3600)
    await sign(admin, url, 'admin')
    await admin.goto(url('/desk/jobs'))
    if ((await main(admin)).includes('停发的消息')) break
  }
  check((await main(admin)).includes('停发的消息'), 'after its tries a message is dead, and shown')
  check((await main(admin)).includes('转发消息的程序出错或超时'), 'with the reason in words')
  check(!(await main(admin)).includes('请今天联系居民'), 'without its text')
  await html(admin, 'messages and jobs')
  await editions(tools, admin, 'admin', 'messages and jobs')
  await shot(admin, 'jobs')
  await admin.locator('main a[href*="/retry"]').first().click()
  await tools.axe(admin, 'the form of a retry')
  rmSync(join(data, 'hook'))
  await submit(admin)
  check((await main(admin)).includes('已放回等待'), 'it is tried again')
})
