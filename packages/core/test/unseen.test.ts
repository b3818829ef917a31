/** Traces alone that begin when all is over: nobody has moved, and nothing tells who started whom. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const RECEIVE = 'runtime.chanrecv1 runtime/chan.go:509'
const RANGE = 'runtime.chanrecv2 runtime/chan.go:514'
const LEGEND: Legend = {
  L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*mill).grind m.go:34'] },
  C: { reason: '', stack: [RECEIVE, 'main.(*mill).close m.go:44'] },
  W: { reason: '', stack: [RANGE, 'main.(*mill).work m.go:50'] },
  D: { reason: '', stack: [RECEIVE, 'main.(*mill).start.func1 m.go:60'] },
  O: { reason: '', stack: [RECEIVE, 'main.(*shop).close s.go:9'] },
  G: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:206', 'main.(*house).paint h.go:8'] },
  P: { reason: '', stack: [RANGE, 'app/yard.(*barrow).push y.go:5'] },
  K: { reason: '', stack: [RECEIVE, 'main.(*kiln).cool k.go:20'] },
  N: { reason: '', stack: [RANGE, 'main.(*kiln).load k.go:30'] },
  B: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*house).brush h.go:20'] },
  S: { reason: 'chan send', stack: ['runtime.chansend1 runtime/chan.go:161', 'main.(*kiln).fire k.go:12'] },
  Q: { reason: 'select', stack: ['database/sql.(*DB).conn database/sql/sql.go:1369', 'main.(*repo).first r.go:9'] },
}

function gist(...rows: readonly string[]): string[] {
  const text = rows.map((letter, i) => `G${i + 20} main.f ${letter.repeat(30)}`).join('\n')
  const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
  return findings.map(f => `${f.certainty} ${f.cause} ${f.site.function} ${f.holder.function ?? f.holder.state}`).sort()
}

test('who receives once, in a method of the type whose lock others wait for, has the lock', () => {
  assert.deepEqual(gist('L', 'C'), [
    'likely holder-blocked main.(*mill).grind main.(*mill).close',
    'likely no-sender main.(*mill).close main.(*mill).grind',
  ])
})

test('who takes the next one, waits for the end of something, or is of another type may idle', () => {
  for (const idle of ['W', 'D', 'O'])
    assert.deepEqual(gist('L', idle), ['likely forgotten-unlock main.(*mill).grind unknown'])
  assert.deepEqual(gist('C'), [])
})

test('nobody idles in a WaitGroup, or waits for a free connection to idle', () => {
  assert.deepEqual(gist('G'), ['likely never-done main.(*house).paint unknown'])
  assert.deepEqual(gist('P', 'G'), ['likely never-done main.(*house).paint unknown'])
  assert.deepEqual(gist('Q'), ['likely pool-exhausted database/sql.(*DB).conn unknown'])
})

test('a supervisor waits for daemons that idle: those of its package, or whatever began after it', () => {
  assert.deepEqual(gist('G', 'B'), [])
  assert.deepEqual(gist('W', 'G'), [])
  assert.deepEqual(gist('G', 'P'), ['possible never-done main.(*house).paint unknown'])
})

test('a sender for whom nobody is on the way: who sleeps all the time may be, a loop of the clock that goes round is not', () => {
  const send = 'likely no-receiver main.(*kiln).fire unknown'
  assert.deepEqual(gist('S', 'P'), [send])
  assert.deepEqual(gist('S', 'B'), ['possible no-receiver main.(*kiln).fire unknown'])
  const beside = (loop: string) => {
    const text = `
    G20 main.f SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G21 main.f ${loop}
  `
    const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
    return findings.map(f => `${f.certainty} ${f.site.function}`)
  }
  assert.deepEqual(beside('BBBBrRBBBBrRBBBBrRBBBBrRBBBBrR'), ['likely main.(*kiln).fire'])
  // It lies down where it rose: once is enough.
  assert.deepEqual(beside('BBBBBBBBBBBBBrRBBBBBBBBBBBBBBB'), ['likely main.(*kiln).fire'])
  assert.deepEqual(beside('RRRRRRRRRRRRRRRBBBBBBBBBBBBBBB'), ['possible main.(*kiln).fire'])
})

test('who alone could take what is sent, and waits for one thing itself, is stuck as well; a loop may be the twin of one', () => {
  assert.deepEqual(gist('S', 'K'), [
    'likely no-receiver main.(*kiln).fire main.(*kiln).cool',
    'likely no-sender main.(*kiln).cool main.(*kiln).fire',
  ])
  assert.deepEqual(gist('K'), [])
  // Whoever idles near a sender has not taken what it sends, and is not the one that it waits for.
  assert.deepEqual(gist('S', 'N'), ['likely no-receiver main.(*kiln).fire unknown'])
})
