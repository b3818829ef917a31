/** `unhang mmu`: its text and JSON on a recorded trace, and what it says where there is nothing to tell. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type MmuReport, traceFromText } from '@unhang/core'
import { runMmu } from '../src/commands/mmu.ts'
import type { MmuPlan } from '../src/commands/plan.ts'
import { Complaint } from '../src/complaint.ts'
import { createOutput } from '../src/print/output.ts'

const TRACE = fileURLToPath(new URL('../../../testdata/traces/go1.26.trace', import.meta.url))
const FLIGHT = fileURLToPath(new URL('../../../testdata/traces/flight-1.26.trace', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'unhang-mmu-'))
after(() => rmSync(home, { recursive: true, force: true }))

const USUAL = { work: ['stw', 'background', 'assist'], perProc: false, asGo: false } as const

async function said(more: Partial<MmuPlan> = {}): Promise<{ data: string; remarks: string }> {
  const heard = { data: '', remarks: '' }
  const into = (stream: keyof typeof heard) => ({
    write: (text: string) => {
      heard[stream] += text
    },
  })
  const globals = { json: false, quiet: false, color: 'never' } as const
  const plan: MmuPlan = {
    command: 'mmu',
    input: TRACE,
    choice: USUAL,
    windowNs: undefined,
    scope: {},
    ...globals,
    ...more,
  }
  assert.equal(await runMmu(plan, createOutput(globals, into('data'), into('remarks'), {})), 0)
  return heard
}

const plain = (text: string) => text.replaceAll(fileURLToPath(new URL('../../../', import.meta.url)), '')

test('the text: what it means, the curve, usual lengths, the worst windows', async () => {
  const { data, remarks } = await said()
  assert.equal(plain(data), GOLDEN)
  assert.equal(remarks, '')
  const old = await said({ input: TRACE.replace('1.26', '1.19') })
  assert.match(old.remarks, /^unhang: before 0\.0014\d+ s the trace does not say how many procs there are\n$/)
})

test('each proc alone, worst windows of a length, within a range', async () => {
  const scope = { range: { startNs: 1.2e6, endNs: 1.8e6 } }
  const { data } = await said({ choice: { ...USUAL, work: ['stw', 'sweep'], perProc: true }, windowNs: 1e5, scope })
  assert.match(data, /0\.0012s-0\.0018s, 600 µs/)
  assert.match(data, /counted against the program: stops of the world, sweeping; each proc alone/)
  assert.match(data, /worst windows of 100 µs, none overlapping another\n +[\d.]+ % {2}[\d.]+s-[\d.]+s {2}proc \d\n/)
})

test('JSON has all of it', async () => {
  const report: MmuReport = JSON.parse((await said({ json: true })).data)
  assert.equal(report.schema, 'unhang.mmu/1')
  assert.deepEqual([report.cycles, report.stops, report.procs], [1, 2, [2, 2]])
  assert.equal(report.curve.length, 100)
  assert.equal(report.curve[0].windowNs, 1000)
  assert.deepEqual(
    report.usual.map(({ windowNs }) => windowNs),
    [1e3, 1e4, 1e5, 1e6],
  )
  assert.equal(report.worst.windowNs, 1e5)
  for (const { startNs, endNs, utilisation } of report.worst.windows) {
    assert.equal(endNs - startNs, 1e5)
    assert.ok(utilisation >= report.worst.minimum && utilisation < 1)
  }
})

test('no collection, or nothing of what is counted: said in a sentence', async () => {
  const { data } = await said({ input: FLIGHT })
  assert.match(data, /^0 garbage collections, 0 stops of the world, 2 procs$/m)
  assert.match(data, /\nThere was no garbage collection: the program had all of the procs, all of the time\.\n$/)
  const none = await said({ choice: { ...USUAL, work: ['sweep'] }, scope: { range: { startNs: 1e5, endNs: 2e5 } } })
  assert.match(none.data, /all of the time\.\n$/)
})

test('what cannot be told is a complaint', async () => {
  const noProcs = join(home, 'no-procs.trace')
  const events = [
    'EventBatch gen=1 m=18446744073709551615 time=1000',
    'Frequency freq=1000000000',
    'EventBatch gen=1 m=1 time=1000',
  ]
  const status = [
    'ProcStatus dt=10 p=0 pstatus=1',
    'GoStatus dt=10 g=1 m=1 gstatus=2',
    'GoStop dt=10 reason_string=0 stack=0',
  ]
  writeFileSync(noProcs, traceFromText(['Trace Go1.22', ...events, ...status, ''].join('\n')))
  await complains({ input: noProcs }, /how many procs there are/, /no GOMAXPROCS/)
  await complains({ windowNs: 1e9 }, /a window of at most 1\.9\d* ms/, /1000 ms/)
  await complains({ scope: { range: { startNs: 5e9, endNs: 6e9 } } }, /a range within a trace of/, /5s-6s/)
  await complains({ scope: { range: { startNs: 0, endNs: 1000 } } }, /number of procs is known/, /it is not/)
})

async function complains(more: Partial<MmuPlan>, expected: RegExp, found: RegExp): Promise<void> {
  await assert.rejects(said(more), error => {
    assert.ok(error instanceof Complaint, String(error))
    assert.match(error.expected, expected)
    assert.match(error.found, found)
    return true
  })
}

const GOLDEN = `testdata/traces/go1.26.trace   0.000024064s-0.00195872s, 1.93 ms
1 garbage collection, 2 stops of the world of 220 µs in all, 2 procs
counted against the program: stops of the world, background workers, mark assists

The collector left 84.4 % of the procs to the program; for 100 µs it left nothing.

minimum mutator utilisation, by length of the window
  100 % │
        │                                                            ▁▃▄▆
   75 % │                                                        ▁▄▆█████
        │                                                  ▃▁  ▃▅████████
   50 % │                                               ▁▂▆██▅▆██████████
        │                                           ▆▆███████████████████
   25 % │                                          ▇█████████████████████
        │                                        ▄▇██████████████████████
    0 % └────────────────────────────────────────────────────────────────
        1 µs                10 µs              100 µs             1 ms

  window  minimum   p99.9     p99     p95
    1 µs      0 %     0 %     0 %     0 %
   10 µs      0 %     0 %     0 %     0 %
  100 µs      0 %     0 %     0 %  15.4 %
    1 ms   69.8 %  69.8 %  69.8 %  69.8 %
  p99: one window of a hundred has at most that

worst windows of 100 µs, none overlapping another
     0 %  0.001234688s-0.001334688s
     0 %  0.00166112s-0.00176112s
  50.0 %  0.001412032s-0.001512032s
  78.0 %  0.001512032s-0.001612032s
  88.1 %  0.00176112s-0.00186112s
`
