// SPDX-License-Identifier: Apache-2.0
// What the stories of the cycle share: people at the desk, the clock, forms filled by field names.
import { press, sign, submit } from './lib.mjs'

// Everybody who takes part, each in a browser of their own.
export async function office ({ open, url }, ...names) {
  const who = {}
  for (const name of names) {
    who[name] = await open(name)
    await sign(who[name], url, name)
  }
  return who
}

export async function raise (url, cls = 'property') {
  const answer = await fetch(url('/api/v1/acts/concern.raise'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body: '临河一村5号的门禁坏了半个月，晚上谁都能进来。', class: cls, place: '临河一村5号', phone: '13800000123', publish: true })
  })
  const c = (await answer.json()).result
  return { ...c, path: '/desk/concerns/' + c.file_no, track: '/track/' + c.code }
}

// Fills the form of an act by the names of its fields, whatever controls they are, and sends it.
export async function fill (page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const control = page.locator(`main form[method=post] [name="${name}"]`).first()
    const kind = await control.evaluate(e => e.tagName === 'SELECT' ? 'select' : e.type)
    if (kind === 'select') await page.selectOption(`main [name="${name}"]`, value)
    else if (kind === 'radio') await page.check(`main [name="${name}"][value="${value}"]`)
    else await control.fill(value)
  }
  await submit(page)
}

export async function act (page, url, path, fields = {}) {
  await page.goto(url(path))
  await fill(page, fields)
}

const answer = { text: '您好，临河一村5号门禁主板烧坏，已换新并重新登记门卡，旧卡一周内可以免费换。', outcome: 'solved', basis: '维修单' }

export async function answered (who, url, c) {
  await act(who.chenhaiyan, url, c.path + '/reply', answer)
  await act(who.hezhiyuan, url, c.path + '/review', { public_line: '门禁已更换' })
}

export async function open (page, url, c) {
  await page.goto(url(c.track))
  if (await page.locator('[name=digits]').count()) {
    await page.fill('[name=digits]', '0123')
    await press(page.locator('form[action$="/open"] button'))
  }
}
