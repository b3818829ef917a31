/** Locks in a row: who has one waits for the next, and the last one for something else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { draining, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Input = Parameters<typeof diagnose>[0][number]

const gist = (...inputs: Input[]) =>
  diagnose(inputs)
    .findings.filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
    .map(({ certainty, cause, site, holder }) =>
      `${certainty} ${cause} :${site.line} ${holder.state} ${holder.goroutine ?? ''}`.trim(),
    )
const traced = (text: string, legend: Legend) =>
  gist({ name: 't', kind: 'trace', trace: timelineFromText(text, legend) })
const still = (...goroutines: readonly (readonly string[])[]) =>
  gist(wholeDumpOf(...goroutines), wholeDumpOf(...goroutines))

const LOCK = 'sync.(*Mutex).Lock sync/mutex.go:46'
const locks = (...frames: string[]) => ({ reason: 'sync', stack: [LOCK, ...frames] })

const CHAIN: Legend = {
  V: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:5', 'main.(*volume).attach v.go:31'] },
  P: locks('main.(*volume).path v.go:34', 'main.(*pod).start p.go:41'),
  N: locks('main.(*pod).phase p.go:44', 'main.(*node).summary n.go:52'),
  C: locks('main.(*node).cordon n.go:57', 'main.(*cluster).drain c.go:64'),
  J: locks('main.(*cluster).join c.go:67'),
}

test('a chain of four, no address told: each waits in a method of the next, called from one of its own', () => {
  const text = `
    G1 main.run  VVVVVVVVVVVVVVVVVVVVVVVVVVVVV
    G2 main.run  PPPPPPPPPPPPPPPPPPPPPPPPPPPPP
    G3 main.run  NNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G4 main.run  CCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G5 main.run  JJJJJJJJJJJJJJJJJJJJJJJJJJJJJ
  `
  assert.deepEqual(traced(text, CHAIN).slice(0, 3), [
    'likely holder-blocked :44 waiting 2',
    'likely holder-blocked :57 waiting 3',
    'likely holder-blocked :67 waiting 4',
  ])
})

test('who calls into another type when the lock of its own is shut already does not have that', () => {
  const text = `
    G1 main.idle  RRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G5 main.run   .RJJJJJJJJJJJJJJJJJJJJJJJJJJJ
    G4 main.run   .........RCCCCCCCCCCCCCCCCCCC
  `
  assert.ok(traced(text, CHAIN).every(finding => !finding.startsWith('likely holder-blocked :67')))
})

const VALUE = '0xc000066080'
const wantsToPut = (...frames: string[]) => [
  'sync.RWMutex.Lock',
  ...draining,
  `main.(*cache).put(${VALUE}) 38`,
  ...frames,
]
const COMPILES = [`main.(*cache).compile(${VALUE}) 47`, 'by 3 main.start 60']

test('a writer that a reader waits for: that one has its read lock, not the method that the writer began with', () => {
  const waits = ['chan receive', 'main.(*cache).get(0x0?, 0x1?) 29', 'by 3 main.start 62']
  assert.deepEqual(still(wantsToPut(...COMPILES), waits), ['likely holder-blocked :38 waiting 11'])
  // Nobody else is there: then it reads and writes itself.
  assert.deepEqual(still(wantsToPut(...COMPILES)), ['likely self-deadlock :38 self 10'])
})

test('a loop on the same value that the clock feeds has no read lock', () => {
  const ticks = ['chan receive', 'main.(*cache).expire(0x0?) 70', 'main.run(...) 3', 'by 1 main.main 9']
  assert.deepEqual(still(wantsToPut(...COMPILES), ticks), ['likely self-deadlock :38 self 10'])
})
