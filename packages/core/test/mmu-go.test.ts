/**
 * The numbers of Go's own page: `go tool trace -http` is asked for curve and worst windows of each set of flags, on
 * programs that keep the collector busy and on a trace of each format. As Go has them, all are equal. Ours are equal
 * where Go's page is sound: not for background workers, which it counts once more at each start.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { MMU_WORK, type MmuChoice } from '../src/spent/mmu/choice.ts'
import { type Mmu, mmuOf } from '../src/spent/mmu/mmu.ts'
import { type Series, utilisationOf } from '../src/spent/mmu/utilisation.ts'
import { minimumOf, worstWindows } from '../src/spent/mmu/windows.ts'
import type { Trace } from '../src/trace/tables.ts'
import { viewTrace } from './go-tool-trace.ts'
import { meanWithin } from './mmu-slow.ts'
import { openTrace } from './open-trace.ts'
import { requireTool } from './require-tool.ts'

const here = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'unhang-mmu-'))
after(() => rmSync(home, { recursive: true, force: true }))

const EQUAL = 1e-6
/** Below it Go counts nanoseconds in whole numbers. */
const SHORTEST_NS = 1000
const WHOLE_NS = 1e15

/** Every set of flags that Go's page can ask for. */
const CHOICES: readonly MmuChoice[] = [...Array(32).keys()].map(bits => ({
  work: MMU_WORK.filter((_, i) => bits & (1 << i)),
  perProc: bits >= 16,
  asGo: true,
}))

type GoWindow = { readonly Time: number; readonly MutatorUtil: number }

const flagsOf = ({ work, perProc }: MmuChoice) =>
  encodeURIComponent([...work, ...(perProc ? ['perProc'] : [])].join('|'))

test('each set of flags, on programs that keep the collector busy', { timeout: 600_000 }, async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const program = join(home, 'gc')
  execFileSync(go, ['build', '-o', program, here('testdata/gc/main.go')], { env: { ...process.env, GOWORK: 'off' } })
  for (const mode of ['churn', 'late', 'forced', 'procs', 'short', 'none'])
    await t.test(mode, async () => {
      const file = join(home, `${mode}.trace`)
      writeFileSync(
        file,
        execFileSync(program, [mode], { env: { ...process.env, GOMAXPROCS: '4' }, maxBuffer: 1 << 28 }),
      )
      await compare(go, file)
    })
})

test('each set of flags, on a trace of each format', { timeout: 600_000 }, async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const folders = [here('testdata/traces'), here('../shared/traces')].filter(folder => existsSync(folder))
  const files = folders.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
  for (const file of files.filter(name => name.endsWith('.trace')))
    await t.test(basename(file), async () => {
      await compare(go, file)
    })
})

async function compare(go: string, file: string): Promise<void> {
  const trace = openTrace(readFileSync(file))
  const viewer = await viewTrace(go, file)
  try {
    for (const choice of CHOICES) {
      const plot = (await viewer.ask(`/mmu?mode=plot&flags=${flagsOf(choice)}`)) as { curve: number[][] } | undefined
      assert.equal(
        plot === undefined,
        utilisationOf(trace, choice).length === 0,
        'either both have a curve or none has',
      )
      if (!plot) continue
      const mmu = whole(trace, choice)
      const series = utilisationOf(trace, choice)
      compareCurve(plot.curve, mmu, series, `as Go, ${flagsOf(choice)}`)
      if (isSound(trace, choice))
        compareCurve(plot.curve, whole(trace, { ...choice, asGo: false }), series, flagsOf(choice))
      const window = (ns: number) => viewer.ask(`/mmu?mode=details&window=${ns}&flags=${flagsOf(choice)}`)
      const windowNs = Math.floor(plot.curve[60][0])
      const [first] = ((await window(WHOLE_NS)) ?? []) as GoWindow[]
      const examples = ((await window(windowNs)) ?? []) as GoWindow[]
      if (!choice.perProc && first && windowNs >= SHORTEST_NS)
        compareWindows(examples, first.Time, trace, mmu, choice, windowNs)
    }
  } finally {
    viewer.stop()
  }
}

function whole(trace: Trace, choice: MmuChoice): Mmu {
  return mmuOf(trace, { fromNs: 0, toNs: trace.durationNs }, choice)
}

/**
 * Does Go's page tell what was? Not of workers; not of mark assists that were on when the trace began; not of a first
 * stop in which it learns how many procs there are (before Go 1.22); not where the trace ends within the work.
 */
function isSound(trace: Trace, { work, perProc }: MmuChoice): boolean {
  if (work.includes('background') || trace.version < 22) return false
  const { startNs, length } = trace.ranges
  for (let row = 0; row < length; row++) if (startNs[row] === 0) return false
  return utilisationOf(trace, { work, perProc, asGo: false }).every(({ value }) => value[value.length - 1] > 0)
}

function compareCurve(curve: readonly number[][], mmu: Mmu, series: readonly Series[], what: string): void {
  for (const [windowNs, minimum] of curve) {
    if (windowNs < SHORTEST_NS) continue
    const ours = minimumOf(mmu.parts, windowNs)
    const isEqual = (value: number) => Math.abs(value - minimum) < EQUAL
    const isHanging = () => series.some(one => hangingOver(one, windowNs).some(mean => mean < ours && isEqual(mean)))
    assert.ok(isEqual(ours) || isHanging(), `${what}: ${windowNs} ns: ${ours}, Go has ${minimum}`)
  }
}

/**
 * Go looks at windows that begin where one of its bands does, also where that is too late: such a one hangs over the
 * trace's end, into a time in which nobody had anything. What these have, as `newMMUSeries` and `mkBandUtil` divide it.
 */
function hangingOver(series: Series, windowNs: number): readonly number[] {
  const beginNs = series.timeNs[0]
  const lengthNs = series.endNs - beginNs
  const bands = Math.min(1000, series.timeNs.length + 1)
  const bandNs = Math.max(1, Math.ceil(lengthNs / bands))
  const looked = bands + 2 - Math.floor((windowNs + 2 * (bandNs - 1)) / bandNs)
  const means: number[] = []
  for (let band = looked - 1; band >= 0 && band * bandNs > lengthNs - windowNs; band--) {
    const fromNs = beginNs + band * bandNs
    const has = fromNs < series.endNs ? meanWithin(series, fromNs, series.endNs) * (series.endNs - fromNs) : 0
    means.push(has / windowNs)
  }
  return means
}

/** Go chooses among windows that overlap, as it comes upon them; the worst one and what each of them has are facts. */
function compareWindows(
  examples: readonly GoWindow[],
  goBeginNs: number,
  trace: Trace,
  mmu: Mmu,
  choice: MmuChoice,
  windowNs: number,
): void {
  const [series] = utilisationOf(trace, choice) as readonly Series[]
  const worst = worstWindows(mmu.parts, windowNs, 10)
  let hangs = false
  for (const { Time, MutatorUtil } of examples) {
    const startNs = Time - goBeginNs + mmu.fromNs
    hangs ||= startNs + windowNs > mmu.toNs
    if (startNs + windowNs > mmu.toNs) continue
    const mean = meanWithin(series, startNs, startNs + windowNs)
    assert.ok(Math.abs(mean - MutatorUtil) < EQUAL, `at ${startNs}: ${mean}, Go has ${MutatorUtil}`)
  }
  // One that hangs over the end may stand for the worst one, which overlaps it.
  if (hangs) return
  const least = examples.reduce((low, { MutatorUtil }) => Math.min(low, MutatorUtil), 1)
  assert.ok(Math.abs((worst[0]?.utilisation ?? 1) - least) < EQUAL, `worst: ${worst[0]?.utilisation}, Go has ${least}`)
}
