// SPDX-License-Identifier: Apache-2.0
// The server starts on a fresh demo office, answers, and its first page is sound in every edition.
import { story } from './lib.mjs'

await story('smoke', async ({ phone, desktop, noscript, open, url, check, equal, axe, html, shot }) => {
  const health = await fetch(url('/health'))
  equal(health.status, 200, 'health answers')

  const answer = await phone.goto(url('/'))
  equal(answer.status(), 200, 'home answers')
  equal(await phone.locator('h1').count(), 1, 'home has one h1')
  check((await phone.title()).includes('心桥'), 'the title names 心桥', await phone.title())
  const policy = (await answer.allHeaders())['content-security-policy'] ?? ''
  check(policy.includes("default-src 'self'") && !policy.includes('unsafe'), 'the content security policy is strict', policy)
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  check(wide <= 0, 'nothing sticks out sideways on a phone', `${wide} px`)
  await axe(phone, 'home on a phone')
  await html(phone, 'home')
  await shot(phone, 'home-phone')

  await desktop.goto(url('/'))
  await axe(desktop, 'home on a desktop')

  const dark = await open('dark', { colorScheme: 'dark' })
  await dark.goto(url('/'))
  await axe(dark, 'home, dark')

  const elder = await open('elder', { viewport: { width: 390, height: 844 } })
  await elder.goto(url('/?view=elder'))
  await axe(elder, 'home, elder edition')
  await shot(elder, 'home-elder')

  const plain = await noscript.goto(url('/'))
  equal(plain.status(), 200, 'home answers without JavaScript')
  check((await noscript.locator('a[href="/raise"]').count()) > 0, 'home leads to raising a concern without JavaScript')

  const missing = await fetch(url('/no-such-page'))
  equal(missing.status, 404, 'what is not there is 404')
})
