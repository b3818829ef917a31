/** The page "profiles" in a browser: boxes of the flame graph and of the call graph, the table, one function, the address. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { pageTest, read, reads, until } from './browser.ts'
import { drop, made, renamed } from './drop.ts'
import { DUMP, SERVER, SOURCE } from './experiment.ts'

const placeOf = (page: Page) => parse(new URL(page.url()).hash).profiles
const flame = (page: Page) => page.getByRole('application', { name: /^Flame graph/ })
const line = (page: Page) => page.locator('.flame-said')
const around = (page: Page) => page.getByRole('region', { name: 'callers and callees' })
const UNENDED = '#profiles?profiles.unended=yes'

/** The middle of a row's first box; rows are as high in CSS pixels as the canvas has them. */
async function clickRow(page: Page, row: number): Promise<void> {
  const box = (await flame(page).boundingBox())!
  const rowPx = await page.evaluate(() => {
    const height = document.querySelector<HTMLElement>('.flame-height')!
    return Number(height.dataset.row)
  })
  await page.mouse.click(box.x + 20, box.y + rowPx * (row + 0.5))
}

pageTest(
  'waits that had not ended are told of, and counted on demand',
  { args: [SERVER], at: '#profiles' },
  async ({ page }) => {
    await reads(
      page.locator('.profiles-sums'),
      /^8\.71 s in 18 waits at 9 stacks 17 waits had not ended with the trace, 41\.1 s: count them$/,
    )
    await page.getByRole('button', { name: 'count them' }).click()
    await reads(page.locator('.profiles-sums'), /^49\.8 s in 35 waits at 14 stacks$/)
    await until('it stands in the address', () => placeOf(page).unended)
    await page.goBack()
    await reads(page.locator('.profiles-sums'), /^8\.71 s/)
  },
)

pageTest(
  'what has no stack is told of, for a table cannot say where it went',
  { args: [SERVER], at: '#profiles?profiles.kind=sched&profiles.view=top' },
  async ({ page }) => {
    await reads(
      page.locator('.profiles-sums'),
      /^1\.43 ms in 70 waits at 8 stacks, 59 of them without one \(656 µs\); 26 functions$/,
    )
  },
)

pageTest(
  'the flame graph: a click looks closer, keys go from box to box, a reload shows the same',
  { args: [SERVER], at: UNENDED },
  async ({ page }) => {
    await reads(line(page), /^all 49\.8 s \(100 %\) · itself 0 ns \(0 %\)$/)
    // Beside a short name, too.
    assert.equal(await page.locator('.flame-value').evaluate(e => e.scrollWidth > e.clientWidth), false)
    await clickRow(page, 1)
    await until('it is zoomed', () => placeOf(page).zoom.length === 1)
    await reads(line(page), /serveStreams\.func2\.1 22\.9 s \(46\.0 %\)/)
    await flame(page).focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown'])
      await page.keyboard.press(key)
    await reads(line(page), /^sync\.\(\*Mutex\)\.Lock 22\.9 s \(46\.0 %\) · itself 22\.9 s/)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await until('it is zoomed to a caller', () => placeOf(page).zoom.length === 5)
    const at = page.url()
    await page.reload()
    await reads(line(page), /main\.\(\*server\)\.AcquireLock 22\.9 s/)
    assert.equal(page.url(), at)
    await page.getByRole('button', { name: 'callers and callees' }).click()
    await reads(around(page), /main\.\(\*server\)\.AcquireLock .*calls 22\.9 s sync\.\(\*Mutex\)\.Lock/)
    await flame(page).focus()
    await page.keyboard.press('Escape')
    await reads(line(page), /^all /)
    await page.goBack()
    await until('the zoom is back', () => placeOf(page).zoom.length === 5)
  },
)

pageTest('inverted, and marked', { args: [SERVER], at: UNENDED }, async ({ page }) => {
  await page.getByRole('button', { name: 'inverted' }).click()
  await until('it stands in the address', () => placeOf(page).isInverted)
  await reads(line(page), /^all 49\.8 s/)
  await flame(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await reads(line(page), /^sync\.\(\*Mutex\)\.Lock 22\.9 s/)
  await page.getByLabel('mark functions').fill('poll')
  await reads(page.locator('.flame-tools'), /6 functions: 14\.3 s, 28\.7 %/)
  await until('it stands in the address', () => placeOf(page).search === 'poll')
})

pageTest(
  'Enter leads from one marked box to the next, with Shift back, round at the ends; Escape clears',
  { args: [SERVER], at: UNENDED, context: { viewport: { width: 1280, height: 400 } } },
  async ({ page }) => {
    const field = page.getByLabel('mark functions')
    const hits = page.locator('.flame-hits')
    await field.fill('poll')
    // At once, whether the boxes are marked already or not.
    await page.keyboard.press('Enter')
    await reads(hits, /^1 of \d+$/)
    const all = Number((await read(hits)).split(' ').at(-1))
    assert.ok(all > 2)
    await reads(line(page), /[Pp]oll/)
    const first = await read(line(page))
    await page.keyboard.press('Enter')
    await reads(hits, new RegExp(`^2 of ${all}$`))
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.press('Shift+Enter')
    await reads(hits, new RegExp(`^${all} of ${all}$`))
    await reads(line(page), /[Pp]oll/)
    // It is deeper than the window is high.
    assert.ok((await flame(page).evaluate(({ scrollTop }) => scrollTop)) > 0)
    await page.keyboard.press('Enter')
    await reads(hits, new RegExp(`^1 of ${all}$`))
    assert.equal(await read(line(page)), first)
    await flame(page).focus()
    await page.keyboard.press('n')
    await reads(hits, new RegExp(`^2 of ${all}$`))
    await field.focus()
    await page.keyboard.press('Escape')
    await until('nothing is marked', async () => (await hits.count()) === 0)
    assert.equal(await field.inputValue(), '')
    await until('the address has none', () => placeOf(page).search === '')
  },
)

pageTest(
  'the call graph: a box leads to its callers and callees, these lead on, back comes back',
  { args: [SERVER, '--src', SOURCE], at: UNENDED },
  async ({ page }) => {
    await page.getByRole('button', { name: 'call graph' }).click()
    const box = page.getByRole('button', { name: /^main \(\*server\) AcquireLock of 22\.9 s \(46\.0 %\)/ })
    await box.click()
    await reads(around(page), /itself 0 ns, 0 waits, 0 % with calls 22\.9 s, 10 waits, 46\.0 %/)
    await around(page).locator('.excerpt-line.hot').waitFor()
    assert.match(await read(around(page).locator('.excerpt-line.hot')), /41 mu\.Lock\(\)/)
    await around(page).getByRole('link', { name: 'sync.(*Mutex).Lock' }).click()
    await reads(around(page), /^sync\.\(\*Mutex\)\.Lock/)
    const [first] = await page.locator('.call-graph .node.active').all()
    assert.match((await first.getAttribute('aria-label')) ?? '', /^sync \(\*Mutex\) Lock 22\.9 s \(46\.0 %\)$/)
    await page.goBack()
    await reads(around(page), /^main\.\(\*server\)\.AcquireLock/)
    // By keys: what has the focus is a button.
    await page.locator('.call-graph .node').last().focus()
    await page.keyboard.press('Enter')
    await until('another function is shown', () => placeOf(page).at !== 'main.(*server).AcquireLock')
    const before = await page.locator('.call-graph > g').getAttribute('transform')
    await page.locator('.call-graph').focus()
    await page.keyboard.press('+')
    assert.notEqual(await page.locator('.call-graph > g').getAttribute('transform'), before)
    assert.equal(await page.locator('.call-graph :is(a, script, image, foreignObject, style)').count(), 0)
    assert.ok((await page.locator('.call-graph .edge').count()) > 30)
  },
)

for (const [what, at, name] of [
  ['where most was spent itself', '', /^sync \(\*Mutex\) Lock 22\.9 s/],
  ['that was chosen', '&profiles.at=main.main', /^main main of/],
] as const)
  pageTest(
    `a call graph larger than its room opens with the box in sight ${what}`,
    {
      args: [SERVER],
      at: `${UNENDED}&profiles.view=graph${at}`,
      context: { viewport: { width: 1100, height: 600 } },
    },
    async ({ page }) => {
      const box = page.getByRole('button', { name })
      await box.waitFor()
      const room = (await page.locator('.call-graph').boundingBox())!
      const { x, y, width, height } = (await box.boundingBox())!
      assert.ok(x >= room.x && x + width <= room.x + room.width, `${x}, ${width} px wide, in ${JSON.stringify(room)}`)
      assert.ok(
        y >= room.y && y + height <= room.y + room.height,
        `${y}, ${height} px high, in ${JSON.stringify(room)}`,
      )
      assert.ok(height > 20, 'it can be read')
    },
  )

pageTest(
  'the table: sorted by any column, a function leads to the timeline',
  { args: [SERVER], at: `${UNENDED}&profiles.view=top` },
  async ({ page }) => {
    const rows = page.locator('.top-row.body')
    await reads(rows.first(), /^22\.9 s 46\.0 % 10 22\.9 s 46\.0 % 10 sync\.\(\*Mutex\)\.Lock$/)
    await page.getByRole('columnheader', { name: 'function' }).getByRole('button').click()
    await until('it is sorted', () => placeOf(page).sort === 'name')
    await reads(rows.first(), /google|grpc|http|bufio/)
    await page.getByRole('columnheader', { name: 'cumulative waits' }).getByRole('button').click()
    await reads(rows.first(), /10|1\d/)
    assert.equal(
      await page.getByRole('columnheader', { name: 'cumulative waits' }).getAttribute('aria-sort'),
      'descending',
    )
    await rows.getByRole('link', { name: 'main.(*server).AcquireLock' }).click()
    await around(page).getByRole('link', { name: 'its goroutines in the timeline' }).click()
    await reads(page.locator('.kept'), /keeps 10 of/)
    assert.equal(parse(new URL(page.url()).hash).filter, 'fn:=main.(*server).AcquireLock')
  },
)

pageTest('narrowed by function, goroutine, focus and range', { args: [SERVER], at: UNENDED }, async ({ page }) => {
  const sums = page.locator('.profiles-sums')
  await page.getByLabel('focus', { exact: true }).fill('acquirelock')
  await page.keyboard.press('Enter')
  await reads(sums, /^22\.9 s in 10 waits at 1 stack$/)
  await page.getByLabel('focus', { exact: true }).fill('nothing has this')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^No stack is left: 35 waits without the focus/ }).waitFor()
  await page.getByRole('button', { name: 'without the focus' }).click()
  await page.getByLabel('focus', { exact: true }).fill('(')
  await page.keyboard.press('Enter')
  await page.locator('.nothing').getByRole('heading').waitFor()
  await page.getByRole('button', { name: 'no focus' }).click()
  await page.getByLabel('goroutines', { exact: true }).fill('32, 33')
  await page.keyboard.press('Enter')
  await reads(sums, / in 2 waits at 1 stack$/)
  await page.getByLabel('goroutines', { exact: true }).fill('999999')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /no goroutine 999999/ }).waitFor()
  await page.getByRole('button', { name: 'no goroutines' }).click()
  await page.getByRole('combobox', { name: 'goroutines that began with' }).fill('servestreams')
  await page.locator('.profiles-field [role=option]').first().click()
  await until('it stands in the address', () => placeOf(page).entry.includes('serveStreams'))
  await reads(sums, / in \d+ waits at \d stacks?$/)
  await page.getByLabel('range, from-to').fill('2s-3s')
  await page.keyboard.press('Enter')
  await reads(sums, /^10 s in 10 waits at 1 stack$/)
})

pageTest(
  'what is ignored is left out, in each picture, by field, button and key',
  { args: [SERVER], at: UNENDED },
  async ({ page }) => {
    const sums = page.locator('.profiles-sums')
    await page.getByLabel('ignore', { exact: true }).fill('acquirelock')
    await page.keyboard.press('Enter')
    await reads(sums, /^26\.9 s in 25 waits at 13 stacks$/)
    await reads(line(page), /^all 26\.9 s/)
    await until('it stands in the address', () => placeOf(page).ignore === 'acquirelock')
    await page.getByRole('button', { name: 'call graph' }).click()
    await page.getByRole('button', { name: /^runtime selectgo/ }).waitFor()
    assert.equal(await page.getByRole('button', { name: /^main \(\*server\) AcquireLock/ }).count(), 0)
    await page.getByRole('button', { name: 'table' }).click()
    await page.locator('.top-row.body').getByRole('link', { name: 'runtime.selectgo' }).click()
    await around(page).getByRole('button', { name: 'ignore it' }).click()
    await reads(around(page), /No stack of this profile has it/)
    await reads(sums, /^18\.3 s in 20 waits/)
    assert.equal(placeOf(page).ignore, '(?i:acquirelock)|^\\Qruntime.selectgo\\E$')
    await page.getByRole('button', { name: 'no ignore' }).click()
    await page.getByRole('button', { name: 'flame graph' }).click()
    await reads(line(page), /^all 49\.8 s/)
    await flame(page).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('i')
    await reads(line(page), /^all 26\.9 s/)
    await page.goBack()
    await reads(line(page), /^all 49\.8 s/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('f')
    await reads(line(page), /^all 22\.9 s/)
    await page.getByLabel('ignore', { exact: true }).fill('mutex')
    await page.keyboard.press('Enter')
    await page
      .getByRole('heading', { name: /^No stack is left: 35 waits without the focus and what is ignored/ })
      .waitFor()
    await page.getByRole('button', { name: 'ignore nothing' }).click()
    await reads(line(page), /^all 22\.9 s/)
    await page.getByLabel('ignore', { exact: true }).fill('[')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /^ignore is no expression: / }).waitFor()
  },
)

pageTest(
  'by line: boxes, rows and neighbours are lines, one of which can be looked at alone',
  { args: [SERVER, '--src', SOURCE], at: `${UNENDED}&profiles.kind=sync&profiles.view=top` },
  async ({ page }) => {
    const rows = page.locator('.top-row.body')
    await reads(rows.first(), /^22\.9 s 58\.0 % 10 22\.9 s 58\.0 % 10 sync\.\(\*Mutex\)\.Lock$/)
    await page.getByRole('button', { name: 'lines', exact: true }).click()
    await until('it stands in the address', () => placeOf(page).granularity === 'lines')
    await reads(rows.first(), /^22\.9 s 58\.0 % 10 22\.9 s 58\.0 % 10 sync\.\(\*Mutex\)\.Lock sync\/mutex\.go:\d+$/)
    await page.getByRole('columnheader', { name: 'line' }).waitFor()
    await rows.getByRole('link', { name: 'main.(*server).AcquireLock server/main.go:41' }).click()
    await reads(
      around(page),
      /^main\.\(\*server\)\.AcquireLock server\/main\.go:41 .*calls 22\.9 s sync\.\(\*Mutex\)\.Lock sync\/mutex\.go:\d+ lines/,
    )
    assert.match(placeOf(page).line, /main\.go:41$/)
    await around(page).locator('.excerpt-line.hot').waitFor()
    await around(page).getByRole('link', { name: 'server/main.go:41 · all lines' }).click()
    await until('it is of the function', () => placeOf(page).line === '')
    const at = page.url()
    await page.reload()
    await reads(
      around(page),
      /^main\.\(\*server\)\.AcquireLock .*lockpb\._Lock_AcquireLock_Handler lockpb\/lock_grpc\.pb\.go:\d+/,
    )
    assert.equal(page.url(), at)
    await page.getByRole('button', { name: 'call graph' }).click()
    await page
      .getByRole('button', { name: /^main \(\*server\) AcquireLock main\.go:41 of 22\.9 s \(58\.0 %\)/ })
      .click()
    await until('the box is of its line', () => placeOf(page).line.endsWith('main.go:41'))
    await page.getByRole('button', { name: 'flame graph' }).click()
    await reads(line(page), /^all 39\.5 s/)
    await flame(page).focus()
    for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowDown')
    await reads(line(page), /^sync\.\(\*Mutex\)\.Lock sync\/mutex\.go:\d+ 22\.9 s \(58\.0 %\)/)
    await page.keyboard.press('c')
    await reads(
      around(page),
      /^sync\.\(\*Mutex\)\.Lock sync\/mutex\.go:\d+ .*main\.\(\*server\)\.AcquireLock server\/main\.go:41/,
    )
    await page.getByRole('button', { name: 'functions', exact: true }).click()
    await until('it is by function', () => placeOf(page).granularity === 'functions' && placeOf(page).line === '')
    await reads(around(page), /called by 22\.9 s main\.\(\*server\)\.AcquireLock calls/)
  },
)

pageTest('what is not there says why', { args: [SERVER], at: '#profiles?profiles.kind=cpu' }, async ({ page }) => {
  await page.getByRole('heading', { name: 'No CPU samples are in this trace' }).waitFor()
  await page.getByLabel('kind').selectOption('sync')
  await reads(page.locator('.profiles'), /waits? .*count them/)
})

pageTest('a dump alone has no profiles', { args: [DUMP], at: '#profiles' }, async ({ page }) => {
  await page.getByRole('heading', { name: /does not tell where the time went/ }).waitFor()
})

pageTest(
  'an address of garbage shows the defaults',
  {
    args: [SERVER],
    at: '#profiles?profiles.kind=film&profiles.by=x&profiles.zoom=zz.1-2&profiles.view=<b>&profiles.sort=%',
  },
  async ({ page }) => {
    await reads(line(page), /^all 8\.71 s/)
  },
)

const HOSTILE: { readonly [name: string]: string } = {
  'main.(*server).AcquireLock': '<script>globalThis.wasHere = 1<b>',
  'sync.(*Mutex).Lock': '\\N"];URL="javascript:alert(1)"<img src=x onerror="globalThis.wasHere = 1">',
  'main.main': `main.${'x'.repeat(1000)}`,
}

pageTest('names full of markup are text, in boxes of both kinds too', { at: UNENDED }, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(
    page,
    made(
      'names.trace',
      renamed(SERVER, name => HOSTILE[name] ?? name),
    ),
  )
  await page.getByRole('link', { name: 'profiles', exact: true }).click()
  await page.getByLabel('not ended, too').check()
  await reads(line(page), /^all 49\.8 s/)
  await page.getByRole('button', { name: 'call graph' }).click()
  await page.getByRole('button', { name: /^<script>globalThis wasHere = 1<b> of/ }).click()
  await reads(around(page), /<script>globalThis\.wasHere = 1<b>/)
  await reads(around(page), /\\N"\];URL="javascript:alert\(1\)"<img src=x/)
  assert.match((await page.locator('.call-graph').textContent()) ?? '', /\\N"\];URL="javascript/)
  await page.getByRole('button', { name: 'table' }).click()
  await page
    .getByRole('link', { name: /^\\N"\];URL/ })
    .first()
    .click()
  assert.equal(await page.evaluate(() => 'wasHere' in globalThis), false)
  assert.equal(await page.locator('img, #page script, .call-graph a').count(), 0)
  assert.equal(await page.evaluate(() => document.body.scrollWidth <= window.innerWidth), true)
})
