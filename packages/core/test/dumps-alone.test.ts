/** A trace beside dumps must not say less of a lock than the dumps alone do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { mutex, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

// guard() of a door takes its lock and stands in a select {}.
const LEGEND: Legend = {
  A: { reason: 'network', stack: ['internal/poll.(*FD).Accept internal/poll/fd_unix.go:9', 'main.main /src/a.go:3'] },
  F: { reason: '', stack: ['runtime.block runtime/select.go:104', 'main.(*door).guard /src/a.go:22'] },
  L: { reason: 'sync', stack: ['sync.(*Mutex).Lock /go/src/sync/x.go:46', 'main.(*door).enter /src/a.go:27'] },
  B: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.run /src/a.go:40'] },
  go: { stack: ['main.run /src/a.go:41'] },
}
const guard = ['select (no cases)', 'main.(*door).guard(0xc000099008?) 22', 'by 5 main.run 41']
const enter = ['sync.Mutex.Lock', ...mutex('0xc000010000'), 'main.(*door).enter(0xc000088460?) 27', 'by 5 main.run 41']
const dump = wholeDumpOf(guard, enter)

function gist(text: string): string[] {
  const trace = { name: 't', kind: 'trace' as const, trace: timelineFromText(text, LEGEND) }
  const { findings } = diagnose([trace, dump])
  return findings.map(f => `${f.certainty} ${f.cause} ${f.site.function} ${f.holder.function ?? f.holder.state}`)
}

test('the holder that the dump knows, where it came before the waiter', () => {
  const text = `
    G1 main.main              AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G5 main.run               RRBBR...............................
    G10<5 main.(*door).guard  .RFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
    G11<5 main.(*door).enter  ....RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['likely holder-blocked main.(*door).enter main.(*door).guard'])
})

test('one that came later does not have it, whatever the dump shows', () => {
  const text = `
    G1 main.main              AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G5 main.run               RRBBR...............................
    G11<5 main.(*door).enter  .RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    G10<5 main.(*door).guard  ....RFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
  `
  assert.ok(gist(text).every(said => !said.includes('guard')))
})
