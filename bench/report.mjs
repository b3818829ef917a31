/** What the bench measured, as text. Returns strings. */

const seconds = ms => `${(ms / 1000).toFixed(2)} s`
const megabytes = bytes => `${Math.round(bytes / 1e6)} MB`
const thousands = count => count.toLocaleString('en-US')
const against = (met, budget) => `≤ ${budget} ${met ? 'met' : 'MISSED'}`

const BUDGET = 'budget'

const COLUMNS = [
  ['kind', row => row.kind],
  ['file', row => megabytes(row.fileBytes)],
  ['events', row => thousands(row.events)],
  ['unhang', row => seconds(row.unhangMs)],
  ['x/exp/trace', row => seconds(row.goMs)],
  ['ratio', row => row.ratio.toFixed(2)],
  [BUDGET, row => against(row.ratioMet, row.ratioBudget.toFixed(1))],
  ['CPU ratio', row => row.cpuRatio.toFixed(2)],
  ['peak memory', row => megabytes(row.rssBytes)],
  [BUDGET, row => against(row.rssMet, megabytes(row.rssBudget))],
  ['x/exp/trace', row => megabytes(row.goRssBytes)],
  ['go tool trace', row => pageOf(row.goToolTrace)],
]

function pageOf(page) {
  if (page === undefined) return 'not run'
  return page === 'timed out' ? 'no page in 2 min' : `${seconds(page.wallMs)}, ${megabytes(page.rssBytes)}`
}

/**
 * One line a kind, in columns; `unhang` and the Go reader are medians, the ratio is the median of the pairs' ratios.
 * `judged` is whether the budgets are shown: small files say nothing about them.
 */
export const table = (rows, judged) => columnsOf(COLUMNS, rows, judged)

const milliseconds = ms => `${ms.toFixed(1)} ms`
const three = ({ p50, p95, max }) => [p50, p95, max].map(milliseconds).join(' / ')

const PAGE_COLUMNS = [
  ['kind', row => row.kind],
  ['file', row => megabytes(row.fileBytes)],
  ['page drawn', row => seconds(row.viewMs)],
  ['diagnose', row => seconds(row.diagnoseMs)],
  [BUDGET, row => (row.viewBudgetMs === undefined ? '–' : against(row.viewMet, seconds(row.viewBudgetMs)))],
  ['tab', row => (row.memory ? megabytes(row.memory.bytes) : 'not known')],
  ['tab, peak', row => (row.memory ? megabytes(row.memory.peakBytes) : 'not known')],
]

const MOVE_COLUMNS = [
  ['kind', row => row.kind],
  ['size', row => `${row.width} × ${row.height}`],
  ['to', row => `${(row.narrowestNs / 1000).toFixed(1)} µs`],
  ['frames', row => thousands(row.frameMs.count)],
  ['frame p50 / p95 / max', row => three(row.frameMs)],
  [BUDGET, row => against(row.met, `${row.frameBudgetMs} ms`)],
  ['of it drawing', row => three(row.drawMs)],
  ['late of 60 a second', row => `${(row.lateShare * 100).toFixed(1)} %`],
]

const movesOf = rows =>
  rows.flatMap(({ kind, frameBudgetMs, moves }) => moves.map(move => ({ kind, frameBudgetMs, ...move })))

/** The page: a table of openings and one of movements. */
export function pageTable(rows, judged) {
  return `${columnsOf(PAGE_COLUMNS, rows, judged)}\n\n${columnsOf(MOVE_COLUMNS, movesOf(rows), judged)}`
}

const DUMP_COLUMNS = [
  ['dump', row => row.kind],
  ['file', row => megabytes(row.fileBytes)],
  ['goroutines', row => thousands(row.goroutines)],
  ['first reading', row => seconds(row.firstMs)],
  [BUDGET, row => against(row.firstMet, seconds(row.firstBudgetMs))],
  ['warm', row => `${Math.round(row.rate)} MB/s`],
  [BUDGET, row => `≥ ${row.rateBudget} MB/s ${row.rateMet ? 'met' : 'MISSED'}`],
  ['its CPU', row => seconds(row.cpuMs)],
  ['bufio.Scanner', row => seconds(row.goMs)],
  ['ratio', row => row.ratio.toFixed(1)],
  ['unhang dump', row => seconds(row.wholeMs)],
  ['peak memory', row => megabytes(row.rssBytes)],
  [BUDGET, row => against(row.rssMet, megabytes(row.rssBudget))],
]

/** One line a kind of dump, and one for the peer. */
export function dumpTable({ kinds, peer }, judged) {
  return `${columnsOf(DUMP_COLUMNS, kinds, judged)}\n${peerLine(peer)}`
}

function peerLine({ goroutines, fileBytes, unhang, panicparse, prefixed }) {
  const what = `${thousands(goroutines)} goroutines, ${megabytes(fileBytes)}: unhang dump ${seconds(unhang.wallMs)}`
  const peer = panicparse ? seconds(panicparse.wallMs) : 'not done in 2 min'
  return `${what}, panicparse ${peer}${prefixed ? '' : "; behind a log's prefixes it finds no goroutine"}`
}

/** A line for each budget of dumps that was not met. */
export function dumpMisses({ kinds }) {
  return kinds.flatMap(row => [
    ...(row.firstMet
      ? []
      : [
          `MISSED  ${row.kind}: first reading ${seconds(row.firstMs)}, budget ${seconds(row.firstBudgetMs)}: ` +
            `over by ${percent(row.firstMs / row.firstBudgetMs)}`,
        ]),
    ...(row.rateMet
      ? []
      : [
          `MISSED  ${row.kind}: ${Math.round(row.rate)} MB/s, budget ${row.rateBudget} MB/s: ` +
            `under by ${percent(row.rateBudget / row.rate)} (CPU ${seconds(row.cpuMs)})`,
        ]),
    ...(row.rssMet
      ? []
      : [
          `MISSED  ${row.kind}: memory ${megabytes(row.rssBytes)}, budget ${megabytes(row.rssBudget)}: ` +
            `over by ${percent(row.rssBytes / row.rssBudget)}`,
        ]),
  ])
}

const TO_BUDGET = 'of 10 M events'
const atShare = ({ ranges }, share) => milliseconds(ranges.find(range => range.share === share).ms)

const ANALYSIS_COLUMNS = [
  ['analysis', row => row.analysis],
  ['kind', row => row.kind],
  ['first answer', row => milliseconds(row.firstMs)],
  ['its CPU', row => milliseconds(row.firstCpuMs)],
  ['10 %', row => atShare(row, 0.1)],
  ['50 %', row => atShare(row, 0.5)],
  ['90 %', row => atShare(row, 0.9)],
  ['100 %', row => atShare(row, 1)],
  // A small file says nothing of a large one.
  [TO_BUDGET, row => milliseconds(row.answerMs)],
  [BUDGET, row => against(row.met, `${row.answerBudgetMs} ms`)],
  [`its CPU, ${TO_BUDGET}`, row => milliseconds(row.answerCpuMs)],
  ['memory', row => (row.grewBytes === undefined ? 'not known' : `+ ${megabytes(row.grewBytes)}`)],
]

const COMMAND_COLUMNS = [
  ['command', row => `unhang ${row.command}`],
  ['kind', row => row.kind],
  ['time', row => seconds(row.wallMs)],
  ['CPU', row => seconds(row.cpuMs)],
  ['peak memory', row => megabytes(row.rssBytes)],
  ['go tool trace', row => goOf(row)],
  ['ratio', row => row.ratio?.toFixed(2) ?? '–'],
  ['CPU ratio', row => row.cpuRatio?.toFixed(2) ?? '–'],
  ['file', row => (row.sizeBytes === undefined ? '–' : megabytes(row.sizeBytes))],
  [BUDGET, row => (row.sizeBytes === undefined ? '–' : against(row.sizeMet, megabytes(row.sizeBudget)))],
]

function goOf({ hasGo, goMs, goRssBytes }) {
  if (!hasGo) return '–'
  return goMs === undefined ? 'not done in 5 min' : `${seconds(goMs)}, ${megabytes(goRssBytes)}`
}

/** Of all kinds one part of the rows, those of equal name together. */
function byName(analyses, part, name) {
  const rows = analyses.flatMap(({ kind, [part]: of }) => of.map(row => ({ kind, ...row })))
  return [...new Set(rows.map(row => row[name]))].flatMap(known => rows.filter(row => row[name] === known))
}

/** What was asked of each trace, a table of answers in an open one and, where they were run, one of commands. */
export function analysesTable(analyses, judged) {
  const traces = analyses.map(
    ({ kind, fileBytes, events, openedBytes }) =>
      `${kind}: ${megabytes(fileBytes)}, ${thousands(events)} events, ${megabytes(openedBytes)} once it is open`,
  )
  const tables = [columnsOf(ANALYSIS_COLUMNS, byName(analyses, 'rows', 'analysis'), judged)]
  const commands = byName(analyses, 'commands', 'command')
  if (commands.length > 0) tables.push(columnsOf(COMMAND_COLUMNS, commands, judged))
  return [traces.join('\n'), ...tables].join('\n\n')
}

/** A line for each budget of analyses that was not met. */
export function analysesMisses(analyses) {
  const slow = byName(analyses, 'rows', 'analysis').filter(row => !row.met)
  const large = byName(analyses, 'commands', 'command').filter(row => row.sizeMet === false)
  return [
    ...slow.map(
      row =>
        `MISSED  ${row.kind}, ${row.analysis}: ${milliseconds(row.answerMs)} for 10 M events, budget ` +
        `${row.answerBudgetMs} ms: over by ${percent(row.answerMs / row.answerBudgetMs)} ` +
        `(CPU ${milliseconds(row.answerCpuMs)})`,
    ),
    ...large.map(
      row =>
        `MISSED  ${row.kind}, unhang ${row.command}: ${megabytes(row.sizeBytes)}, budget ` +
        `${megabytes(row.sizeBudget)}: over by ${percent(row.sizeBytes / row.sizeBudget)}`,
    ),
  ]
}

/** `allColumns`: pairs of a title and what shows a row's value. */
function columnsOf(allColumns, rows, judged) {
  const columns = judged ? allColumns : allColumns.filter(([title]) => title !== BUDGET && !title.includes(TO_BUDGET))
  const cells = [columns.map(([title]) => title), ...rows.map(row => columns.map(([, show]) => show(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map(line => line[column].length)))
  const lines = cells.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join('  '))
  return lines.map(line => line.trimEnd()).join('\n')
}

/** A line for each budget that was not met, with how far. */
export function misses(rows) {
  return rows.flatMap(row => [
    ...(row.ratioMet
      ? []
      : [
          `MISSED  ${row.kind}: time ${row.ratio.toFixed(2)} of the Go reader's, budget ${row.ratioBudget.toFixed(1)}: ` +
            `over by ${percent(row.ratio / row.ratioBudget)} (pairs: ${row.ratios.map(r => r.toFixed(2)).join(' ')})`,
        ]),
    ...(row.rssMet
      ? []
      : [
          `MISSED  ${row.kind}: memory ${megabytes(row.rssBytes)}, budget ${megabytes(row.rssBudget)}: ` +
            `over by ${percent(row.rssBytes / row.rssBudget)}`,
        ]),
  ])
}

/** The same for the page. */
export function pageMisses(rows) {
  const openings = rows
    .filter(row => !row.viewMet)
    .map(
      row =>
        `MISSED  ${row.kind}: page drawn after ${seconds(row.viewMs)}, budget ${seconds(row.viewBudgetMs)}: ` +
        `over by ${percent(row.viewMs / row.viewBudgetMs)} ` +
        `(${row.openings.map(({ viewMs, diagnoseMs }) => `${seconds(viewMs)} to ${seconds(diagnoseMs)}`).join(', ')})`,
    )
  const moves = movesOf(rows)
    .filter(row => !row.met)
    .map(
      row =>
        `MISSED  ${row.kind} at ${row.width} × ${row.height}: frame ${milliseconds(row.frameMs.p95)} at the 95th ` +
        `percentile, budget ${row.frameBudgetMs} ms: over by ${percent(row.frameMs.p95 / row.frameBudgetMs)} ` +
        `(drawing ${milliseconds(row.drawMs.p95)})`,
    )
  return [...openings, ...moves]
}

const percent = ratio => `${Math.round((ratio - 1) * 100)} %`
