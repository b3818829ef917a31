/**
 * What Go's own leak search says (Go 1.26, GOEXPERIMENT=goroutineleakprofile), in each form that it comes in. The fixtures
 * are of testdata/leak-server, where a goroutine of each kind is leaked.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Dump, diagnose, dumpReport, type Finding, readDump } from '../src/index.ts'
import { profileOf, TOP } from './profile.ts'

function fixture(name: string): Dump {
  const bytes = readFileSync(new URL(`../../../testdata/dumps/leaked/${name}`, import.meta.url))
  return readDump(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

const PROTO = fixture('goroutineleak.pb.gz')
const DEBUG1 = fixture('goroutineleak.debug1.txt')
const DEBUG2 = fixture('goroutineleak.debug2.txt')
/** Of the same moment, with those that are not leaked. */
const ALL = fixture('goroutine.pb.gz')

function findingsOf(...dumps: Dump[]): readonly Finding[] {
  return diagnose(dumps.map((dump, i) => ({ name: `dump ${i}`, kind: 'dump', dump }))).findings
}

const SEARCH = /^Go's own leak search: /

/** "certain no-receiver chan send 3" by function; of a function in several findings the surest. */
function brief(findings: readonly Finding[]): Record<string, string> {
  const all: Record<string, string> = {}
  for (const { site, certainty, cause, kind, waiters, evidence } of findings) {
    const searched = evidence.some(sentence => SEARCH.test(sentence)) ? '' : ' (not searched)'
    all[site.function] ??= `${certainty} ${cause} ${kind} ${waiters.count}${searched}`
  }
  return all
}

const LOCKS = {
  'main.take': 'certain forgotten-unlock mutex 1',
  'main.write': 'certain forgotten-unlock rwmutex 1',
  'main.read': 'certain forgotten-unlock rwmutex 1',
}
const EACH = {
  'main.send': 'certain no-receiver chan send 3',
  'main.receive': 'certain no-sender chan receive 1',
  'main.pick': 'certain no-sender select 1',
  'main.all': 'certain never-done waitgroup 1',
  'main.signal': 'certain lost-signal cond 1',
  'main.nilReceive': 'certain no-sender chan receive 1',
  'main.nilSend': 'certain no-receiver chan send 1',
}

for (const [name, dumps] of [
  ['a full dump', [DEBUG2]],
  ['two full dumps', [DEBUG2, DEBUG2]],
  ['the leak profile alone', [PROTO]],
  ['the leak profile beside that of all goroutines', [ALL, PROTO]],
  ['all forms together', [ALL, PROTO, DEBUG1, DEBUG2]],
] as const)
  test(`${name}: each kind is named and certain, and nobody else`, () => {
    const found = brief(findingsOf(...dumps))
    for (const [name, what] of Object.entries(EACH)) assert.equal(found[name], what, name)
    for (const name of Object.keys(LOCKS)) assert.match(found[name] ?? '', /^certain \S+ (rw)?mutex [12]$/, name)
    const others = Object.entries(found).filter(([name]) => !(name in EACH) && !(name in LOCKS))
    assert.deepEqual(
      others.filter(([, what]) => !what.startsWith('possible')),
      [],
    )
  })

test('debug=1 does not tell the channel operations apart, and so not `select {}`: said, and no more than likely', () => {
  const findings = findingsOf(DEBUG1)
  const found = brief(findings)
  assert.match(found['main.take'], /^certain forgotten-unlock mutex/)
  assert.equal(found['main.all'], 'certain never-done waitgroup 1')
  assert.equal(found['main.send'], 'likely no-sender select 3')
  const send = findings.find(({ site }) => site.function === 'main.send')
  assert.match(send!.evidence[0], /^3 goroutines wait in a channel or select at main\.send/)
  assert.match(send!.evidence.at(-1)!, /does not tell a send, a receive, a select and `select \{\}` apart/)
})

test('with ids where a dump has them, and the sentence behind the first of the evidence', () => {
  const send = findingsOf(DEBUG2).find(({ site }) => site.function === 'main.send')!
  assert.deepEqual(send.waiters.goroutines, [20, 21, 22])
  assert.equal(send.evidence[1], "Go's own leak search: nothing alive can reach the channel that they wait for")
  const nil = findingsOf(DEBUG2).find(({ site }) => site.function === 'main.nilSend')!
  assert.ok(
    nil.evidence.some(sentence => /nobody can ever serve the nil channel/.test(sentence)) ||
      nil.certainty === 'certain',
  )
})

/** A full dump: so many marked and so many not in one function, which nobody serves. */
function dumpWith(leaked: number, others: number, state = 'chan send'): Dump {
  const one = (id: number, mark: string) => `goroutine ${id} [${state}${mark}]:
main.(*shop).order.func1()
\t/src/app/work.go:26 +0x45
created by main.(*shop).order in goroutine 40
\t/src/app/work.go:20 +0x8f

`
  const main = 'goroutine 1 [IO wait]:\nmain.main()\n\t/src/app/main.go:9 +0x20\n\n'
  const goroutines = Array.from({ length: leaked + others }, (_, i) => one(100 + i, i < leaked ? ' (leaked)' : ''))
  return readDump(new TextEncoder().encode([main, ...goroutines].join('')))
}

test('a finding whose goroutines are all marked is certain, and tells what it told', () => {
  const [plain] = findingsOf(dumpWith(0, 2), dumpWith(0, 2))
  const [marked, ...more] = findingsOf(dumpWith(2, 0), dumpWith(2, 0))
  assert.deepEqual([plain.certainty, marked.certainty, more.length], ['likely', 'certain', 0])
  assert.deepEqual(
    marked.evidence.filter(sentence => !SEARCH.test(sentence)),
    plain.evidence,
  )
})

test('of a crowd in which some are marked, these are certain alone', () => {
  const findings = findingsOf(dumpWith(2, 3, 'chan receive'))
  const counted = (certainty: string) =>
    findings.filter(one => one.certainty === certainty).reduce((sum, { waiters }) => sum + waiters.count, 0)
  assert.equal(counted('certain'), 2)
  assert.deepEqual(findings.find(one => one.certainty === 'certain')?.waiters.goroutines, [100, 101])
  assert.ok(findings.every(one => one.certainty !== 'likely' || one.evidence.some(sentence => / 2 of them wait /.test(sentence)))) // biome-ignore format: one line
})

test('hundreds of thousands of them', () => {
  const frames = [...TOP.send, 'main.give /src/main.go:26']
  const dump = readDump(profileOf([{ count: 400_000, frames }], 'goroutineleak'))
  assert.deepEqual(brief(findingsOf(dump)), { 'main.give': 'certain no-receiver chan send 400000' })
  const many = dumpWith(5000, 0)
  const [finding, ...more] = findingsOf(many)
  assert.deepEqual([finding.certainty, finding.site.function, more], ['certain', 'main.(*shop).order.func1', []])
})

test('a leak profile of nobody, and one of main at rest, accuse nobody', () => {
  const nobody = readDump(profileOf([], 'goroutineleak'))
  assert.deepEqual(findingsOf(nobody), [])
  assert.deepEqual(brief(findingsOf(ALL, nobody)), brief(findingsOf(ALL)))
  const block = ['runtime.gopark /go/src/runtime/proc.go:462', 'runtime.block /go/src/runtime/select.go:104']
  for (const top of [block, TOP.receive, TOP.waitgroup]) {
    const frames = [...top, 'main.main /src/main.go:9', 'runtime.main /go/src/runtime/proc.go:290']
    assert.deepEqual(findingsOf(readDump(profileOf([{ count: 1, frames }], 'goroutineleak'))), [])
  }
  const text = 'goroutineleak profile: total 1\n1 @ 0x1 0x2 0x3\n#\t0x3\tmain.main+0x9\t/src/main.go:9\n'
  assert.deepEqual(findingsOf(readDump(new TextEncoder().encode(text))), [])
})

test('a dump is that of all goroutines, where the leak profile lies beside it; alone it is shown', () => {
  assert.equal(dumpReport([ALL, PROTO]).goroutines, ALL.total)
  assert.equal(dumpReport([PROTO, ALL]).goroutines, ALL.total)
  const alone = dumpReport([PROTO])
  assert.equal(alone.goroutines, 13)
  assert.ok(alone.groups.every(({ leaked }) => leaked))
})

const ASLEEP = `goroutine 1 [chan receive]:
main.main()
	/src/main.go:9 +0x1d

goroutine 7 [select]:
main.(*pool).work(0xc000012000)
	/src/pool.go:20 +0x45
created by main.main in goroutine 1
	/src/main.go:7 +0x1d

goroutine 8 [sync.Mutex.Lock]:
sync.(*Mutex).Lock(0xc000012048)
	/go/src/sync/mutex.go:90 +0x32
main.(*pool).put(0xc000012000)
	/src/pool.go:30 +0x45
created by main.main in goroutine 1
	/src/main.go:8 +0x1d
`

test('where Go itself says that all goroutines are asleep, each that waits is stuck for certain, main and workers too', () => {
  const said = (head: string) =>
    findingsOf(readDump(new TextEncoder().encode(`${head}\n\n${ASLEEP}`)))
      .filter(({ certainty }) => certainty === 'certain')
      .map(({ kind, site }) => `${kind} ${site.function}`)
      .sort()
  const all = ['chan receive main.main', 'mutex main.(*pool).put', 'select main.(*pool).work']
  assert.deepEqual(said('fatal error: all goroutines are asleep - deadlock!'), all)
  assert.deepEqual(said('fatal error: no goroutines (main called runtime.Goexit) - deadlock!'), all)
  assert.deepEqual(said('`fatal error: all goroutines are asleep - deadlock!'), all)
  // The program wrote it, or it ended for another reason.
  assert.deepEqual(said('what does "fatal error: all goroutines are asleep - deadlock!" mean?'), [])
  assert.deepEqual(said('fatal error: concurrent map writes'), [])
})
