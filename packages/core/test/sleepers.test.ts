/** Who sleeps, and may have the lock that others want, or the answer that its holder waits for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const SLEEP = 'time.Sleep runtime/time.go:300'
const LOCK = 'sync.(*Mutex).Lock sync/mutex.go:46'
const LEGEND: Legend = {
  F: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:102', 'main.main main.go:5'] },
  S: { reason: 'sleep', stack: [SLEEP, 'main.(*store).compact s.go:10'] },
  L: { reason: 'sync', stack: [LOCK, 'main.boot.func1 s.go:20'] },
  M: { reason: 'sync', stack: [LOCK, 'main.(*cache).get s.go:40'] },
  N: {
    reason: 'network',
    stack: [
      'internal/poll.(*FD).Read internal/poll/fd_unix.go:165',
      'net.(*conn).Read net/net.go:196',
      'main.(*cache).get s.go:43',
    ],
  },
  P: { reason: 'sleep', stack: [SLEEP, 'main.page s.go:50', 'net/http.(*conn).serve net/http/server.go:2092'] },
  go: { stack: ['main.boot s.go:25'] },
}

const gist = (...rows: string[]) => gistOf(LEGEND, ...rows)

function gistOf(legend: Legend, ...rows: string[]): string[] {
  const text = ['G1 main.main FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', ...rows].join('\n')
  const { verdict, findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
  return [verdict, ...findings.map(f => `${f.certainty} ${f.cause} ${f.site.function}`)]
}

test('a closure may lock what a method has locked that sleeps, where the same goroutine started both', () => {
  const boot = 'G6 main.boot RRRRRR..............................'
  const waits = 'G8<6 main.boot.func1 ....LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL'
  const slow = 'G7<6 main.(*store).compact ..SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS'
  assert.deepEqual(gist(boot, slow, waits), ['healthy', 'possible contention main.boot.func1'])
  // It fell asleep when the other one had waited for long, or was there before, or somebody else started it.
  const after = 'G7<6 main.(*store).compact ..RRRRRRRRSSSSSSSSSSSSSSSSSSSSSSSSSS'
  const other = `${slow.replace('<6', '<5')}`
  for (const row of [after, `${boot.replace('G6', 'G5')}\n${other}`])
    assert.equal(gist(boot, row, waits)[0], 'hang', row)
})

test('who holds a lock and waits for one that sleeps will go on, where that one is able to come', () => {
  const legend: Legend = {
    ...LEGEND,
    A: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*cache).get s.go:44'] },
    Z: { reason: 'sleep', stack: [SLEEP, 'main.(*cache).plan s.go:70'] },
    Q: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:102', 'main.(*cache).plan s.go:71'] },
  }
  const held = ['G8 main.(*cache).get', 'G9 main.(*cache).get'].map((who, i) => `${who} ${'AM'[i].repeat(36)}`)
  const beside = (wait: string) => gistOf(legend, ...held, `G7 main.(*cache).plan ${wait.repeat(36)}`)
  assert.deepEqual(beside('Z'), ['healthy', 'possible contention main.(*cache).get'])
  assert.equal(beside('Q')[0], 'hang')
})

test('a remote in the same process, which sleeps while it serves, will answer whoever holds the lock meanwhile', () => {
  const held = [
    'G8 main.(*cache).get NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN',
    'G9 main.(*cache).get MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM',
  ]
  const page = 'G4 net/http.(*conn).serve PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP'
  assert.deepEqual(gist(...held), ['hang', 'likely holder-blocked main.(*cache).get'])
  assert.deepEqual(gist(...held, page), ['healthy', 'possible contention main.(*cache).get'])
})
