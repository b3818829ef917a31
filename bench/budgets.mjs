/** What the bench asks for: the budgets of the design, and how a set of runs is judged by them. Pure. */

/** unhang's time as a part of the Go reader's, at most. */
const TIME_RATIOS = { dry: 1.0, rich: 0.4, client: 0.4 }

/** Peak memory at most: 6 × the file for tables and what they are made from, 120 MB for Node.js itself. */
const memoryBudget = fileBytes => 6 * fileBytes + 120e6

/**
 * Judges one kind. `pairs` are runs of unhang and of the Go reader, each pair one right after the other: the ratio is
 * taken within a pair, since a busy machine slows both, and the median is taken over the pairs.
 */
export function judge({ kind, fileBytes, events, pairs }) {
  const ratio = median(pairs.map(pair => pair.unhang.wallMs / pair.go.wallMs))
  const rssBytes = Math.max(...pairs.map(pair => pair.unhang.rssBytes))
  return {
    kind,
    fileBytes,
    events,
    pairs: pairs.length,
    unhangMs: median(pairs.map(pair => pair.unhang.wallMs)),
    goMs: median(pairs.map(pair => pair.go.wallMs)),
    ratio,
    ratios: pairs.map(pair => pair.unhang.wallMs / pair.go.wallMs),
    // Steadier on a busy machine, but not what people wait for: shown beside, not judged.
    cpuRatio: median(pairs.map(pair => pair.unhang.cpuMs / pair.go.cpuMs)),
    ratioBudget: TIME_RATIOS[kind],
    ratioMet: ratio <= TIME_RATIOS[kind],
    rssBytes,
    goRssBytes: Math.max(...pairs.map(pair => pair.go.rssBytes)),
    rssBudget: memoryBudget(fileBytes),
    rssMet: rssBytes <= memoryBudget(fileBytes),
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
