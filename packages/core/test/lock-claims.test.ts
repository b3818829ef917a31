/** Who has a lock without being in the function where the others wait: by what the arguments of a dump show, or a trace saw. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Finding } from '../src/analysis/diagnosis.ts'
import { readDump } from '../src/dump/read.ts'
import { draining, dumpOf, mutex, reading } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const gist = (findings: readonly Finding[]) =>
  findings
    .filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
    .map(({ certainty, cause, site, holder }) =>
      [certainty, cause, `:${site.line}`, holder.state, holder.goroutine ?? ''].join(' ').trim(),
    )
const told = (...goroutines: readonly (readonly string[])[]) => gist(diagnose([dumpOf(...goroutines)]).findings)

const STORE = '0x1f2f826c3a70'
const REPLICA_MU = '0x1f2f826be458'

test('two goroutines, each on the value whose lock the other one waits for: a circle', () => {
  const queued = ['main.(*replica).report(0x1f2f826be450) 191', 'main.(*store).send(0x1f2f826c3a70) 187']
  const ticking = ['main.(*replica).queue(0x1312d00?) 207', 'main.(*replica).tick(0x1f2f826be450) 204']
  assert.deepEqual(
    told(['sync.Mutex.Lock', ...mutex(REPLICA_MU), ...queued], ['sync.Mutex.Lock', ...mutex(STORE), ...ticking]),
    ['likely lock-order-cycle :191 waiting 11', 'likely lock-order-cycle :207 waiting 10'],
  )
})

test('a circle at one line of one function, by its arguments', () => {
  const [x, y] = ['0xc000012340', '0xc000012380']
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock', ...mutex(y), `main.move(${x}, ${y}) 20`],
      ['sync.Mutex.Lock', ...mutex(x), `main.move(${y}, ${x}) 20`],
    ),
    ['likely lock-order-cycle :20 waiting 11', 'likely lock-order-cycle :20 waiting 10'],
  )
})

test('closures of one function, whose locks nothing but their addresses tells apart', () => {
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock', ...mutex('0xc000012340'), 'main.main.func1() 20'],
      ['sync.Mutex.Lock', ...mutex('0xc000012348'), 'main.main.func2() 30'],
    ),
    ['likely lock-order-cycle :20 waiting 11', 'likely lock-order-cycle :30 waiting 10'],
  )
  // Main sleeps so that the program does not end.
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock', ...mutex('0xc000012340'), 'main.main.func1() 20'],
      ['sync.Mutex.Lock', ...mutex('0xc000012348'), 'main.main.func2() 30'],
      ['sleep', 'time.Sleep(0x12a05f200) 338', 'main.main() 60'],
    ),
    ['likely lock-order-cycle :20 waiting 11', 'likely lock-order-cycle :30 waiting 10'],
  )
  // At one lock they wait for somebody else.
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock', ...mutex('0xc000012340'), 'main.main.func1() 20'],
      ['sync.Mutex.Lock', ...mutex('0xc000012340'), 'main.main.func2() 30'],
    ),
    ['likely forgotten-unlock :20 unknown', 'likely forgotten-unlock :30 unknown'],
  )
})

test('a waiter that is in a method on the same value further out waits for itself; a crowd of such waiters does not', () => {
  const nested = [
    'main.(*lessor).checkpoint(0xc0000a1ef0) 335',
    'main.(*lessor).renew(0xc0000a1ef0) 391',
    'main.run() 5',
  ]
  assert.deepEqual(told(['sync.Mutex.Lock', ...mutex('0xc0000a1ef0'), ...nested]), [
    'likely self-deadlock :335 self 10',
  ])
  const crowd = ['sync.Mutex.Lock', ...mutex('0xc0000a1ef0'), ...nested]
  assert.deepEqual(told(crowd, crowd, crowd), ['likely forgotten-unlock :335 unknown'])
})

test('the type of an interface is no value that a lock belongs to, and the standard library does not wait for itself', () => {
  const handler = ['main.status(0x7f77b5f65570, 0xc20831dd90) 388', 'net/http.(*conn).serve(0xc20859bea0) 1255']
  const called = ['main.count(0x7f77b5f65570, 0x12) 363', 'main.logs(0x7f77b5f65570, 0xc2086bdef0) 70']
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock, 9 minutes', ...mutex('0xb55e08'), ...handler],
      ['sync.Mutex.Lock, 9 minutes', ...mutex('0xb55e08'), ...called, 'net/http.(*conn).serve(0xc20859b100) 1255'],
    ),
    ['likely forgotten-unlock :388 unknown', 'likely forgotten-unlock :363 unknown'],
  )
  const written = ['os.(*File).write(0x111ce0d8, 0x59f23e00) 395', 'os.(*File).Write(0x111ce0d8, 0x59f23e00) 136']
  assert.deepEqual(
    told(['sync.Mutex.Lock, 9 minutes', ...mutex('0x111b2250'), ...written, 'main.(*logger).print(0x111b45a0) 25']),
    ['likely unknown :395 unknown'],
  )
  // What it deferred is called by a panic, with the lock still held.
  const closing = ['database/sql.(*Conn).close(0x4000098000) 2138', 'panic({0x22a3e0?, 0x452990?}) 792']
  const beginning = ['driver.(*conn).begin(0x4000140000) 490', 'database/sql.(*Conn).BeginTx(0x4000098000, 0x0) 2115']
  assert.deepEqual(
    told(['sync.RWMutex.Lock, 9 minutes', ...draining, ...closing, ...beginning, 'main.run(0x4000098000) 25']),
    ['likely self-deadlock :2138 self 10'],
  )
})

test('who only passes the value on, or made the closure that waits, holds nothing', () => {
  const passed = ['main.(*cache).add(0xc000091ef0) 131', 'main.test.func1(0xc000091ef0, 0x1) 255']
  assert.deepEqual(
    told(['sync.Mutex.Lock', ...mutex('0xc000091f08'), ...passed])[0],
    'possible forgotten-unlock :131 unknown',
  )
  const closure = ['main.(*breaker).run.func1.1() 126', 'main.(*breaker).run.func1(0xc000091f08, 0x1) 125']
  assert.deepEqual(told(['sync.Mutex.Lock', ...mutex('0xc000091f08'), ...closure])[0].includes('self'), false)
})

test('a method that began the goroutine is called back from a closure, or from a library: it has the lock itself', () => {
  // Of arguments that are used no more a dump shows nothing.
  const each = ['main.(*table).each(0x0?, 0x27886a51e340) 48', 'by 5 main.boot 90']
  const waits = ['sync.Mutex.Lock', ...mutex('0x27886a526340'), 'main.(*table).len(0x0?) 53']
  assert.deepEqual(told([...waits, 'main.boot.func1(0x3) 91', ...each]), ['likely self-deadlock :53 self 10'])
  assert.deepEqual(told([...waits, 'encoding/json.Marshal({0x72f8a0?, 0x1?}) 180', ...each]), [
    'likely self-deadlock :53 self 10',
  ])
  // What it calls by name is called in a loop of its own, too.
  assert.ok(told([...waits, 'main.refill(0x3) 91', ...each]).every(text => !text.includes('self')))
  // Another goroutine that is in there may have it as well.
  const other = ['chan send', 'main.(*table).fill(0x0?) 70', 'by 5 main.boot 92']
  assert.ok(told([...waits, 'main.boot.func1(0x3) 91', ...each], other).every(text => !text.includes('self')))
})

test('a closure of one method, called by another one: that has the lock; called by who made it, nothing tells', () => {
  const waits = ['sync.Mutex.Lock', ...mutex('0xc000091f08'), 'main.(*bus).subscribe.func1() 29']
  const once = 'main.(*once).handle(...) 50'
  assert.deepEqual(told([...waits, once, 'main.(*bus).publish(0xc000091f08?) 39', 'main.test(0x0?) 57']), [
    'likely self-deadlock :29 self 10',
  ])
  const others = ['main.(*bus).subscribe(0x0?) 25', 'main.(*bus).publish(0xc000099f08) 39']
  for (const outer of others)
    assert.ok(told([...waits, once, outer, 'main.test(0x0?) 57']).every(text => !text.includes('self')))
})

test('a reader that reads again behind a writer that waits for it, through another type', () => {
  const finding = diagnose([
    dumpOf(
      [
        'sync.RWMutex.RLock',
        ...reading,
        'main.(*queue).add(0xc00001e108) 78',
        'main.(*store).scan(0xc000013a70) 85',
        'main.run() 5',
      ],
      ['sync.RWMutex.Lock', ...draining, 'main.(*store).process(0x0?) 89', 'main.loop() 6'],
    ),
  ]).findings
  assert.deepEqual(gist(finding), ['likely self-deadlock :78 self 10', 'likely self-deadlock :89 waiting 10'])
  assert.equal(finding[0].holder.function, 'main.(*store).scan')
})

test('two writers that both wait for readers wait for two locks', () => {
  assert.deepEqual(
    told(
      ['sync.RWMutex.Lock', ...draining, 'main.(*pair).one(0xc000013a70) 79'],
      ['sync.RWMutex.Lock', ...draining, 'main.(*pair).two(0xc000013a70) 86'],
    ),
    ['likely lock-order-cycle :79 waiting 11', 'likely lock-order-cycle :86 waiting 10'],
  )
})

test('one lock of each value: another value of the type is another jam', () => {
  const writer = (object: string) => ['sync.RWMutex.Lock', ...draining, `main.(*shard).put(${object}) 20`]
  const reader = (object: string) => ['sync.RWMutex.RLock', ...reading, `main.(*shard).get(${object}) 30`]
  const [a, b] = ['0xc000013a70', '0xc000013ac0']
  const { findings } = diagnose([dumpOf(writer(a), reader(a), writer(b), reader(b))])
  assert.deepEqual(
    findings.map(({ waiters, lock }) => [...waiters.goroutines, lock]),
    [
      [10, `lock of ${a}`],
      [11, `lock of ${a}`],
      [12, `lock of ${b}`],
      [13, `lock of ${b}`],
    ],
  )
})

test("one that sends with the lock held, in a method of the lock's value", () => {
  assert.deepEqual(
    told(
      ['sync.Mutex.Lock', ...mutex('0xc4240b59c0'), 'main.(*conn).tearDown(0xc4240b58c0, 0x1) 857'],
      ['chan send', 'main.(*balancer).up(0xc4214f7900) 153', 'main.(*conn).reset(0xc4240b58c0) 737', 'main.run() 9'],
    ),
    ['likely holder-blocked :857 waiting 11'],
  )
})

test('an idle goroutine on the same value is not accused, and the lock not called forgotten', () => {
  const { findings } = diagnose([
    dumpOf(
      [
        'sync.Mutex.Lock, 9 minutes',
        ...mutex('0xc4202f07b0'),
        'main.(*client).retry(0xc4202f06e0) 286',
        'main.run() 9',
      ],
      ['chan receive, 9 minutes', 'main.(*client).close(0xc4202f06e0) 117', 'main.main() 9'],
    ),
  ])
  assert.deepEqual(gist(findings), ['likely unknown :286 unknown'])
  assert.ok(findings[0].evidence.some(sentence => /^goroutine 11 works on the same value/.test(sentence)))
})

test('one that waits for goroutines it has started does not idle', () => {
  const started = (state: string, ...frames: string[]) => [state, ...frames, 'by 11 main.(*raft).elect 295']
  const holder = ['chan receive', 'main.(*raft).elect(0x0?) 312']
  const waiter = ['sync.Mutex.Lock', ...mutex('0xc000134930'), 'main.(*raft).beat(0x0?) 432', 'main.run() 4']
  assert.deepEqual(told(waiter, holder, started('select', 'main.ask() 36', 'main.(*raft).elect.func1() 301')), [
    'likely holder-blocked :432 waiting 11',
  ])
  // A child of the same code that waits for the lock would let it go on: it has it.
  const child = (name: string) =>
    started('sync.Mutex.Lock', ...mutex('0xc000134930'), `main.(*raft).vote(0x0?) 500`, name)
  assert.deepEqual([...told(waiter, holder, child('main.(*raft).elect.func1() 301'))].sort(), [
    'likely holder-blocked :432 waiting 11',
    'likely holder-blocked :500 waiting 11',
  ])
})

const LIVE: Legend = {
  A: {
    reason: 'sync',
    stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*names).remove a.go:35', 'main.(*table).release a.go:32'],
  },
  B: {
    reason: 'sync',
    stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*table).isValid a.go:45', 'main.(*names).get a.go:42'],
  },
  S: { reason: 'chan send', stack: ['main.(*table).notify a.go:60'] },
  W: { reason: 'sync', stack: ['sync.(*RWMutex).Lock sync/rwmutex.go:155', 'main.(*table).reload a.go:70'] },
  N: {
    reason: 'network',
    stack: ['internal/poll.(*FD).Read fd.go:165', 'net.(*conn).Read net/net.go:196', 'main.(*table).fetch a.go:80'],
  },
}
const traced = (text: string) => diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LIVE) }]).findings

test('caught by a trace alone: each in methods of the type that the other one waits in', () => {
  const text = `
    G1 main.main    RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G2 main.a       .RAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G3 main.b       .RBBBBBBBBBBBBBBBBBBBBBBBBBBBB
  `
  assert.deepEqual(gist(traced(text)), [
    'likely lock-order-cycle :35 waiting 3',
    'likely lock-order-cycle :45 waiting 2',
  ])
})

test('caught by a trace alone: a sender of the type that got stuck when the lock was shut', () => {
  const text = (sender: string, another = '') => `
    G1 main.main    RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G2 main.a       ${sender}
    G3 main.b       ........RBBBBBBBBBBBBBBBBBBBBB
    ${another}
  `
  assert.deepEqual(gist(traced(text('.RRRRRRRSSSSSSSSSSSSSSSSSSSSSS'))), ['likely holder-blocked :45 waiting 2'])
  // One that sent while others got the lock has not got it.
  const passed = text('SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS', 'G4 main.b .RBBB1R.......................')
  assert.ok(!gist(traced(passed))[0].includes('holder-blocked'))
})

test('readers in calls to a remote, and the writer that waits for them', () => {
  const [finding] = traced(`
    G1 main.main    RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G2 main.a       .RNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G3 main.a       .RNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G4 main.b       ...RWWWWWWWWWWWWWWWWWWWWWWWWWW
  `)
  assert.deepEqual(gist([finding]), ['likely holder-blocked :70 waiting 2'])
  assert.ok(finding.evidence.some(sentence => sentence.endsWith('; 1 goroutine more stands there as it does')))
})

test('in what somebody picked out of a dump, a call of the same type may have the lock; a loop that is shown whole idles', () => {
  const waiting = ['sync.Mutex.Lock, 3 minutes', ...mutex('0xc000012340'), 'main.(*client).stream.func1() 219']
  const checking = ['select', 'main.(*client).check(...) 148', 'main.(*client).register(...) 209']
  assert.deepEqual(told(waiting, checking), ['likely unknown :219 unknown'])
  assert.deepEqual(told(waiting, [...checking, 'by 1 main.main 3']), ['likely forgotten-unlock :219 unknown'])
})

test('who waits in a method that locks, of a type of its own, comes from its caller', () => {
  const lock = [...mutex('0xc000012340'), 'main.(*guard).Lock(0xc000012340) 9', 'main.(*shop).open(0xc000012300) 20']
  const [finding] = diagnose([dumpOf(['sync.Mutex.Lock, 3 minutes', ...lock, 'by 1 main.main 3'])]).findings
  assert.equal(finding.site.function, 'main.(*guard).Lock')
  assert.equal(finding.caller?.function, 'main.(*shop).open')
  assert.match(finding.evidence[1], /^called from main\.\(\*shop\)\.open/)
})

test('a waiter whose stack is cut off behind its call waits where the others of that function do', () => {
  const stack = (id: number) =>
    `goroutine ${id} [sync.Mutex.Lock, 9 minutes]:\nsync.(*Mutex).Lock(0xc000012340)\n\t/go/src/sync/x.go:46 +0x1d\nmain.(*shop).open(0xc000012300)\n`
  const file = '\t/src/a.go:20 +0x1d\ncreated by main.main in goroutine 1\n\t/src/a.go:3 +0x1d\n\n'
  const text = [stack(7), file, stack(8), file, stack(9), '\t/src'].join('')
  const dump = readDump(new TextEncoder().encode(text))
  const { findings } = diagnose([{ name: 'd', kind: 'dump', dump }])
  assert.deepEqual(
    findings.map(({ site, waiters }) => [site.line, ...waiters.goroutines]),
    [[20, 7, 8, 9]],
  )
})

test('who waits until another one has written to the same file', () => {
  const file = ['internal/poll.(*FD).Write(0xc000100000, 0xc000200000) 361', 'os.(*File).Write(0xc000010020) 215']
  const waiting = ['semacquire, 105 minutes', 'internal/poll.(*fdMutex).rwlock(0xc000100000, 0x0) 154', ...file]
  const writing = ['syscall, 105 minutes', 'syscall.write(0x2, 0xc000200000) 964', ...file]
  assert.deepEqual(told([...waiting, 'main.log() 20'], [...waiting, 'main.log() 20']), ['likely unknown :215 unknown'])
  const withWriter = told([...waiting, 'main.log() 20'], [...writing, 'main.log() 20'])
  // Who reads from the other end of that pipe has stopped: no write takes as long.
  assert.deepEqual(withWriter, ['likely holder-blocked :215 waiting 11'])
})
