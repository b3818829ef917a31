/**
 * Whatever is done to the bytes of a trace, out comes a `Trace` whose tables are sound and no larger than the input
 * allows, or a `FormatError`: never another exception. UNHANG_DEEP=1 draws anew and twenty times as often.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { summarize } from '../src/analysis/summary.ts'
import { FormatError } from '../src/base/errors.ts'
import { EventType } from '../src/trace/events.ts'
import { HEADER_SIZE, readHeader } from '../src/trace/header.ts'
import { EVENT_KINDS, type Trace } from '../src/trace/tables.ts'
import { readFixture } from '../src/trace/text.ts'
import { batches, DAMAGES, type Damage, damaged } from './mutate.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'

const DEEP = process.env.UNHANG_DEEP === '1'
/** Each run reads a few kilobytes: some milliseconds. */
const RUNS = DEEP ? 20_000 : 1000
/** The same ones each time, so that a red test is the change's own fault. */
const SEED = DEEP ? undefined : 1122

function seeds(): { name: string; bytes: Uint8Array }[] {
  const read = (folder: string, suffix: string) => {
    const files = readdirSync(join(ROOT, 'testdata', folder)).filter(file => file.endsWith(suffix))
    return files.map(name => ({ name, bytes: readFileSync(join(ROOT, 'testdata', folder, name)) }))
  }
  const texts = read('text', '.test').map(({ name, bytes }) => ({ name, bytes: readFixture(bytes.toString()).trace }))
  return [...read('traces', '.trace').map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })), ...texts]
}
const SEEDS = seeds()

/** The trace; undefined for a FormatError. Anything else thrown, and tables out of proportion, fail. */
function open(bytes: Uint8Array): Trace | undefined {
  try {
    const trace = openTrace(bytes)
    checkSizes(trace, bytes.length)
    summarize(trace)
    return trace
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/** An event takes two bytes at least and makes three spans at most (a switch of four bytes does); others make one row. */
function checkSizes(trace: Trace, size: number): void {
  const { spans, goroutines, procs, threads, ranges, metrics, tasks, regions, logs, samples, labels } = trace
  const most = 2 * size + 64
  const tables = { spans, goroutines, procs, threads, ranges, metrics, tasks, regions, logs, samples, labels }
  const { strings, frames, stacks } = trace
  for (const [name, table] of Object.entries({ ...tables, strings, frames, stacks }))
    assert.ok(table.length <= most, `${table.length} rows of ${name} from ${size} bytes`)
  assert.ok(trace.stacks.frame.length <= most, `${trace.stacks.frame.length} frames in stacks from ${size} bytes`)
  assert.ok(trace.generationNs.length <= most && trace.reasons.length <= most)
  assert.ok(trace.problems.length <= 100, `${trace.problems.length} problems`)
  for (const kind of EVENT_KINDS) assert.ok(trace.eventCounts[EVENT_KINDS.indexOf(kind)] <= 3 * size + 64, kind)
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...(Object.keys(DAMAGES) as (keyof typeof DAMAGES)[])),
  a: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  b: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  n: fc.nat(1000),
})

test('damaged traces open as far as they can be read', () => {
  const index = fc.nat(SEEDS.length - 1)
  const property = fc.property(index, index, fc.array(damage, { minLength: 1, maxLength: 6 }), (i, j, damages) => {
    const bytes = damages.reduce((sofar, each) => damaged(sofar, each, SEEDS[j].bytes), SEEDS[i].bytes)
    open(bytes)
  })
  fc.assert(property, { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: SEED }) })
})

test('any bytes behind a header, and any bytes at all', () => {
  const version = fc.constantFrom(11, 19, 21, 22, 23, 25, 26)
  const body = fc.uint8Array({ maxLength: 300 })
  const property = fc.property(version, body, fc.boolean(), (go, bytes, headed) => {
    const header = headed ? [...Buffer.from(`go 1.${go} trace\0\0\0`)] : []
    open(Uint8Array.from([...header, ...bytes]))
  })
  fc.assert(property, { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: SEED }) })
})

for (const { name, bytes } of SEEDS.filter(seed => seed.bytes.length < 8000 && !seed.name.startsWith('fail')))
  test(`${name}, cut at every offset`, () => {
    const whole = wholeAt(bytes)
    // Opening a few thousand pieces takes a second; of the larger ones every seventh will do.
    const step = bytes.length > 2000 && !DEEP ? 7 : 1
    for (let length = 0; length < bytes.length; length += step) {
      const piece = bytes.slice(0, length)
      const trace = open(piece)
      if (!trace) assert.ok(length <= HEADER_SIZE + 64, `nothing of the first ${length} bytes can be read`)
      else if (!whole.has(length)) assert.ok(trace.problems.length > 0, `cut at ${length}, and no word of it`)
    }
    assert.deepEqual(open(bytes)?.problems, [])
  })

/**
 * Where a cut cannot be seen. Until Go 1.25 a generation has no end, so one that ends between two batches looks whole
 * when what is left refers to nothing that is gone; an older format can be cut between any two events.
 */
function wholeAt(bytes: Uint8Array): Set<number> {
  const version = readHeader(bytes)
  if (version < 22) return new Set(Array.from({ length: bytes.length }, (_, i) => i))
  const ends = new Set([HEADER_SIZE])
  let end = HEADER_SIZE
  for (const batch of batches(bytes)) {
    end += batch.length
    if (version < 26 || batch[0] === EventType.EndOfGeneration) ends.add(end)
  }
  return ends
}
