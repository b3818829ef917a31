/** How analyses and commands are judged, and what the report says of them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judgeAnalyses, judgeCommand } from '../budgets.mjs'
import { analysesMisses, analysesTable } from '../report.mjs'

const asked = (analysis, ms) => ({
  analysis,
  traces: 1,
  firstMs: 300,
  firstCpuMs: 320,
  ranges: [0.1, 0.5, 0.9, 1].map((share, i) => ({ share, ms: ms[i], cpuMs: ms[i] / 2 })),
  grewBytes: 12e6,
})
const judged = (rows, events = 10e6) =>
  judgeAnalyses({ kind: 'dry', fileBytes: 73e6, openedBytes: 400e6, events, rows })
const process = (wallMs, rssBytes = 1e6, cpuMs = 2 * wallMs) => ({ wallMs, cpuMs, rssBytes })
const command = (name, runs) => ({ ...judgeCommand({ command: name, runs }), hasGo: runs.some(run => 'go' in run) })

test('the slowest part of a trace is judged, as one of a trace with ten million events', () => {
  const { rows } = judged([asked('functions', [20, 300, 100, 250]), asked('mmu', [1, 2, 3, 4])], 20e6)
  assert.deepEqual([rows[0].answerMs, rows[0].answerCpuMs, rows[0].met], [150, 75, true])
  assert.deepEqual(analysesMisses([{ ...judged([asked('functions', [20, 50, 190, 200])]), commands: [] }]), [])
  const short = judged([asked('functions', [20, 50, 70, 110]), asked('mmu', [1, 2, 3, 4])], 5e6)
  assert.deepEqual(analysesMisses([{ ...short, commands: [] }]), [
    'MISSED  dry, functions: 220.0 ms for 10 M events, budget 200 ms: over by 10 % (CPU 110.0 ms)',
  ])
})

test('of two traces that are read, the events of both count', () => {
  const { rows } = judged([{ ...asked('diff', [20, 50, 300, 380]), traces: 2 }])
  assert.deepEqual([rows[0].answerMs, rows[0].met], [190, true])
})

test('the first answer is told and not judged', () => {
  const { rows } = judged([{ ...asked('functions', [1, 2, 3, 4]), firstMs: 9000 }])
  assert.ok(rows[0].met)
})

test("a command's times are medians, its memory is the greatest, the ratio to Go's tool is taken within each pair", () => {
  const row = command('profile --kind sync', [
    { unhang: process(100, 5e6), go: process(1000, 7e6, 1000) },
    { unhang: process(900, 3e6), go: process(3000, 8e6, 3000) },
    { unhang: process(200, 4e6), go: undefined },
  ])
  assert.deepEqual([row.wallMs, row.cpuMs, row.rssBytes], [200, 400, 5e6])
  assert.deepEqual(
    [row.goMs, row.goRssBytes, row.ratio.toFixed(2), row.cpuRatio.toFixed(2)],
    [2000, 8e6, '0.20', '0.40'],
  )
})

test('a report has 1.5 × the gzipped capture and a megabyte', () => {
  const report = sizeBytes =>
    judgeCommand({ command: 'report', runs: [{ unhang: process(1) }], report: { sizeBytes, gzippedBytes: 10e6 } })
  assert.ok(report(16e6).sizeMet)
  assert.deepEqual(analysesMisses([{ ...judged([]), commands: [report(17.6e6)] }]), [
    'MISSED  dry, unhang report: 18 MB, budget 16 MB: over by 10 %',
  ])
})

const whole = {
  ...judged([asked('functions', [20, 50, 190, 200]), { ...asked('mmu', [1, 2, 3, 4]), grewBytes: undefined }]),
  commands: [
    command('profile --kind sync', [{ unhang: process(1500, 330e6), go: process(12_000, 2.9e9) }]),
    command('mmu', [{ unhang: process(1400) }]),
    judgeCommand({
      command: 'report',
      runs: [{ unhang: process(9000) }],
      report: { sizeBytes: 15e6, gzippedBytes: 10e6 },
    }),
  ],
}

test('a table of answers and one of commands, the kinds of trace together, no budgets where nothing is judged', () => {
  const [traces, answers, commands] = analysesTable([whole, { ...whole, kind: 'client' }], true).split('\n\n')
  assert.equal(traces.split('\n')[0], 'dry: 73 MB, 10,000,000 events, 400 MB once it is open')
  const [head, ...lines] = answers.split('\n')
  assert.match(head, /^analysis +kind +first answer +its CPU +10 % +50 % +90 % +100 % +of 10 M events +budget/)
  assert.deepEqual(
    lines.map(line => line.split(/ {2,}/).slice(0, 2).join(' ')),
    ['functions dry', 'functions client', 'mmu dry', 'mmu client'],
  )
  assert.match(lines[0], / 20\.0 ms +50\.0 ms +190\.0 ms +200\.0 ms +200\.0 ms +≤ 200 ms met +100\.0 ms +\+ 12 MB$/)
  assert.match(lines[2], / not known$/)
  const [, sync, , mmu, , report] = commands.split('\n')
  assert.match(sync, /^unhang profile --kind sync +dry +1\.50 s +3\.00 s +330 MB +12\.00 s, 2900 MB +0\.13 +0\.13/)
  assert.match(mmu, /^unhang mmu +dry .* – +– +– +– +–$/)
  assert.match(report, /^unhang report .* 15 MB +≤ 16 MB met$/)
  assert.doesNotMatch(analysesTable([whole], false), /budget|met|10 M events/)
})

test("where Go's tool was not done the table says so; where no command was run there is one table", () => {
  const commands = [command('profile --kind sync', [{ unhang: process(1), go: undefined }])]
  assert.match(analysesTable([{ ...whole, commands }], true), / not done in 5 min +– +–/)
  assert.equal(analysesTable([{ ...whole, commands: [] }], true).split('\n\n').length, 2)
})
