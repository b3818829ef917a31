/** Strangers' bytes: whatever is done to a dump, a `Dump` whose tables hold together or a `FormatError` comes out. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import { type Dump, FormatError, groupDump, identify, readDump } from '../src/index.ts'

const FIXTURES = fileURLToPath(new URL('../../../testdata/dumps', import.meta.url))
const RUNS = 400

function smallProfile(): Uint8Array {
  const strings = new StringTable()
  return new Profile({
    stringTable: strings,
    sampleType: [new ValueType({ type: strings.dedup('goroutine'), unit: strings.dedup('count') })],
    function: [new PprofFunction({ id: 1, name: strings.dedup('main.f'), filename: strings.dedup('/a.go') })],
    location: [new Location({ id: 1, line: [new Line({ functionId: 1, line: 3 })] })],
    sample: [new Sample({ locationId: [1, 1, 1], value: [12] })],
  }).encode()
}

const SEEDS = [
  ...['headers.txt', 'sigquit.txt', 'groups.debug1.txt'].map(
    name => new Uint8Array(readFileSync(join(FIXTURES, name))),
  ),
  smallProfile(),
]
/** What lines are made of: more likely to hurt than bytes by chance. */
const PIECES = [
  'goroutine 1 [',
  ']:',
  '\n',
  '\r\n',
  '\t',
  '(',
  ')',
  'created by ',
  ' @ 0x1',
  '#\t0x1',
  '...',
  ':12',
  '\u0000',
]

const edit = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), size: fc.nat(200) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: fc.constantFrom(...PIECES) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), size: fc.nat(300) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat() }),
)
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function applied(bytes: Buffer, change: Edit): Buffer {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  if (change.kind === 'flip') return Buffer.concat([before, Buffer.from([change.byte]), after.subarray(1)])
  if (change.kind === 'cut') return Buffer.concat([before, after.subarray(change.size)])
  if (change.kind === 'insert') return Buffer.concat([before, Buffer.from(change.text), after])
  if (change.kind === 'repeat') return Buffer.concat([before, after.subarray(0, change.size), after])
  return before
}

/** Every row points into its table, and every row's arguments are as many as its frames, or none. */
function assertHoldsTogether(dump: Dump): void {
  const { rows, stacks, frames, strings } = dump
  const isRow = (row: number, length: number) => assert.ok(row >= -1 && row < length)
  let counted = 0
  for (let r = 0; r < rows.length; r++) {
    isRow(rows.reason[r], strings.length)
    isRow(rows.stack[r], stacks.length)
    isRow(rows.createdBy[r], frames.length)
    isRow(rows.labels[r], strings.length)
    const depth = stacks.first[rows.stack[r] + 1] - stacks.first[rows.stack[r]]
    assert.equal(rows.firstArg[r + 1] - rows.firstArg[r], dump.form === 'debug2' ? depth : 0)
    counted += rows.count[r]
  }
  assert.ok(dump.total >= counted)
  for (const frame of stacks.frame) isRow(frame, frames.length)
  for (const table of [frames.function, frames.file, dump.frameArgs])
    for (const row of table) isRow(row, strings.length)
  assert.equal(
    groupDump(dump).reduce((sum, group) => sum + group.count, 0),
    counted,
  )
}

test('edited dumps give tables that hold together, or a FormatError', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 8 }), (seed, edits) => {
      const bytes = new Uint8Array(edits.reduce(applied, Buffer.from(seed)))
      identify(bytes)
      try {
        assertHoldsTogether(readDump(bytes))
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
      }
    }),
    { numRuns: RUNS },
  )
})

test('any bytes give a dump or a FormatError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      identify(bytes)
      try {
        assertHoldsTogether(readDump(bytes))
      } catch (error) {
        if (!(error instanceof FormatError)) throw error
      }
    }),
    { numRuns: RUNS },
  )
})

/** Long inputs made of one thing: each would show a loop that grows with the square of its input. */
const MONOTONOUS: Readonly<Record<string, string>> = {
  'open parentheses': '(',
  'closing ones': ')',
  spaces: ' ',
  digits: '0x',
  'one line of calls': 'main.f(0x1)',
  headers: 'goroutine 1 [select]:\n',
  'brackets that stay open': 'goroutine 1 [',
  labels: ' labels:{',
  'dots in one word': '.',
  'escaped quotes': '\\"',
  calls: 'main.f(0x1)\n',
  groups: '1 @ 0x1\n',
  'broken frames': 'main.f)(\n\t/a.go:1 +0x1\n',
}

for (const [name, piece] of Object.entries(MONOTONOUS))
  test(`a megabyte of ${name} is read in one pass`, () => {
    const bytes = new TextEncoder().encode(`goroutine 1 [select]:\n${piece.repeat(1_000_000 / piece.length)}`)
    assertHoldsTogether(readDump(bytes))
    const alone = new TextEncoder().encode(`${piece.repeat(1_000_000 / piece.length)}`)
    identify(alone)
    const labelled = `1 @ 0x1\n# labels: {"${piece.replace('\n', '').repeat(1_000_000 / piece.length)}\n`
    assertHoldsTogether(readDump(new TextEncoder().encode(labelled)))
  })
