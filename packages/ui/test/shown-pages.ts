/** Every page there is, and what lies over it: where it is, and when it is ready to be looked at. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { drawn, ROOT, reads, settled } from './browser.ts'
import { CLIENT, DUMP, FIXED, SERVER, SOURCE, STUCK } from './experiment.ts'

export type Shown = {
  readonly name: string
  readonly args: readonly string[]
  readonly at?: string
  ready(page: Page): Promise<void>
}

const SELECTED = `#timeline?t=1.6s-2.4s&g=${STUCK[2]}@2000000000&range=1.8s-2.1s`

export const PAGES: readonly Shown[] = [
  { name: 'empty', args: [], ready: page => page.getByRole('heading', { name: 'Drop a capture here' }).waitFor() },
  { name: 'answer', args: [SERVER, CLIENT, '--src', SOURCE], ready: settledTimeline },
  { name: 'healthy', args: [FIXED], ready: settledTimeline },
  { name: 'timeline', args: [SERVER], at: SELECTED, ready: selected },
  {
    name: 'goroutines, a group open',
    args: [SERVER, DUMP, '--src', SOURCE],
    at: `#goroutines?group=g${STUCK[0]}`,
    ready: page => page.locator('.group-detail .excerpt-line.hot').waitFor(),
  },
  {
    name: 'goroutines of two moments',
    args: [SERVER],
    at: '#goroutines?of=trace1&with=trace1@1.5s',
    ready: page => page.locator('.groups-summary').waitFor(),
  },
  {
    name: 'functions',
    args: [SERVER],
    at: '#functions?range=1s-3s',
    ready: page => page.locator('.spent-row.body .spent-name').first().waitFor(),
  },
  {
    name: 'functions, one open',
    args: [SERVER],
    at: '#functions?functions.open=runtime.gcBgMarkWorker&functions.stays=other:0-42',
    ready: page => page.locator('.life-strip').first().waitFor(),
  },
  {
    name: 'functions, some kept by name',
    args: [SERVER],
    at: '#functions?functions.name=GRPC',
    ready: page => page.locator('.spent-row.body .spent-name').first().waitFor(),
  },
  {
    name: 'functions, none kept by name',
    args: [SERVER],
    at: '#functions?functions.name=<img>',
    ready: page => page.locator('.nothing').waitFor(),
  },
  {
    name: 'MMU',
    args: [join(ROOT, 'testdata/traces/go1.26.trace')],
    at: '#mmu?mmu.show=percentiles',
    ready: page => page.locator('.mmu-worst li').first().waitFor(),
  },
  {
    name: 'compare',
    args: [FIXED, SERVER],
    at: '#compare?range=1s-2s',
    ready: page => page.locator('.compare-table').waitFor(),
  },
  {
    name: 'compare, one trace',
    args: [SERVER],
    at: '#compare',
    ready: page => page.locator('.nothing').waitFor(),
  },
  {
    name: 'dump',
    args: [DUMP],
    at: `#answer?group=g${STUCK[0]}`,
    ready: page => page.locator('.group-detail .excerpt-line.hot').waitFor(),
  },
  {
    name: 'dump, no timeline',
    args: [DUMP],
    at: '#timeline',
    ready: page => page.getByRole('heading', { name: /No timeline/ }).waitFor(),
  },
  ...profilesShown(),
  {
    name: 'profiles, narrowed',
    args: [SERVER],
    at: `#profiles?profiles.unended=yes&profiles.entry=google.golang.org/grpc.(*Server).serveStreams.func2.1&profiles.goroutines=${STUCK[0]}, ${STUCK[1]}&profiles.focus=AcquireLock&profiles.ignore=nothing like this&profiles.search=lock`, // biome-ignore format: one line
    ready: page => page.locator('.flame-hits').waitFor(),
  },
  {
    name: 'help',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'filter',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('F')
      await page.keyboard.type('bad:')
      await reads(page.locator('.kept'), /not understood/)
    },
  },
  {
    name: 'search',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('/')
      await page.keyboard.type('main')
      await page.locator('.search-box [role=option]').first().waitFor()
    },
  },
]

export async function settledTimeline(page: Page): Promise<void> {
  await drawn(page)
  await settled(page)
}

async function selected(page: Page): Promise<void> {
  await page.locator('.detail').getByText('! stuck').waitFor()
  await page.locator('.detail').getByText('alive in it').waitFor()
  await settledTimeline(page)
}

/** Each picture of a profile, with one function beside it. */
function profilesShown(): readonly Shown[] {
  const drawnIn = { flame: '.flame canvas', graph: '.call-graph .node', top: '.top-row.body' }
  const byLine = Object.entries(drawnIn).map(([view, drawnThere]) => ({
    name: `profiles, ${view}, by line, some ignored`,
    args: [SERVER],
    at: `#profiles?profiles.unended=yes&profiles.by-line=yes&profiles.ignore=selectgo&profiles.view=${view}`,
    async ready(page: Page) {
      await reads(page.locator('.profiles-sums'), /^(?!49\.8 s)[\d.]+ s in \d+ waits/)
      await page.locator(drawnThere).first().waitFor({ state: 'attached' })
    },
  }))
  const whole = Object.entries(drawnIn).map(([view, drawnThere]) => ({
    name: `profiles, ${view}`,
    args: [SERVER, '--src', SOURCE],
    at: `#profiles?profiles.unended=yes${view === 'top' ? '&profiles.by-line=yes' : ''}&profiles.view=${view}&profiles.at=main.(*server).AcquireLock`, // biome-ignore format: one line
    async ready(page: Page) {
      await page.locator('.around .excerpt-line.hot').waitFor({ state: 'attached' })
      await page.locator(drawnThere).first().waitFor({ state: 'attached' })
    },
  }))
  return [...whole, ...byLine]
}
