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
export function table(rows, judged) {
  const columns = judged ? COLUMNS : COLUMNS.filter(([title]) => title !== BUDGET)
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

const percent = ratio => `${Math.round((ratio - 1) * 100)} %`
