// SPDX-License-Identifier: Apache-2.0
// An office in the middle of its work: one concern in each state of the thin thread, people who are
// signed in, and a phone that has raised and opened a concern. For whoever looks at all pages.
//
//   const office = await scene(tools)                       tools: what lib.mjs gives a story
//   office.no.answered, office.code.answered                file number in a path, query code
//   office.state.zhoumin, office.state.resident             cookies, for open(name, { storageState })
import { deflateSync } from 'node:zlib'
import { later, phoneSize, press, sign, submit } from './lib.mjs'

export const words = '88弄的楼道灯三个多星期没亮过，物业说等配件。几位老人夜里倒垃圾都摸黑，前几天有人踩空崴了脚。希望快点修，修好之前先有个临时的灯，也请告诉我们到底哪天能好。'
const answer = '您好，您反映的枫桥路88弄楼道灯不亮，我们到现场看过：1到6层的声控灯坏了9盏，原因是线路老化。已请供电营业站换线，当天恢复照明；之前先装了临时灯。'

// A photo of a dark stairwell: two flat tones and a lamp, as a PNG.
export function photo (width = 640, height = 480) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + 3 * width))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const near = Math.hypot(x - width * 0.6, y - height * 0.2) / width
      const step = y > height * 0.55 && (y - x / 6) % 48 < 24 ? 12 : 0
      const lit = Math.max(0, 90 - 260 * near)
      rows.set([44 + step + lit, 48 + step + lit, 58 + step + lit * 0.8], y * (1 + 3 * width) + 1 + 3 * x)
    }
  }
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

// Node 18 has no crc32 of its own.
function crc32 (data) {
  let c = ~0
  for (const byte of data) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1))
  }
  return ~c >>> 0
}

// Raised by the pages, with a phone number or without; the page is then the receipt.
export async function raise (page, url, { phone = '13812344521', picture = false } = {}) {
  await page.goto(url('/raise'))
  await page.fill('[name=body]', words)
  await page.check('[name=class][value=property]')
  if (picture) await page.setInputFiles('[name=photos]', { name: 'IMG_2031.png', mimeType: 'image/png', buffer: photo() })
  await submit(page)
  await page.fill('[name=place]', '枫桥路88弄3号')
  if (phone) await page.fill('[name=phone]', phone)
  await page.fill('[name=name]', '吴美珍')
  await page.fill('[name=contact_wish]', '打电话，上午；听力不好，请慢说')
  await submit(page)
  await submit(page)
  return page.url().split('/').pop()
}

async function raiseQuick (url, body, place, kind = 'property') {
  const reply = await fetch(url('/api/v1/acts/concern.raise'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body, class: kind, place, phone: '13800000123', publish: true })
  })
  return (await reply.json()).result
}

// days: what passes between the first contact and the day of the pictures.
export async function scene ({ open, url, data }, { days = 2 } = {}) {
  const no = {}
  const code = {}
  const path = (name, rest = '') => `/desk/concerns/${no[name]}${rest}`
  const plain = { javaScriptEnabled: false } // quicker, and everything works without
  const phone = await open('scene-phone', { viewport: phoneSize, ...plain })
  const handler = await open('scene-handler', plain)
  const head = await open('scene-head', plain)
  const caller = await open('scene-caller', plain)
  const told = async name => { no[name] = /〔(\d{4})〕(\d+)号/.exec(await phone.locator('main').innerText()).slice(1).join('-') }
  const accept = async name => { await handler.goto(url(path(name, '/accept'))); await submit(handler) }
  const contact = async (name, note) => {
    await handler.goto(url(path(name, '/contact')))
    await handler.fill('[name=note]', note)
    await submit(handler)
  }
  const reply = async name => {
    await handler.goto(url(path(name, '/reply')))
    await handler.fill('[name=text]', answer)
    await handler.check('[name=outcome][value=solved]')
    await handler.fill('[name=basis]', '供电营业站检修单')
    await submit(handler)
  }
  const approve = async name => {
    await head.goto(url(path(name, '/review')))
    await head.fill('[name=public_line]', '楼道灯已换线，照明恢复')
    await submit(head)
  }
  const rate = async (name, solved, sat) => {
    await phone.goto(url(`/track/${code[name]}/rate`))
    await phone.check(`[name=solved][value=${solved}]`)
    await phone.check(`[name=sat][value="${sat}"]`)
    await submit(phone)
  }

  // The day of raising.
  code.signed = await raise(phone, url, { picture: true })
  await told('signed')
  await phone.goto(url('/track/' + code.signed))
  await press(phone.locator('form[action$="/remember"] button'))
  for (const [name, body, place] of [
    ['draft', '单元门口的感应门关不上，夜里谁都能进来，邻居丢过一辆自行车。', '枫桥路90弄'],
    ['answered', '电梯这个月停了五次，每次半天。楼上住着坐轮椅的邻居，停了就出不了门。', '长桥新村22号'],
    ['ruling', '地下车库一下雨就积水，物业说排过了，第二天又是一样。', '银杏公寓'],
    ['closed', '楼道里堆着纸箱和旧家具，电瓶车也推进来充电，太危险了。', '柳岸苑9号楼']
  ]) {
    const made = await raiseQuick(url, body, place)
    no[name] = made.file_no
    code[name] = made.code
  }
  await later(data, 95 * 60)
  await sign(handler, url, 'chenhaiyan')
  for (const name of ['signed', 'draft', 'answered', 'ruling', 'closed']) await accept(name)
  await contact('signed', '电话接通，告知由谁办、哪天答复；居民补充：3层拐角最暗。')
  if (days > 0) await later(data, days * 86400 - 6 * 3600)

  // The day of the pictures.
  await sign(handler, url, 'chenhaiyan')
  await sign(head, url, 'hezhiyuan')
  await contact('answered', '电话接通，已告知答复日。')
  for (const name of ['draft', 'answered', 'ruling', 'closed']) await reply(name)
  for (const name of ['answered', 'ruling', 'closed']) await approve(name)
  await rate('ruling', 'no', 4)
  const made = await raiseQuick(url, '单元门禁坏了半个月，晚上谁都能进来，丢过两辆自行车。', '梧桐小区2期')
  no.offered = made.file_no
  code.offered = made.code
  await sign(caller, url, 'peixin')
  await caller.goto(url('/desk/callbacks/' + no.closed))
  await caller.check('[name=result][value=reached]')
  await caller.check('[name=solved][value=partly]')
  await caller.selectOption('[name=sat]', '2')
  await submit(caller)

  // The phone opened the words a day ago at most; everybody else signs in once.
  await phone.goto(url('/track/' + code.signed))
  if (await phone.locator('[name=digits]').count()) {
    await phone.fill('[name=digits]', '4521')
    await press(phone.locator('form[action$="/open"] button'))
  }
  const state = {}
  for (const who of ['zhoumin', 'chenhaiyan', 'hezhiyuan', 'guxiaolan', 'peixin', 'shenrui', 'admin']) {
    const page = await open('scene-' + who, plain)
    await sign(page, url, who)
    state[who] = await page.context().storageState()
    await page.context().close()
  }
  state.resident = await phone.context().storageState()
  for (const page of [phone, handler, head, caller]) await page.context().close()
  return { no, code, state, path }
}
