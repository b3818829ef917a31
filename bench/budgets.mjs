/** What the bench asks for: the budgets of the design, and how a set of runs is judged by them. Pure. */

/** unhang's time as a part of the Go reader's, at most. */
const TIME_RATIOS = { dry: 1.0, rich: 0.4, client: 0.4 }

/** Peak memory at most: 6 × the file for tables and what they are made from, 120 MB for Node.js itself. */
const memoryBudget = fileBytes => 6 * fileBytes + 120e6

/** Dumps: megabytes (10^6 bytes) a second once the reader is warm, and the first reading of 64 MiB, on one core. */
const DUMP_MB_PER_S = 200
const DUMP_64_MIB_MS = 500
/** Peak memory of the whole process: 3 × the file, or the text that a compressed one holds. */
const DUMP_MEMORY = 3
const MIB_64 = 64 * 2 ** 20

/** An answer to a selected range, of a trace with so many events. */
const ANSWER_MS = 200
const ANSWER_EVENTS = 10e6
/** A report: 1.5 × the gzipped capture + 1 MB. */
const reportBudget = gzippedBytes => 1.5 * gzippedBytes + 1e6

/** From the start of `unhang view` to a timeline drawn: at most so much more than opening the file without a page. */
const VIEW_EXTRA_MS = 1000
/** A frame while the view moves, at the 95th percentile: 60 a second. */
const FRAME_BUDGET_MS = 16
/** At 60 frames a second one comes every 16.7 ms: later than this, one was left out. */
const LATE_MS = 25

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

/**
 * Judges one kind of dump. `runs` are readings of it in one process (`read.readMs`, the first of which compiles the
 * reader), Go's scan of its lines (`go`), and `unhang dump FILE` as a whole process (`whole`). Times and memory are
 * those of the text where the file is compressed.
 */
export function judgeDump({ kind, fileBytes, textBytes, goroutines, runs }) {
  const firstMs = median(runs.map(({ read }) => read.readMs[0]))
  const bestMs = median(runs.map(({ read }) => Math.min(...read.readMs)))
  const rate = textBytes / bestMs / 1000
  const firstBudgetMs = DUMP_64_MIB_MS * (textBytes / MIB_64)
  const rssBytes = Math.max(...runs.map(({ whole }) => whole.rssBytes))
  return {
    kind,
    fileBytes,
    textBytes,
    goroutines,
    pairs: runs.length,
    firstMs,
    firstBudgetMs,
    firstMet: firstMs <= firstBudgetMs,
    bestMs,
    rate,
    rateBudget: DUMP_MB_PER_S,
    rateMet: rate >= DUMP_MB_PER_S,
    // Processor time: on a busy machine the times above say how busy it was.
    cpuMs: median(runs.map(({ read }) => Math.min(...read.cpuMs))),
    goMs: median(runs.map(({ go }) => go.wallMs)),
    ratio: median(runs.map(({ read, go }) => Math.min(...read.readMs) / go.wallMs)),
    wholeMs: median(runs.map(({ whole }) => whole.wallMs)),
    rssBytes,
    rssBudget: DUMP_MEMORY * textBytes,
    rssMet: rssBytes <= DUMP_MEMORY * textBytes,
  }
}

/**
 * Judges the analyses of one trace that is open. The times of `ranges` are the best for parts of it; the slowest part is
 * judged, taken as one of ten million events, those of both traces where two are read: all sums go over each span.
 */
export function judgeAnalyses({ rows, events, ...rest }) {
  const judged = rows.map(row => {
    const most = name => (Math.max(...row.ranges.map(range => range[name])) * ANSWER_EVENTS) / (events * row.traces)
    const answerMs = most('ms')
    // Processor time: on a busy machine the clock says how busy it was.
    return { ...row, answerMs, answerCpuMs: most('cpuMs'), answerBudgetMs: ANSWER_MS, met: answerMs <= ANSWER_MS }
  })
  return { ...rest, events, rows: judged }
}

/**
 * Judges what a command costs as a whole process. `runs`: its figures, and those of Go's tool for the same where there
 * is one and it was done in time. `report`: the sizes of what was written, and of the capture gzipped.
 */
export function judgeCommand({ command, runs, report }) {
  const paired = runs.filter(({ go }) => go)
  const go = paired.length > 0 && {
    goMs: median(paired.map(({ go }) => go.wallMs)),
    goRssBytes: Math.max(...paired.map(({ go }) => go.rssBytes)),
    ratio: median(paired.map(({ unhang, go }) => unhang.wallMs / go.wallMs)),
    cpuRatio: median(paired.map(({ unhang, go }) => unhang.cpuMs / go.cpuMs)),
  }
  const sizeBudget = report && reportBudget(report.gzippedBytes)
  return {
    command,
    runs: runs.length,
    wallMs: median(runs.map(({ unhang }) => unhang.wallMs)),
    cpuMs: median(runs.map(({ unhang }) => unhang.cpuMs)),
    rssBytes: Math.max(...runs.map(({ unhang }) => unhang.rssBytes)),
    ...go,
    ...(report && { ...report, sizeBudget, sizeMet: report.sizeBytes <= sizeBudget }),
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The smallest value that `share` of the numbers do not exceed; NaN: there are none. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/**
 * How long the frames took in which the timeline drew: from one frame to the next. Frames in which nothing changed cost
 * nothing and would only make the others look better. `times` are those of the frames to be subtracted.
 */
export function drawnFrames({ frames, draws }, times = frames.atMs) {
  const lengths = []
  let draw = 0
  for (let i = 0; i + 1 < frames.atMs.length; i++) {
    while (draw < draws.startMs.length && draws.startMs[draw] < frames.atMs[i]) draw++
    if (draw < draws.startMs.length && draws.startMs[draw] < frames.atMs[i + 1]) lengths.push(times[i + 1] - times[i])
  }
  return lengths
}

/** `free`: recorded with frames as fast as they can be made; `limited`: with 60 a second, as users see them. */
export function frameFigures(free, limited) {
  const shown = drawnFrames(limited, limited.frames.shownMs)
  return {
    frameMs: spread(drawnFrames(free)),
    drawMs: spread(free.draws.lengthMs),
    shownMs: spread(shown),
    lateShare: shown.length === 0 ? 0 : shown.filter(ms => ms > LATE_MS).length / shown.length,
  }
}

function spread(numbers) {
  const [p50, p95, max] = [0.5, 0.95, 1].map(share => percentile(numbers, share))
  return { count: numbers.length, p50, p95, max }
}

/** Judges the page for one kind of trace: the opening by its medians (not of a big one), frames at each size. */
export function judgePage({ openings, moves, isBig, ...rest }) {
  const viewMs = median(openings.map(opening => opening.viewMs))
  const diagnoseMs = median(openings.map(opening => opening.diagnoseMs))
  return {
    ...rest,
    pairs: openings.length,
    viewMs,
    diagnoseMs,
    openings,
    viewBudgetMs: isBig ? undefined : diagnoseMs + VIEW_EXTRA_MS,
    viewMet: isBig || viewMs <= diagnoseMs + VIEW_EXTRA_MS,
    frameBudgetMs: FRAME_BUDGET_MS,
    moves: moves.map(move => ({ ...move, met: move.frameMs.p95 <= FRAME_BUDGET_MS })),
  }
}
