/** Strangers' bytes: whatever is done to a dump, a `Dump` whose tables hold together or a `FormatError` comes out. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import { type Dump, FormatError, groupDump, identify, readDump } from '../src/index.ts'

const FIXTURES = fileURLToPath(new URL('../../../testdata/dumps', import.meta.url))
const RUNS = 1500

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
  ...readdirSync(join(FIXTURES, 'odd'))
    .filter(name => name.endsWith('.txt'))
    .map(name => new Uint8Array(readFileSync(join(FIXTURES, 'odd', name)))),
  smallProfile(),
]
/** What lines are made of: more likely to hurt than bytes by chance. */
const PIECES = [
  '<br>',
  '&#43;',
  '\nMESSAGE=',
  ' in goroutine ',
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
  '\\n',
  '\\',
  '"',
  '{"log":"',
  '#011',
  'web-1 shopd[812]: ',
  'panic: ',
  '-----\n',
  'goroutine profile: total 3\n',
  ' | ',
  '","',
  '[\u001b',
  '\u00a0',
  '=09',
  'textPayload: |2\n',
  'Goroutine 12 in state select, with main.f on top of the stack:\n',
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

function readsOrRefuses(bytes: Uint8Array): void {
  try {
    assertHoldsTogether(readDump(bytes))
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
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
      readsOrRefuses(bytes)
    }),
    { numRuns: RUNS },
  )
})

test('any bytes give a dump or a FormatError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      identify(bytes)
      readsOrRefuses(bytes)
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
  'dumps of one goroutine each': 'SIGQUIT: quit\ngoroutine 1 [select]:\nmain.f()\n\t/a.go:1 +0x1\n\n',
  'forms in turn': '1 @ 0x1\ngoroutine 1 [select]:\n',
  totals: 'goroutine profile: total 1\n1 @ 0x1\n',
  backslashes: '\\',
  'written line ends': 'goroutine 1 [select]:\\n',
  'written returns': '\\r',
  'headers behind a word': 'web-1: goroutine 1 [select]:\n',
  'headers behind other words': 'a-1: goroutine 1 [select]:\nb: x\n',
  'strings of JSON': '{"log":"goroutine 1 [select]:\\n"}\n',
  'words of a header': 'goroutine ',
  'counts in one line': '1 @ 0x',
  'frames in one line': '#\t0x1',
  'comments of Go': '/* */',
  'remarks of folding': 'goroutine 1 [select]: 9999999 times: [[7 9]\n',
  'cut calls': 'web-1: main.f(0x1, \n',
  arrows: '\u2192 ',
  'line breaks of pages': '<br>',
  'characters of pages': '&nbsp;',
  'tags that stay open': '<pre ',
  messages: '__CURSOR=s\nMESSAGE=goroutine 1 [select]:\n',
  'columns of calls': '1: select\n    main  a.go:1  f(0x1)\n',
  'creations on two lines': 'created by main.f in\ngoroutine 1\n',
  'broken frames': 'main.f)(\n\t/a.go:1 +0x1\n',
  'objects that stay open': '{"a":',
  'arrays that stay open': '[[',
  'lists of strings': '["main.f(0x1)",',
  bytes: '{"MESSAGE":[9,47,97]}\n',
  'quotes of CSV': 'time,message\n"',
  'two quotes': '""',
  'rows of a table': '| a | goroutine 1 [select]: |\n',
  bars: '| ',
  'keys of YAML': 'message: |\n  main.f(0x1)\n',
  'numbers of lines': '1 a\n2 b\n3 c\n4 d\n5 e\n',
  'frames on one line': 'main.f(0x1) /a.go:1 +0x1 ',
  'blanks behind a call': 'main.f(0x1)          /a.go:1',
  'lost escapes': '[31m[0m',
  'codes of an address': 'goroutine%201%20%5Bselect%5D:%0A',
  'quoted-printable': '=09=3D=\n',
  'single returns': 'goroutine 1 [select]:\r',
}

for (const [name, piece] of Object.entries(MONOTONOUS))
  test(`a megabyte of ${name} is read in one pass`, () => {
    const bytes = new TextEncoder().encode(`goroutine 1 [select]:\n${piece.repeat(1_000_000 / piece.length)}`)
    readsOrRefuses(bytes)
    const alone = new TextEncoder().encode(`${piece.repeat(1_000_000 / piece.length)}`)
    identify(alone)
    // The same behind a prefix that is known.
    const prefixed = `web-1: goroutine 1 [select]:\nweb-1: main.f()\nweb-1: ${piece.repeat(1_000_000 / piece.length)}`
    readsOrRefuses(new TextEncoder().encode(prefixed))
    // Behind a header, on its line.
    readsOrRefuses(new TextEncoder().encode(`x goroutine 1 [select]:${piece.repeat(1_000_000 / piece.length)}\n`))
    const labelled = `1 @ 0x1\n# labels: {"${piece.replace('\n', '').repeat(1_000_000 / piece.length)}\n`
    assertHoldsTogether(readDump(new TextEncoder().encode(labelled)))
  })

test('ten megabytes of prefixes, lines of a hundred kilobytes, a million headers', () => {
  const line = 'Mar 03 04:05:06 web-1 shopd[812]: '
  const long = `${line}main.f(${'0x1, '.repeat(20_000)}\n`
  for (const text of [
    `${line}goroutine 7 [select]:\n${`${line}\n`.repeat(300_000)}`,
    `${line}goroutine 7 [select]:\n${long.repeat(30)}`,
    'goroutine 7 [select]:\n'.repeat(1_000_000),
    Array.from({ length: 100_000 }, (_, i) => `host${'abcdefghij'[i % 10]}${i}: goroutine ${i} [select]:\n`).join(''),
    `${line}goroutine 7 [select]:\n${'\n'.repeat(10_000_000)}`,
  ])
    readsOrRefuses(new TextEncoder().encode(text))
})
