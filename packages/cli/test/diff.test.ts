/** `unhang diff`: the text for people, letter by letter; JSON that is the core's; and what is asked wrongly. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type TraceDiff, traceDiff, wholeScope } from '@unhang/core'
import { timelineFromText } from '../../core/test/timeline.ts'
import { runDiff } from '../src/commands/diff.ts'
import { parseCommandLine } from '../src/commands/program.ts'
import { Complaint } from '../src/complaint.ts'
import { createOutput, NO_COLORS } from '../src/print/output.ts'
import { type DiffView, traceDiffText } from '../src/print/trace-diff.ts'

const CAPTURES = path.join(fileURLToPath(new URL('../../..', import.meta.url)), 'testdata/captures/go1.26.8')
const FIXED = path.join(CAPTURES, 'server-fixed/server.trace')
const SICK = path.join(CAPTURES, 'server-caught/server.trace')
const DUMP = path.join(CAPTURES, 'server-caught/goroutines.debug2.txt')
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-diff-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

const LOCK = ['sync.(*Mutex).Lock sync/mutex.go:1', 'main.(*cache).Get app/cache.go:42', 'main.worker app/main.go:9']
const LEGEND = {
  L: { reason: 'sync', stack: LOCK },
  N: { reason: 'network' },
  S: { syscall: true },
  Q: { reason: 'sync' },
}

const BEFORE = timelineFromText(
  `
  G1 main.main    RRRRRSSSSS
  G2 main.worker  RRRRRRRRLL
  G3 main.old     NNNNNNNNNN
`,
  LEGEND,
)
const AFTER = timelineFromText(
  `
  G1 main.main    RRRRRRRRSS
  G2 main.worker  RRLLLLLLLL
  G4 main.worker  RrrLLLLLLL
  G5 main.[31mred\u001b[0m<b>  QQQQQQQQQQ
`,
  LEGEND,
)

function text(view: Partial<DiffView> = {}): string {
  const side = (name: string, trace: typeof BEFORE) => ({ name, trace, scope: wholeScope(trace) })
  const diff = traceDiff(side('monday.trace', BEFORE), side('tuesday\u001b[31m.trace', AFTER))
  return traceDiffText(diff, { sort: 'change', limit: 8, colors: NO_COLORS, ...view })
}

async function run(args: readonly string[]) {
  const parsed = parseCommandLine(['diff', ...args], '1.2.3')
  assert.ok('plan' in parsed && parsed.plan.command === 'diff', 'exitCode' in parsed ? parsed.stderr : '')
  let stdout = ''
  let stderr = ''
  const streams = [
    { write: (some: string) => (stdout += some) },
    { write: (some: string) => (stderr += some) },
  ] as const
  const code = await runDiff(parsed.plan, createOutput(parsed.plan, ...streams, {}))
  assert.equal(code, 0)
  return { stdout, stderr }
}

describe('a comparison for people', () => {
  it('says what differs, then how much, what grew most first', () => {
    assert.equal(text(), GOLDEN)
  })

  it('comes in other orders, and in as many rows as one wants', () => {
    const byName = text({ sort: 'name', limit: 3 })
    assert.match(
      byName,
      /what differs, per second of trace, by function\n.*\n.*main\.\W*31mred[\s\S]*main\.main\n[\s\S]*… 4 more \(--limit\)/,
    )
    const byBefore = text({ sort: 'before', limit: 1 })
    assert.match(byBefore, /by function\n.*\n +1 s +0 +−1 s +1 → 0 +network +main\.old \(gone\)\n/)
  })

  it('is silent about what is the same', async () => {
    const { stdout } = await run([FIXED, FIXED])
    assert.match(stdout, /^nothing differs\n\n {2}before .*\n {2}after .*\n$/)
  })
})

describe('unhang diff', () => {
  it('tells of the fixed server and of the one that hangs', async () => {
    const { stdout } = await run([FIXED, SICK])
    assert.match(
      stdout.replace(/\s+/g, ' '),
      /^grpc\.\(\*Server\)\.serveStreams\.func2\.1 waits 5\.73 s a second longer for sync\.Mutex\.Lock in main\.\(\*server\)\.AcquireLock at server\/main\.go:41 \(5\.73 s instead of none\)/,
    )
  })

  it('prints JSON, one row after the other', async () => {
    const { stdout } = await run([FIXED, SICK, '--json', '--range', '0.2s-0.9s'])
    const diff: TraceDiff = JSON.parse(stdout)
    assert.equal(diff.schema, 'unhang.diff/1')
    assert.deepEqual([diff.before.name, diff.before.startNs, diff.before.endNs], [FIXED, 2e8, 9e8])
    assert.ok(diff.functions.length > 5 && diff.waits.length > 5)
    assert.ok(diff.functions[0].changeNs >= diff.functions[1].changeNs)
    const same: TraceDiff = JSON.parse((await run([FIXED, FIXED, '--json'])).stdout)
    assert.deepEqual([same.functions, same.waits, same.summary], [[], [], ['nothing differs']])
  })

  it('takes folders', async () => {
    const { stdout } = await run([path.dirname(FIXED), path.dirname(SICK)])
    assert.match(stdout, /waits 5\.73 s a second longer/)
  })

  it('says which of several traces in a folder it is of', async () => {
    const folder = fs.mkdtempSync(path.join(home, 'two-'))
    for (const [name, from] of [['a.trace', FIXED], ['b.trace', SICK]] as const) fs.copyFileSync(from, path.join(folder, name)) // biome-ignore format: one line
    const { stderr } = await run([folder, SICK])
    assert.match(stderr, /^unhang: of \S+a\.trace alone; not of \S+b\.trace\n$/)
  })

  it('reads one of several traces in a folder, and of the others no more than tells what they are', async () => {
    const folder = fs.mkdtempSync(path.join(home, 'many-'))
    const begin = fs.readFileSync(SICK).subarray(0, 20)
    fs.writeFileSync(path.join(folder, 'a.trace'), begin)
    fs.copyFileSync(FIXED, path.join(folder, 'b.trace'))
    // Whoever opened these would be told that they hold nothing.
    fs.writeFileSync(path.join(folder, 'c.trace'), begin)
    fs.writeFileSync(path.join(folder, 'd.gz'), gzipSync(begin))
    fs.writeFileSync(path.join(folder, 'e.gz'), gzipSync('goroutine 1 [running]:\nmain.main()\n'))
    const { stderr } = await run([folder, SICK])
    const [passed, alone, end] = stderr.split('\n')
    assert.match(passed, /^unhang: passed over, for they are no captures: \S+a\.trace \(/)
    assert.match(alone, /^unhang: of \S+b\.trace alone; not of \S+c\.trace, \S+d\.gz$/)
    assert.equal(end, '')
  })

  const TROUBLES: readonly (readonly [what: string, args: readonly string[], found: RegExp, remedy: RegExp])[] = [
    ['no such file', [FIXED, path.join(home, 'nothing.trace')], /no such file/, /./],
    ['a dump after a trace', [FIXED, DUMP], /goroutine dumps alone/, /unhang \S+server\.trace \S+debug2\.txt$/],
    ['a dump before a trace', [DUMP, FIXED], /goroutine dumps alone/, /unhang \S+debug2\.txt \S+server\.trace$/],
    ['two dumps', [DUMP, DUMP], /goroutine dumps alone/, /unhang dump \S+ --diff \S+/],
    ['no trace at all', [FIXED, path.join(home, 'notes.txt')], /notes\.txt/, /./],
    ['a function that neither has', [FIXED, SICK, '--function', 'main.nobody'], /'main\.nobody'/, /./],
    [
      'goroutines of which none began with the function',
      [FIXED, SICK, '--function', 'main.main', '--goroutine', '17'],
      /of those asked for none: 17/,
      /leave --goroutine or --function out/,
    ],
    ['a range behind the end of the shorter one', [FIXED, SICK, '--range', '3s-4s'], /3s-4s/, /begin of the trace/],
    ['a region that neither has', [FIXED, SICK, '--region', 'request'], /'request'/, /no regions/],
  ]
  for (const [what, args, found, remedy] of TROUBLES)
    it(`complains in three lines: ${what}`, async () => {
      fs.writeFileSync(path.join(home, 'notes.txt'), 'nothing to see\n')
      const error = await run(args).then(
        () => undefined,
        thrown => thrown,
      )
      assert.ok(error instanceof Complaint, String(error))
      assert.match(error.found, found)
      assert.match(error.remedy, remedy)
    })
})

const GOLDEN = `main.worker waits 1.3 s a second longer for sync.Mutex.Lock in main.(*cache).Get
at app/cache.go:42 (1.5 s instead of 200 ms)
• main.old waits 1 s a second shorter for IO wait (none instead of 1 s)
• main.worker runs 500 ms a second shorter (300 ms instead of 800 ms)
• main.main runs 300 ms a second longer (800 ms instead of 500 ms)
• main.main is 300 ms a second shorter in calls of the system (200 ms instead of
  500 ms)
• main.worker waits 200 ms a second longer for a processor (200 ms instead of
  none)
• 1 of 4 goroutines is of a function that only the later trace has: main.[31mred
  [0m<b> (1)
• 1 of 3 goroutines is of a function that only the earlier trace has: main.old
  (1)

  before  500 ms  3 goroutines  go 1.26  monday.trace
  after   500 ms  4 goroutines  go 1.26  tuesday [31m.trace

more per second of trace, by function
  before   after   change  goroutines
  200 ms   1.5 s   +1.3 s       1 → 2  sync      main.worker
       0     1 s     +1 s       0 → 1  sync      main.[31mred [0m<b> (new)
  500 ms  800 ms  +300 ms           1  running   main.main
       0  200 ms  +200 ms       1 → 2  runnable  main.worker

less per second of trace, by function
  before   after   change  goroutines
     1 s       0     −1 s       1 → 0  network  main.old (gone)
  800 ms  300 ms  −500 ms       1 → 2  running  main.worker
  500 ms  200 ms  −300 ms           1  syscall  main.main

more per second of trace, by what is waited for where
  before  after  change  waits
  200 ms  1.5 s  +1.3 s  1 → 2  main.worker: sync.Mutex.Lock in main.(*cache).Get at app/cache.go:42
       0    1 s    +1 s  0 → 1  main.[31mred [0m<b> (new): sync

less per second of trace, by what is waited for where
  before  after  change  waits
     1 s      0    −1 s  1 → 0  main.old (gone): IO wait
`
