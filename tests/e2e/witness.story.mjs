// SPDX-License-Identifier: Apache-2.0
// An operator lets the record be watched, watches another one, and gives it a new key.
import { main, phoneSize, sign, story, submit } from './lib.mjs'

const witness = 'qujifang.example.cn/witness/qj+5fa9a6a6+BONk4choKBlCdcSiAIl6BmzBZD/U0CC+t6KQdVnbfXz8'
const vectorWitness = 'witness.example/w1+88e93c2c+BONk4choKBlCdcSiAIl6BmzBZD/U0CC+t6KQdVnbfXz8'
const vectorLog = 'xinqiao.example.cn/log/lc+48adbd0f+AWP5YkdcqZY568rMmBzp4kg5Oz7KsBwszSF2UUULWyD6'

await story('an operator enters a witness and a record to watch', async ({ desktop, url, check, equal, axe, html, shot }) => {
  await sign(desktop, url, 'admin')
  await desktop.goto(url('/desk/record/witnesses'))
  equal(await desktop.textContent('h1'), '公开记录的见证与密钥', 'the page names itself')
  check((await main(desktop)).includes('还没有外单位看着我们的记录'), 'nobody watches yet')
  await axe(desktop, 'witnesses, empty')
  await html(desktop, 'witnesses, empty')
  await shot(desktop, 'witness-empty')

  await desktop.click('a[href$="/desk/record/witnesses/add"]')
  await desktop.fill('[name=vkey]', witness)
  await desktop.fill('[name=url]', 'ftp://qujifang.example.cn')
  await submit(desktop)
  check((await main(desktop)).includes('这不是见证方的公钥'), 'a key whose number does not fit is refused')
  await desktop.fill('[name=vkey]', vectorWitness)
  await submit(desktop)
  check((await main(desktop)).includes('请填以 https:// 或 http:// 开头'), 'an address of another kind is refused')
  await axe(desktop, 'the form with a fault')
  await shot(desktop, 'witness-fault')
  await desktop.fill('[name=url]', 'http://127.0.0.1:9/witness/')
  await submit(desktop)
  check((await main(desktop)).includes('witness.example/w1'), 'the witness stands on the page')

  await desktop.goto(url('/desk/record/watch/add'))
  await desktop.fill('[name=vkey]', vectorLog)
  await submit(desktop)
  check((await main(desktop)).includes('xinqiao.example.cn/log/lc'), 'the watched record stands on the page')
  await desktop.click('summary:has-text("我们作为见证方的公钥和网址")')
  check((await main(desktop)).includes('/witness/'), 'and our own key as witness')

  await desktop.goto(url('/desk/record/keys/rotate'))
  await shot(desktop, 'witness-rotate')
  await submit(desktop)
  check((await main(desktop)).includes('立即停用一把签名密钥'), 'two keys sign, one may be retired')
  await axe(desktop, 'witnesses')
  await html(desktop, 'witnesses')
  await shot(desktop, 'witness-desktop')
  await desktop.setViewportSize(phoneSize)
  check(await desktop.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing runs out of a phone')
  await shot(desktop, 'witness-phone')

  await desktop.goto(url('/desk/record/witnesses/remove'))
  await desktop.selectOption('[name=name]', 'witness.example/w1')
  await submit(desktop)
  check((await main(desktop)).includes('还没有外单位看着我们的记录'), 'a witness can be asked no more')
})
