import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Diagnosis } from '../src/analysis/diagnosis.ts'
import type { DiagnoseInput } from '../src/analysis/scene/processes.ts'
import { readDump } from '../src/dump/read.ts'
import { shopTrace } from './drawn-tasks.ts'
import { type Legend, TICK_NS, timelineFromText } from './timeline.ts'

const dump = (text: string): DiagnoseInput => ({
  name: 'd',
  kind: 'dump',
  dump: readDump(new TextEncoder().encode(text)),
})
const trace = (text: string, legend: Legend, version?: number): DiagnoseInput => ({
  name: 't',
  kind: 'trace',
  trace: timelineFromText(text, legend, version),
})

const gist = ({ verdict, findings }: Diagnosis) => [
  verdict,
  ...findings.map(f => [f.certainty, f.kind, f.cause, f.site.function, f.waiters.count, f.holder.state].join(' | ')),
]

/** A goroutine of a debug=2 dump. */
function goroutine(id: number, state: string, ...frames: [name: string, file: string][]): string {
  return `goroutine ${id} [${state}]:\n${frames.map(([name, file]) => `${name}\n\t${file} +0x1d\n`).join('')}\n`
}

const lockFrames = (address: string, line: number): [string, string][] => [
  [`internal/sync.(*Mutex).lockSlow(${address})`, '/go/src/internal/sync/mutex.go:149'],
  ['sync.(*Mutex).Lock(...)', '/go/src/sync/mutex.go:46'],
  ['main.take(0xc000010000)', `/src/shop/main.go:${line}`],
  ['main.handle()', '/src/shop/main.go:30'],
]
const waiter = (id: number, address = '0xc000012340', state = 'sync.Mutex.Lock') =>
  goroutine(id, state, ...lockFrames(address, 10))
const MAIN = goroutine(1, 'chan receive', ['main.main()', '/src/shop/main.go:90'])

test('two dumps with the same goroutines at a lock, and nobody inside', () => {
  const late = MAIN + [5, 6, 7].map(id => waiter(id)).join('')
  const diagnosis = diagnose([dump(late), dump(late)])
  assert.deepEqual(gist(diagnosis), ['hang', 'likely | mutex | forgotten-unlock | main.take | 3 | unknown'])
  assert.deepEqual(diagnosis.findings[0].waiters.goroutines, [5, 6, 7])
  assert.equal(diagnosis.findings[0].waiters.sinceStart, true)
})

test('two dumps with others at the lock each time: it moves', () => {
  assert.deepEqual(gist(diagnose([dump(MAIN + waiter(5) + waiter(6)), dump(MAIN + waiter(7) + waiter(8))])), [
    'healthy',
  ])
})

test('the lock was shut between the dumps: the first one, where nobody waits, takes nothing back', () => {
  const before = MAIN + goroutine(5, 'chan receive', ['main.handle()', '/src/shop/main.go:29'])
  const after = MAIN + [5, 6, 7, 8, 9].map(id => waiter(id)).join('')
  const alone = gist(diagnose([dump(after)]))
  assert.equal(alone[0], 'hang')
  assert.deepEqual(gist(diagnose([dump(before), dump(after)])), alone)
  const [{ evidence }] = diagnose([dump(before), dump(after), dump(after)]).findings
  assert.ok(evidence.includes('5 of them stand there in the last 2 dumps'), evidence.join('\n'))
})

test('one dump and one waiter: worth a look, unless it tells the minutes, or nobody in it is at work', () => {
  const atWork = goroutine(
    9,
    'sleep',
    ['time.Sleep(0x5f5e100)', '/go/src/runtime/time.go:300'],
    ['main.tick()', '/src/a.go:9'],
  )
  assert.equal(diagnose([dump(MAIN + waiter(5) + atWork)]).verdict, 'healthy')
  assert.equal(diagnose([dump(MAIN + waiter(5))]).findings[0].certainty, 'likely')
  // A part of a dump does not tell.
  assert.equal(diagnose([dump(waiter(5))]).verdict, 'healthy')
  const [finding] = diagnose([dump(MAIN + waiter(5, undefined, 'sync.Mutex.Lock, 3 minutes'))]).findings
  assert.equal(finding.certainty, 'likely')
  assert.equal(finding.waiters.longestNs, 180e9)
})

test('a waiter that has been woken shows that the lock moves', () => {
  const text = MAIN + waiter(5) + waiter(6) + waiter(7, undefined, 'runnable')
  assert.deepEqual(gist(diagnose([dump(text)])), ['healthy'])
  // Also where only one of two dumps shows it.
  const still = MAIN + waiter(5) + waiter(6)
  assert.deepEqual(gist(diagnose([dump(text), dump(still)])), ['healthy'])
})

test('the same line with two locks: each has its own waiters and its own holder', () => {
  const inside = goroutine(
    9,
    'IO wait, 4 minutes',
    ['internal/poll.runtime_pollWait(0x7f, 0x72)', '/go/src/runtime/netpoll.go:351'],
    ['main.ask()', '/src/shop/main.go:50'],
    ['main.take(0xc000010000)', '/src/shop/main.go:12'],
    ['main.handle()', '/src/shop/main.go:30'],
  )
  const other = goroutine(8, 'sync.Mutex.Lock, 4 minutes', ...lockFrames('0xc000099990', 10)).replace(
    'main.take(0xc000010000)',
    'main.take(0xc000099000)',
  )
  const diagnosis = diagnose([dump(MAIN + waiter(5, undefined, 'sync.Mutex.Lock, 4 minutes') + other + inside)])
  assert.deepEqual(gist(diagnosis).sort(), [
    'hang',
    // Others that began there are alive: any of them may have left it.
    'likely | mutex | forgotten-unlock | main.take | 1 | unknown',
    'likely | mutex | holder-blocked | main.take | 1 | waiting',
  ])
})

const LATE: Legend = { W: {}, N: {} }

test('a late trace that knows no places, and a dump that does', () => {
  const late = trace(
    `
    G1 main.main    WWWWWWWWWWWWWWWWWWWWWWWWW
    G5 main.handle  WWWWWWWWWWWWWWWWWWWWWWWWW
    G6 main.handle  WWWWWWWWWWWWWWWWWWWWWWWWW
  `,
    LATE,
    19,
  )
  const alone = diagnose([late])
  assert.deepEqual(gist(alone), ['healthy'])
  assert.equal(alone.looked.placeUnknown, 3)
  const both = diagnose([late, dump((MAIN + waiter(5) + waiter(6)).replaceAll('/src/shop/', ''))])
  assert.deepEqual(gist(both), ['hang', 'likely | mutex | forgotten-unlock | main.take | 2 | unknown'])
  assert.equal(both.looked.placeUnknown, 0)
})

test('one goroutine takes the slots and starts another for each: those it started have them', () => {
  const call = (id: number) =>
    `${goroutine(
      id,
      'IO wait, 3 minutes',
      ['internal/poll.runtime_pollWait(0x7f, 0x72)', '/go/src/runtime/netpoll.go:351'],
      ['net.(*conn).Read(0xc000020000)', '/go/src/net/net.go:196'],
      ['main.ask()', '/src/shop/main.go:50'],
      ['main.run.func1()', '/src/shop/main.go:72'],
    ).trimEnd()}\ncreated by main.run in goroutine 1\n\t/src/shop/main.go:71 +0x5\n\n`
  const sender = goroutine(
    1,
    'chan send, 3 minutes',
    ['main.run()', '/src/shop/main.go:70'],
    ['main.main()', '/src/shop/main.go:90'],
  )
  const text = sender + call(5) + call(6)
  assert.deepEqual(gist(diagnose([dump(text)])), ['hang', 'likely | network | remote | main.ask | 2 | unknown'])
})

test('an idle server is healthy, however long nothing moves', () => {
  const idle: Legend = {
    A: {
      reason: 'network',
      stack: [
        'internal/poll.(*FD).Accept fd.go:1',
        'net.(*netFD).accept net/fd.go:2',
        'net/http.(*Server).Serve net/http/server.go:3',
        'main.main main.go:4',
      ],
    },
    C: {
      reason: 'network',
      stack: [
        'internal/poll.(*FD).Read fd.go:1',
        'net.(*conn).Read net/net.go:2',
        'net/http.(*conn).serve net/http/server.go:5',
      ],
    },
    W: { reason: 'chan receive', stack: ['main.worker main.go:9'] },
    S: { reason: 'select', stack: ['main.loop main.go:11'] },
    T: { reason: 'chan receive', stack: ['main.ticker main.go:13'] },
    F: {
      reason: '',
      stack: ['runtime.gopark runtime/proc.go:1', 'runtime.block runtime/select.go:2', 'main.main.func1 main.go:15'],
    },
    G: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:1', 'main.run main.go:17'] },
    D: { reason: 'sync.(*Cond).Wait', stack: ['sync.(*Cond).Wait sync/cond.go:1', 'main.queue main.go:19'] },
    O: { reason: 'select', stack: ['os/signal.loop os/signal/signal.go:1'] },
    Z: { reason: 'GC background sweeper wait', stack: ['runtime.bgsweep runtime/mgc.go:1'] },
  }
  const text = Object.keys(idle)
    .map((letter, i) => `G${i + 1} main.f${i} ${letter.repeat(40)}`)
    .join('\n')
  const diagnosis = diagnose([trace(text, idle)])
  assert.deepEqual(gist(diagnosis), ['healthy'])
  assert.equal(diagnosis.looked.goroutines, Object.keys(idle).length)
})

test('two processes are told apart: by files of functions, and by what a goroutine began with', () => {
  const client = MAIN.replaceAll('/shop/', '/buyer/')
  const server = MAIN + waiter(5) + waiter(6)
  const moved = diagnose([dump(server), dump(client), dump(server)])
  assert.equal(moved.verdict, 'hang')
  const other = goroutine(5, 'chan receive', ['lib.loop()', '/src/lib/l.go:3'])
  assert.equal(diagnose([dump(server), dump(other), dump(server)]).verdict, 'hang')
  assert.equal(diagnose([]).verdict, 'healthy')
})

test('inputs are listed as they were given', () => {
  const { inputs, schema } = diagnose([trace('G1 main.main RR', {}, 23), dump(MAIN)])
  assert.equal(schema, 'unhang.diagnosis/1')
  assert.deepEqual(inputs, [
    { name: 't', kind: 'trace', goVersion: '1.23', goroutines: 1, complete: true },
    { name: 'd', kind: 'dump', goroutines: 1, complete: true },
  ])
})

test('a wrapper that only the trace names, or one name among many, does not make two processes', () => {
  const legend: Legend = {
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.take main.go:10'] },
  }
  const waits = (entry: string) => trace(`G5 ${entry} ${'L'.repeat(30)}`, legend)
  const stands = (root: string, id = 5) =>
    goroutine(
      id,
      'sync.Mutex.Lock',
      ['sync.(*Mutex).Lock(...)', 'sync/mutex.go:46'],
      ['main.take()', 'main.go:10'],
      [`${root}()`, 'main.go:1'],
    )
  const counts = (...inputs: DiagnoseInput[]) => diagnose(inputs).looked.goroutines
  assert.equal(counts(waits('main.(*hub).prune-fm'), dump(stands('main.(*hub).prune'))), 1)
  assert.equal(counts(waits('main.main.gowrap1'), dump(stands('main.work'))), 1)
  assert.equal(counts(waits('main.work'), dump(stands('main.other'))), 2)
  const many = (odd: string) =>
    dump([...Array(30).keys()].map(i => stands(i === 7 ? odd : 'main.work', 100 + i)).join(''))
  assert.equal(counts(many('main.work'), many('main.other')), 30)
})

test('the busiest lock counts the waits that began before the trace, and those that are not over', () => {
  const legend: Legend = {
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.take main.go:10'] },
  }
  const { looked, verdict } = diagnose([
    trace(
      `
    G1 main.work  RRRRRLLLLLLLLLL3RRRR
    G2 main.work  LLLLL1RRRRLLLLLLLLLL
    G3 main.work  LLLLLLLLLL2RRRRRLLLL
  `,
      legend,
    ),
  ])
  assert.equal(verdict, 'healthy')
  assert.deepEqual(looked.busiestLock, {
    site: { function: 'main.take', file: 'main.go', line: 10 },
    waits: 5,
    waitedNs: (10 + 5 + 10 + 10 + 4) * 50e6,
    longestNs: 10 * 50e6,
    durationNs: 20 * 50e6,
  })
})

test('tasks that are open at the end are told beside the verdict, which they do not change', () => {
  const shop = shopTrace()
  const { looked, ...rest } = diagnose([{ name: 't', kind: 'trace', trace: shop }])
  const without = { ...shop, tasks: { ...shop.tasks, length: 0 } }
  const { looked: _, ...same } = diagnose([{ name: 't', kind: 'trace', trace: without }])
  assert.deepEqual(rest, same)
  assert.deepEqual(looked.openTasks, { count: 2, type: 'checkout', longestNs: shop.durationNs - TICK_NS })
  // Where a part is missing, their ends may be, too.
  const cut = { ...shop, problems: [{ offset: 9, message: 'cut', lost: 'the rest' }] }
  assert.equal(diagnose([{ name: 't', kind: 'trace', trace: cut }]).looked.openTasks, undefined)
  assert.equal('openTasks' in diagnose([trace('G1 main.main RRRR', {})]).looked, false)
})

test('a trace that is given twice counts once', () => {
  const legend: Legend = { C: { reason: 'chan receive', stack: ['main.main main.go:5'] } }
  const text = `G1 main.main CCCC\nG2 main.work RCRC`
  const { looked, inputs } = diagnose([trace(text, legend), dump(MAIN), trace(text, legend)])
  assert.equal(looked.goroutines, 2 + 1)
  assert.equal(inputs.length, 3)
  assert.equal(diagnose([trace(text, legend), trace(text.replace('RCRC', 'RRCC'), legend)]).looked.goroutines, 4)
})

test('a late trace that knows no places, and a dump that knows no ids: it says what the dump says alone', () => {
  const rows = [5, 6, 7, 8, 9].map(id => `G${id} main.handle ${'W'.repeat(25)}`).join('\n')
  const late = trace(`G1 main.main ${'W'.repeat(25)}\n${rows}`, LATE, 22)
  const stack = (count: number, ...frames: string[]) =>
    `${count} @ 0x1 0x2\n${frames.map(frame => `#\t0x1\t${frame}\n`).join('')}\n`
  const counted = (waiters: number) =>
    dump(
      `goroutine profile: total ${waiters + 1}\n` +
        stack(
          waiters,
          'sync.(*Mutex).Lock+0x38\tsync/mutex.go:90',
          'main.take+0x1\tmain.go:10',
          'main.handle+0x1\tmain.go:30',
        ) +
        stack(1, 'main.main+0x1\tmain.go:90'),
    )
  const alone = diagnose([counted(5)])
  assert.equal(alone.verdict, 'hang')
  const both = diagnose([late, counted(5)])
  assert.deepEqual(gist(both), gist(alone))
  assert.deepEqual([both.looked.goroutines, both.looked.placeUnknown], [6, 0])
  // More than there are: the dump shows another time.
  assert.deepEqual(gist(diagnose([late, counted(50)])), ['healthy'])
  // Where the trace saw somebody come or go, it knows better.
  const moving: Legend = {
    W: {},
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:90', 'main.take main.go:10'] },
  }
  const seen = trace(`G1 main.main ${'W'.repeat(25)}\n${rows}\nG20 main.handle RLRR${'R'.repeat(21)}`, moving, 22)
  assert.deepEqual(gist(diagnose([seen, counted(5)])), ['healthy'])
})

test('a late trace that knows no places, and both forms of a dump: each goroutine counts once', () => {
  const rows = [5, 6, 20, 21, 22].map(id => `G${id} main.handle ${'W'.repeat(25)}`).join('\n')
  const late = trace(`G1 main.main ${'W'.repeat(25)}\n${rows}`, LATE, 22)
  const withIds = dump((MAIN + waiter(5) + waiter(6)).replaceAll(/\/go\/src\/|\/src\/shop\//g, ''))
  const counted = dump(
    'goroutine profile: total 2\n2 @ 0x1 0x2\n' +
      '#\t0x1\tsync.(*Mutex).Lock+0x38\tsync/mutex.go:46\n#\t0x2\tmain.take+0x1\tmain.go:10\n\n',
  )
  assert.deepEqual(gist(diagnose([late, withIds, counted])), gist(diagnose([late, withIds])))
})
