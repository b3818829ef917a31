/** The page "tasks": types with histograms, lists, the story of a task that never ended; by mouse, by keys and by address. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { axeFaults } from './axe-faults.ts'
import { pageTest, ROOT, read, until } from './browser.ts'
import { drop, made, renamed } from './drop.ts'
import { SERVER } from './experiment.ts'

/** Twelve requests with a query each, two checkouts that never end, and types named by strangers (`main.go -odd` there). */
const TASKS = join(ROOT, 'testdata/tasks/odd.trace')

const listed = (page: Page) => page.locator('.task-rows .task-row')
const hash = (page: Page) => decodeURIComponent(new URL(page.url()).hash)

pageTest(
  'those that never ended, the story of one, and from there to the timeline and back',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    // biome-ignore format: one head
    await page.getByRole('button', { name: 'never ended 4' }).click()
    await until('four are left', async () => (await listed(page).count()) === 4)
    assert.match(hash(page), /tasks\.open=1/)
    await listed(page)
      .first()
      .click({ position: { x: 200, y: 10 } })
    const story = page.locator('.story')
    await story.getByRole('heading', { name: /^task \d+ checkout$/ }).waitFor()
    await story.getByText('never ended: open for').waitFor()
    const left = story.locator('.story-left li')
    assert.match((await left.allInnerTexts()).join('\n'), /waiting \(chan receive\)[\s\S]+at main\.reserve[\s\S]+in region reserve[\s\S]+waiting \(sync\.Mutex\.Lock\)[\s\S]+at main\.take/) // biome-ignore format: one line
    assert.ok((await story.locator('.story-box.open').count()) > 0, 'its region is drawn open')
    assert.ok((await story.locator('.story-strip .waiting').count()) >= 2, 'and what its goroutines did below')
    const id = /tasks\.id=(\d+)/.exec(hash(page))?.[1]
    await story.getByRole('link', { name: 'show in timeline' }).click()
    await until(
      'the timeline has the task',
      () => hash(page).startsWith('#timeline?') && hash(page).includes(`filter=task:${id}`),
    )
    assert.match(hash(page), /range=/)
    await page.goBack()
    await story.getByRole('heading', { name: /^task \d+ checkout$/ }).waitFor()
  },
)

pageTest(
  'a bar of a histogram asks for the tasks in it, and the address keeps that',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    // biome-ignore format: one head
    const row = page.locator('.tasks-types tr', { has: page.getByRole('button', { name: 'request', exact: true }) })
    const bars = row.locator('.latency-bar:has(span)')
    await bars.first().waitFor()
    const counts = await bars.evaluateAll(all =>
      all.map(bar => Number(/^[\d,]+/.exec(bar.getAttribute('title') ?? '')?.[0])),
    )
    assert.equal(counts.reduce((sum, count) => sum + count, 0), 12) // biome-ignore format: one line
    await bars.last().click()
    await until('the list has as many', async () => (await listed(page).count()) === counts[counts.length - 1])
    assert.match(hash(page), /tasks\.type=request&tasks\.min=0?\.?[\d.]+s&tasks\.max=/)
    // The same by keys: one stop for all bars, and the mark goes over those that are empty.
    const slider = row.getByRole('slider', { name: 'latencies of request' })
    await slider.press('Home')
    assert.match((await slider.getAttribute('aria-valuetext'))!, new RegExp(`^${counts[0]} of request: `))
    await slider.press('ArrowRight')
    assert.match((await slider.getAttribute('aria-valuetext'))!, new RegExp(`^${counts[1]} of request: `))
    await slider.press('Enter')
    await until('the list has as many', async () => (await listed(page).count()) === counts[1])
    await slider.press('End')
    await slider.press('Enter')
    await until('the list has as many', async () => (await listed(page).count()) === counts[counts.length - 1])
    await page.reload()
    await until('it has them again', async () => (await listed(page).count()) === counts[counts.length - 1])
    await page.getByRole('button', { name: /^at least/ }).click()
    await until('all requests are back', async () => (await listed(page).count()) === 12)
  },
)

pageTest(
  'what logs say: typed, in the list, marked in the story, and of what belongs to no task',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    await listed(page).first().waitFor()
    const said = page.locator('.tasks-chips [role=status]')
    const all = await read(said)
    await page.keyboard.press('/')
    await page.keyboard.type('ASKS FOR')
    await until('two queries said that', async () => (await read(said)) === `2 of ${all}`)
    assert.equal(hash(page).includes('tasks.log=ASKS FOR'), true)
    assert.deepEqual(await listed(page).locator('mark').allInnerTexts(), ['asks for', 'asks for'])
    // By keys alone: to the list, and to a story in which the log is marked.
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.locator('.story-events tr.found mark', { hasText: 'asks for' }).waitFor()
    await page.reload()
    await page.locator('.story-events tr.found mark').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Delete')
    await until('all are back', async () => (await read(said)) === all)
    assert.equal(await page.locator('.story-events tr.found').count(), 0)
    await page.locator('.tasks-beside').getByRole('link').click()
    await page.getByRole('heading', { name: 'what belongs to no task' }).waitFor()
  },
)

pageTest(
  'at least so long is typed; a bar takes its place, and what is no time is told',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    await listed(page).first().waitFor()
    const field = page.getByRole('textbox', { name: 'took at least so long: 500us, 10ms, 1.5s' })
    await field.fill('10')
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    await field.fill('10ms')
    await until('it is in the address', () => hash(page).includes('tasks.min=0.01s'))
    assert.equal(await field.getAttribute('aria-invalid'), 'false')
    const took = () => listed(page).locator('.took-text').allInnerTexts()
    await until('nothing shorter is left', async () => {
      const texts = await took()
      return texts.length > 0 && texts.every(text => / (ms|s)( so far)?$/.test(text) && Number.parseFloat(text) >= 10)
    })
    await page.locator('.latency-bar:has(span)').first().click()
    await until('the field is empty: the bar says from and to', async () => (await field.inputValue()) === '')
    await page.goBack()
    await until('it is back', async () => (await field.inputValue()) === '10ms')
    await page.getByRole('button', { name: 'clear: least' }).click()
    await until('nothing of it is left', () => !hash(page).includes('tasks.min'))
  },
)

pageTest(
  'keys: down the list, a story opened and closed, another order',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    // biome-ignore format: one head
    const list = page.getByRole('treegrid', { name: 'tasks' })
    // A key in a list whose rows are on their way does nothing.
    await listed(page).nth(2).locator('.took').waitFor()
    await list.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.story').getByText('never ended: open for').waitFor()
    await page.getByRole('button', { name: 'close the story' }).click()
    await until('it is closed', async () => (await page.locator('.story').count()) === 0)
    await page.getByRole('columnheader', { name: 'took' }).getByRole('button').focus()
    await page.keyboard.press('Enter')
    await page.locator('.task-cell.took-cell[aria-sort=descending]').waitFor()
    assert.match(hash(page), /tasks\.sort=-duration/)
    await until('the longest stand first', async () => {
      const took = await listed(page).locator('.took-text').allInnerTexts()
      return took.length > 4 && took.slice(0, 4).every(text => text.endsWith('so far'))
    })
  },
)

pageTest(
  'regions: how their time was spent; one leads to its goroutine in the timeline',
  { args: [TASKS], at: '#tasks' },
  async ({ page }) => {
    // biome-ignore format: one head
    await page.locator('.tasks-kinds').getByRole('button', { name: 'regions' }).click()
    const ask = page.locator('.tasks-types tr', { has: page.getByRole('button', { name: 'ask', exact: true }) })
    assert.match((await ask.locator('.state-bar').getAttribute('aria-label')) ?? '', /waiting .*waits: sleep/)
    await ask.getByRole('link', { name: 'profile' }).click()
    await until('its profile is shown', () => /^#profiles\?.*profiles\.region=ask/.test(hash(page)))
    await page.goBack()
    await ask.getByRole('button', { name: 'ask', exact: true }).click()
    await until('its twelve are listed', async () => (await listed(page).count()) === 12)
    await page.getByRole('columnheader', { name: 'waiting' }).getByRole('button').click()
    await until('in the order of waiting', () => hash(page).includes('tasks.sort=-waiting'))
    await listed(page)
      .first()
      .click({ position: { x: 20, y: 10 } })
    await until('the timeline has the region', () => /^#timeline\?.*filter=region:=?"?ask/.test(hash(page)))
  },
)

pageTest(
  'a range leaves the tasks that overlap it',
  { args: [TASKS], at: '#tasks?range=0s-0.0005s' },
  async ({ page }) => {
    // biome-ignore format: one head
    await until('few are left', async () => {
    const said = await page.locator('.tasks-said').textContent()
    return Number(/^(\d+) task/.exec(said ?? '')?.[1] ?? 99) < 12
  })
  },
)

pageTest('names of strangers are text', { args: [TASKS], at: '#tasks' }, async ({ page }) => {
  await page.getByRole('button', { name: '<img src=x onerror=alert(1)>', exact: true }).click()
  await until('its task is listed', async () => (await listed(page).count()) === 1)
  await listed(page)
    .first()
    .click({ position: { x: 200, y: 10 } })
  await page.locator('.story').getByText('log <img src=x onerror=alert(1)>').waitFor()
  assert.equal(await page.locator('main img').count(), 0)
  await page.goto(page.url().replace(/#.*/, '#tasks?tasks.id=999999999&tasks.type=nobody'))
  await page.getByText('There is no such task in this trace').waitFor()
  await page.getByText('no task is left of').waitFor()
})

pageTest('a trace without tasks says how programs make them', { args: [SERVER], at: '#tasks' }, async ({ page }) => {
  await page.getByRole('heading', { name: 'This trace has no user tasks' }).waitFor()
  await page.getByText('trace.NewTask').waitFor()
  await page.locator('.tasks-kinds').getByRole('button', { name: 'regions' }).click()
  await page.getByText('trace.StartRegion').waitFor()
})

/** Regions from 0.4 µs to 27 ms of one type, whose name is longer than any column. */
const ofOneType = () =>
  renamed(TASKS, name =>
    /^(load|ask|serve|render|line.*break|<img.*|'; drop)$/s.test(name) ? `storage.${'deep.'.repeat(30)}Query` : name,
  )

pageTest('types fit the window, whatever their names and latencies', { at: '#tasks' }, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(page, made('long.trace', ofOneType()))
  await page.getByRole('link', { name: 'tasks', exact: true }).click()
  await page.setViewportSize({ width: 1280, height: 720 })
  const types = page.locator('.tasks-types')
  for (const kind of ['tasks', 'regions']) {
    await page.locator('.tasks-kinds').getByRole('button', { name: kind }).click()
    await page.getByRole('region', { name: `types of ${kind}` }).waitFor()
    const beyond = await types.evaluate(element => element.scrollWidth - element.clientWidth)
    assert.equal(beyond, 0, `${kind}: ${beyond} px beyond the edge`)
  }
  const bars = await types.locator('tr', { hasText: 'deep' }).locator('.latency-bar').count()
  assert.ok(bars > 15, `${bars} bars`)
})

pageTest('no cell is empty: a dash says that there is nothing', { args: [TASKS], at: '#tasks' }, async ({ page }) => {
  for (const kind of ['tasks', 'regions']) {
    await page.locator('.tasks-kinds').getByRole('button', { name: kind }).click()
    await page.getByRole('region', { name: `types of ${kind}` }).waitFor()
    await page.getByRole('treegrid', { name: kind }).locator('.task-row.body .took').first().waitFor()
    const cells = page.locator('.tasks-types td, .task-row.body .task-cell')
    const empty = await cells.evaluateAll(all =>
      all
        .filter(cell => cell.textContent?.trim() === '' && !cell.querySelector('[role=img]'))
        .map(cell => cell.className),
    )
    assert.deepEqual(empty, [], kind)
  }
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const at of [
    '#tasks?tasks.open=1&tasks.id=2',
    '#tasks?tasks.log=a&tasks.id=2',
    '#tasks?tasks.show=regions&tasks.type=ask&tasks.id=2',
  ])
    pageTest(
      `${at}, ${colorScheme}: nothing for axe-core to complain of`,
      { args: [TASKS], at, context: { colorScheme } },
      async ({ page }) => {
        // biome-ignore format: one head
        await listed(page).first().waitFor()
        await page.locator('.story h3').first().waitFor()
        assert.deepEqual(await axeFaults(page), [])
      },
    )
