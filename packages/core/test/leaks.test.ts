/** Goroutines that become more, as traces and pairs of dumps show them; and what grows for a reason that ends. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Diagnosis, diagnose, type Finding, readDump } from '../src/index.ts'
import { ROOT } from './oracle.ts'
import { type Legend, timelineFromText } from './timeline.ts'

// A trace of two seconds: a request every other tick starts a goroutine, and ends.
const TICKS = 40
const LEGEND: Legend = {
  go: { stack: ['main.(*shop).order main.go:20', 'net/http.(*conn).serve server.go:2000'] },
  A: { reason: 'chan receive', stack: ['main.(*shop).order.func1 main.go:21'] },
  S: { reason: 'select', stack: ['main.watch main.go:40'] },
  X: { reason: 'chan send', stack: ['main.ask main.go:50'] },
  N: {
    reason: 'network',
    stack: ['internal/poll.(*FD).Read fd_unix.go:165', 'net.(*conn).Read net.go:196', 'main.read main.go:60'],
  },
  W: { reason: 'chan receive', stack: ['main.main main.go:5'] },
}

/** `letters` of each goroutine from its birth on; `before`: how many of them wait already when the trace begins. */
function growing(
  letters: (i: number) => string,
  before: number,
  options: { readonly every?: number; readonly more?: string } = {},
) {
  const { every = 2, more = '' } = options
  const rows = [`G1 main.main ${'W'.repeat(TICKS)}`]
  for (let i = 0; i < before; i++) rows.push(`G${10 + i} main.old ${'A'.repeat(TICKS)}`)
  for (let i = 0; i * every < TICKS - 3; i++) {
    const born = '.'.repeat(1 + i * every)
    rows.push(`G${1000 + i} main.handle ${`${born}RR`.padEnd(TICKS, '.')}`)
    const own = letters(i)
    rows.push(`G${2000 + i}<${1000 + i} main.child ${`${born}R${own}`.padEnd(TICKS, own.at(-1)).slice(0, TICKS)}`)
  }
  return `${rows.join('\n')}\n${more}`
}

function traced(text: string): Diagnosis {
  return diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
}

/** What is said of growth, whatever the analysis of waits thinks of those that wait. */
const leaksIn = ({ findings }: Diagnosis) =>
  findings.filter(({ cause, certainty }) => cause === 'goroutine-leak' && certainty !== 'possible')

const brief = ({ certainty, cause, site, waiters }: Finding) => [certainty, cause, site.function, waiters.count]

test('each request leaves a goroutine behind: a leak, with how many there were, came and went', () => {
  const { verdict, findings } = traced(growing(() => 'A', 8))
  assert.equal(verdict, 'leak')
  const [finding, ...more] = findings
  assert.deepEqual(more, [])
  assert.deepEqual(brief(finding), ['likely', 'goroutine-leak', 'main.(*shop).order.func1', 27])
  assert.equal(finding.kind, 'chan receive')
  assert.deepEqual(finding.holder, { state: 'exited', function: 'main.(*shop).order' })
  assert.deepEqual(finding.evidence, [
    '27 goroutines wait in chan receive at main.(*shop).order.func1 (main.go:21)',
    'they became more: 8 were there when the trace began, 27 when it ended, 9.5 a second over 2.00 s',
    'they came in each of 8 parts of that time; none of them went on',
    '19 goroutines of that origin were born while it was traced, none ended',
    'started in main.(*shop).order (main.go:20) by goroutines that have ended',
    'no other living goroutine is in main.(*shop).order.func1 or main.(*shop).order, or has a pointer in common with them',
  ])
})

test('what just begins to grow is worth a look, and no verdict', () => {
  assert.deepEqual(leaksIn(traced(growing(() => 'A', 0))), [])
})

test('what just begins to grow, where nobody is left to serve them: a leak', () => {
  const [finding] = traced(growing(() => 'X', 0)).findings
  assert.deepEqual(brief(finding), ['likely', 'goroutine-leak', 'main.ask', 19])
})

test('a burst: all of them came at once', () => {
  const burst = growing(() => 'A', 8).replace(
    /^(G2\d+\S+ \S+ )(\S+)$/gm,
    (_, head) => `${head}${'.'.repeat(10)}R${'A'.repeat(TICKS - 11)}`,
  )
  assert.deepEqual(leaksIn(traced(burst)), [])
})

test('a server that has warmed up: none came in the second half', () => {
  const rows = growing(() => 'A', 8, { every: 1 }).split('\n')
  const half = rows.filter(row => !/^G[12]0(2|3)\d/.test(row))
  assert.deepEqual(leaksIn(traced(half.join('\n'))), [])
})

test('as many go on as come: each waits for half a second', () => {
  assert.deepEqual(leaksIn(traced(growing(() => 'AAAAAAAAAA1R.', 8))), [])
})

test('a pool that grows: its workers are woken, work and come back', () => {
  assert.deepEqual(leaksIn(traced(growing(i => (i % 2 === 0 ? 'AAAAA1RAAAAAAAAAAA1RA' : 'AAAAAAAAAA1RAA'), 8))), [])
})

test('clients come and stay: beside each goroutine another one reads from its connection', () => {
  const readers = Array.from({ length: 19 }, (_, i) => {
    const born = '.'.repeat(1 + i * 2)
    return `G${3000 + i}<${1000 + i} main.child ${`${born}RN`.padEnd(TICKS, 'N')}`
  })
  const { verdict, findings } = traced(growing(() => 'A', 8, { more: readers.join('\n') }))
  assert.equal(verdict, 'healthy')
  assert.deepEqual(
    findings.filter(({ cause }) => cause === 'goroutine-leak'),
    [],
  )
})

test('those that were served had waited for a moment: the others wait for what nobody serves', () => {
  const { findings } = traced(growing(i => (i % 2 === 0 ? 'X' : 'X1R.'), 0, { every: 1 }))
  const [finding] = findings.filter(({ site }) => site.function === 'main.ask')
  assert.equal(finding.certainty, 'likely')
  assert.ok(
    finding.evidence.some(sentence => /the 1[0-9] that went on had waited for 50\.0 ms at most/.test(sentence)),
    finding.evidence.join('\n'),
  )
})

test('a select may have a timer: it takes more of them before', () => {
  const select = (before: number) => growing(() => 'S', before).replace(/A/g, 'S')
  assert.equal(traced(select(8)).verdict, 'healthy')
  assert.equal(traced(select(12)).verdict, 'leak')
})

/** A dump with ids; `count` goroutines wait in `call`, each started by another one, which is gone. */
function dumpOf(
  groups: readonly { from: number; count: number; call: string; state?: string; creator?: number }[],
): Uint8Array {
  const parts = ['goroutine 1 [select (no cases)]:\nmain.main()\n\t/src/app/main.go:9 +0x20\n']
  for (const { from, count, call, state = 'chan receive', creator } of groups) {
    for (let i = 0; i < count; i++)
      parts.push(
        `goroutine ${from + 2 * i} [${state}]:\n${call}\n\t/src/app/work.go:30 +0x45\ncreated by main.(*shop).order in goroutine ${creator ?? from + 2 * i - 1}\n\t/src/app/work.go:20 +0x8f\n`,
      )
  }
  return new TextEncoder().encode(parts.join('\n'))
}

function compared(...dumps: readonly Uint8Array[]): Diagnosis {
  return diagnose(dumps.map((bytes, i) => ({ name: `dump ${i}`, kind: 'dump' as const, dump: readDump(bytes) })))
}

const LOGGER = 'main.(*shop).order.func1()'

test('two dumps: who was there is there, and many more came', () => {
  const { verdict, findings } = compared(
    dumpOf([{ from: 101, count: 40, call: LOGGER }]),
    dumpOf([{ from: 101, count: 90, call: LOGGER }]),
  )
  assert.equal(verdict, 'leak')
  assert.equal(findings.length, 1)
  assert.deepEqual(brief(findings[0]), ['likely', 'goroutine-leak', 'main.(*shop).order.func1', 90])
  assert.ok(
    findings[0].evidence.includes('they became more from the first to the last of two dumps: 40 were there, then 90'),
  )
  assert.ok(findings[0].evidence.includes('50 are new in the process; none of the 40 is gone'))
})

test('two dumps: others took the places of those that were there', () => {
  assert.deepEqual(
    leaksIn(
      compared(dumpOf([{ from: 101, count: 40, call: LOGGER }]), dumpOf([{ from: 151, count: 90, call: LOGGER }])),
    ),
    [],
  )
})

test('two dumps: what all of them share may serve them, as the queue of a pool does', () => {
  const worker = 'main.(*pool).work(0xc000012340)'
  assert.deepEqual(
    leaksIn(
      compared(dumpOf([{ from: 101, count: 40, call: worker }]), dumpOf([{ from: 101, count: 90, call: worker }])),
    ),
    [],
  )
})

test('two dumps: one goroutine that lives starts them, as those of shards are started', () => {
  assert.deepEqual(
    leaksIn(
      compared(
        dumpOf([{ from: 101, count: 40, call: LOGGER, creator: 1 }]),
        dumpOf([{ from: 101, count: 90, call: LOGGER, creator: 1 }]),
      ),
    ),
    [],
  )
})

test('senders that are left behind, and become more: one finding says both', () => {
  const { verdict, findings } = compared(
    dumpOf([{ from: 101, count: 40, call: LOGGER, state: 'chan send' }]),
    dumpOf([{ from: 101, count: 90, call: LOGGER, state: 'chan send' }]),
  )
  assert.equal(findings.length, 1)
  assert.deepEqual([verdict, findings[0].cause, findings[0].certainty], ['leak', 'goroutine-leak', 'likely'])
  assert.ok(findings[0].evidence.some(sentence => sentence.startsWith('no other living goroutine is in')))
})

test('those that wait for a Done become more: it stays what it is, with its growth', () => {
  const { verdict, findings } = compared(
    dumpOf([{ from: 101, count: 40, call: LOGGER, state: 'sync.WaitGroup.Wait' }]),
    dumpOf([{ from: 101, count: 90, call: LOGGER, state: 'sync.WaitGroup.Wait' }]),
  )
  assert.equal(findings.length, 1)
  assert.deepEqual([verdict, findings[0].cause, findings[0].certainty], ['hang', 'never-done', 'likely'])
  assert.ok(findings[0].evidence.includes('50 are new in the process; none of the 40 is gone'))
})

/** debug=1: counts alone. */
function counted(groups: readonly { count: number; call: string }[]): Uint8Array {
  const total = groups.reduce((sum, { count }) => sum + count, 0)
  const parts = groups.map(
    ({ count, call }, i) => `${count} @ 0x46128e 0x42c5ad 0x42c1d2 0xdde6b${i} 0x494c01\n#\t0xdde6b${i}\t${call}\n`,
  )
  return new TextEncoder().encode([`goroutine profile: total ${total}\n`, ...parts].join(''))
}

const COUNTED = 'main.(*gasLogger).Start.func1+0x5d\t/src/app/gas.go:52'
const READ =
  'internal/poll.runtime_pollWait+0x85\t/go/src/runtime/netpoll.go:345\n#\t0x5\tnet.(*conn).Read+0x4\t/go/src/net/net.go:185\n#\t0x6\tmain.read+0x1\t/src/app/read.go:7'

test('counts alone: a crowd that becomes more, and one that comes with its clients', () => {
  const grown = compared(counted([{ count: 5067, call: COUNTED }]), counted([{ count: 5300, call: COUNTED }]))
  assert.equal(grown.verdict, 'leak')
  assert.deepEqual(brief(grown.findings[0]), ['likely', 'goroutine-leak', 'main.(*gasLogger).Start.func1', 5300])
  assert.ok(grown.findings[0].evidence.some(sentence => sentence.includes('does not show what they wait for')))
  const clients = (count: number) =>
    counted([
      { count, call: COUNTED },
      { count, call: READ },
    ])
  assert.equal(compared(clients(5067), clients(5300)).verdict, 'healthy')
  const burst = compared(counted([{ count: 20, call: COUNTED }]), counted([{ count: 300, call: COUNTED }]))
  assert.deepEqual(burst.findings, [])
})

test('three dumps tell more than two: they became more each time', () => {
  const at = (...counts: readonly number[]) =>
    compared(...counts.map(count => counted([{ count, call: COUNTED }]))).verdict
  assert.equal(at(60, 120, 180), 'leak')
  assert.equal(at(60, 180, 180), 'healthy')
})

test('a real leak: one dump names the crowd that has nobody beside it, a second one makes it a leak', t => {
  const file = join(ROOT, '../shared/dumps/cdk-erigon-txgaslogger.txt')
  if (!existsSync(file)) return t.skip('there is no ../shared/dumps on this machine')
  const first = readFileSync(file)
  const { verdict, findings } = compared(first)
  assert.equal(verdict, 'healthy')
  assert.deepEqual(brief(findings[0]), [
    'possible',
    'goroutine-leak',
    'github.com/ledgerwatch/erigon/zk/utils.(*TxGasLogger).Start.func1',
    5067,
  ])
  const later = first
    .toString()
    .replace('total 5171', 'total 5291')
    .replace(/^5067 @/m, '5187 @')
  const { verdict: then, findings: grown } = compared(first, new TextEncoder().encode(later))
  assert.equal(then, 'leak')
  assert.deepEqual(grown[0].waiters.count, 5187)
})
