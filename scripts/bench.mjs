/**
 * `npm run bench`: opening a trace with unhang (model and diagnosis ready, whole process) against reading the same file
 * with the Go team's reader, side by side, in turns, on three kinds of trace made now on this machine. Then dumps of
 * 400,000 goroutines: how fast they are read, as they are and out of logs. Then the analyses: how fast an open trace
 * answers to a range, and what the commands cost. Then the page of `unhang view` in real Chromium: when its timeline is
 * drawn, how long frames take while it moves, the tab's memory.
 *
 *   --quick         small traces, two pairs, no `go tool trace`: shows that the bench runs, judges nothing
 *   --page-only     the page alone
 *   --dumps-only    dumps alone
 *   --analyses-only analyses alone; with --reuse also where there is no Go, then without what is compared with it
 *   --big           the page also with traces ten times as large (8 GB of memory), to show that frames do not depend on it
 *   --pairs N       pairs of runs for each kind (5)
 *   --kinds A,B     only these of dry, rich, client
 *   --reuse         measure the traces of the run before
 *   --json          the figures as JSON on standard output
 *   --strict        a missed budget makes the exit status 1
 *
 * Exit status 1: something could not be run. Without Go there is nothing to measure against: says so, exit status 0;
 * without Chromium there is no page, and it says that too.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAnalyses } from '../bench/analyses.mjs'
import { judge } from '../bench/budgets.mjs'
import { measureDumps } from '../bench/dumps.mjs'
import { measurePage, SIZES } from '../bench/page.mjs'
import { findChromium } from '../bench/page-browser.mjs'
import {
  analysesMisses,
  analysesTable,
  dumpMisses,
  dumpTable,
  misses,
  pageMisses,
  pageTable,
  table,
} from '../bench/report.mjs'
import {
  buildTools,
  CACHE,
  countEvents,
  goVersion,
  runGoReader,
  runGoToolTrace,
  runUnhang,
  writeTrace,
} from '../bench/tools.mjs'
import { ROOT } from './install.mjs'

// The busy kinds run for a time and the file grows with it: about 75 MB in 1.5 s on the two cores this was set on.
const FLAGS = { dry: ['-s', '1.5'], rich: ['-s', '1.5'], client: ['-n', '1000000'] }
/** Page and analyses are measured with these: `rich` differs from `dry` in its strings, which no sum and no frame meets. */
const PAGE_KINDS = ['dry', 'client']
/** Files ten times as large. Of the client that is no more than four million goroutines: whoever makes them needs 11 GB. */
const BIG = {
  dry: { name: 'dry, 10 × as long', flags: ['-s', '15'] },
  client: { name: 'client, 4 M', flags: ['-n', '4000000'] },
}
/** Enough for Go to cut debug=2 at 64 MiB. */
const DUMPED = 400_000
const QUICK_DUMPED = 10_000
const QUICK_FLAGS = { dry: ['-s', '0.4'], rich: ['-s', '0.4'], client: ['-n', '100000'] }

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    kinds: { type: 'string', default: Object.keys(FLAGS).join(',') },
    'page-only': { type: 'boolean', default: false },
    'dumps-only': { type: 'boolean', default: false },
    'analyses-only': { type: 'boolean', default: false },
    big: { type: 'boolean', default: false },
    reuse: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
})
const say = line => console.error(line)

const isMade = new Set()

/** The trace of a kind, made once a run; `name` is the file's. */
function traceOf(kind, flags = (options.quick ? QUICK_FLAGS : FLAGS)[kind], name = kind) {
  const file = join(CACHE, `${name}.trace`)
  if (isMade.has(name) || (options.reuse && existsSync(file))) return file
  isMade.add(name)
  return writeTrace(kind, flags, name)
}

function measureKind(kind, pairCount) {
  const file = traceOf(kind)
  // Unmeasured: reads the file into the page cache, and shows that both see the same events.
  const { events } = runGoReader(file)
  const seen = countEvents(file)
  if (seen !== events) throw new Error(`${kind}: Go's reader sees ${events} events, unhang ${seen}`)
  const pairs = []
  for (let i = 0; i < pairCount; i++) {
    say(`${kind}: pair ${i + 1} of ${pairCount}`)
    pairs.push(runPair(file, i % 2 === 0))
  }
  const row = judge({ kind, fileBytes: statSync(file).size, events, pairs })
  if (options.quick) return row
  say(`${kind}: go tool trace`)
  return { ...row, goToolTrace: runGoToolTrace(file) ?? 'timed out' }
}

/** The two take turns in going first: whatever the first run leaves behind must not favour one of them. */
function runPair(file, unhangFirst) {
  const unhang = unhangFirst ? runUnhang(file) : undefined
  const go = runGoReader(file)
  return { unhang: unhang ?? runUnhang(file), go }
}

function machine() {
  const { length, 0: first } = cpus()
  return `${length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
}

/** The page with each kind; undefined without Chromium. */
async function measurePages(kinds, pairs) {
  const executablePath = await findChromium()
  if (!executablePath) {
    say('bench: Chromium is not on this machine; the page is not measured')
    return undefined
  }
  const sizes = options.quick ? SIZES.slice(0, 1) : SIZES
  const rows = []
  for (const kind of kinds) {
    rows.push(await measurePage({ executablePath, kind, file: traceOf(kind), pairs, sizes, say }))
    if (!options.big) continue
    const { name, flags } = BIG[kind]
    const file = traceOf(kind, flags, `${kind}-big`)
    rows.push(await measurePage({ executablePath, kind: name, isBig: true, file, pairs: 1, sizes, say }))
  }
  return rows
}

/** The parts that are measured: all, or the one that was named. */
function partsAsked() {
  const named = ['page', 'dumps', 'analyses'].filter(part => options[`${part}-only`])
  return new Set(named.length > 0 ? named : ['kinds', 'dumps', 'analyses', 'page'])
}

function analysesOf(kinds, pairs, hasGo) {
  return kinds.map(kind => measureAnalyses({ kind, file: traceOf(kind), pairs, isQuick: options.quick, hasGo, say }))
}

/** Traces of the run before are all that an analysis needs; whatever else is measured, is measured against Go. */
function kindsWithoutGo(kinds) {
  const isEnough = options['analyses-only'] && options.reuse
  return isEnough ? kinds.filter(kind => existsSync(join(CACHE, `${kind}.trace`))) : []
}

async function main() {
  const go = goVersion()
  const asked = options.kinds.split(',')
  const busy = PAGE_KINDS.filter(kind => asked.includes(kind))
  const withoutGo = go ? [] : kindsWithoutGo(busy)
  if (!go && withoutGo.length === 0)
    return say('bench: Go is not on this machine; there is no reader to measure against')
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) throw new Error('the build failed')
  const made = { schema: 'unhang.bench/1', machine: machine(), node: process.version, go, quick: options.quick }
  const pairCount = Number(options.pairs ?? (options.quick ? 2 : 5))
  const measured = go ? await measureParts(asked, busy, pairCount) : { kinds: [], analyses: analysesOf(withoutGo) }
  if (!go) say('bench: Go is not on this machine; no command is measured as a whole process')
  const missed = report({ ...made, ...measured })
  if (options.strict && !options.quick && missed.length > 0) process.exitCode = 1
}

async function measureParts(asked, busy, pairCount) {
  buildTools()
  const parts = partsAsked()
  const kinds = parts.has('kinds') ? asked.map(kind => measureKind(kind, pairCount)) : []
  const goroutines = options.quick ? QUICK_DUMPED : DUMPED
  const dumps = parts.has('dumps') ? measureDumps({ goroutines, pairs: pairCount, say }) : undefined
  // Commands are not judged by their time, and a pair more would say nothing new of a budget that is a whole second.
  const few = Math.min(3, pairCount)
  const analyses = parts.has('analyses') ? analysesOf(busy, options.quick ? 1 : few, true) : []
  const page = parts.has('page') && busy.length > 0 ? await measurePages(busy, few) : []
  return { kinds, dumps, analyses, page }
}

/** Prints the tables; returns a line for each budget that was missed. */
function report(result) {
  if (options.json) console.log(JSON.stringify(result, undefined, 1))
  const { kinds, dumps, analyses, page = [], quick } = result
  const missed = [
    ...misses(kinds),
    ...(dumps ? dumpMisses(dumps) : []),
    ...analysesMisses(analyses),
    ...pageMisses(page),
  ]
  const lines = [
    '',
    `${result.machine}, node ${result.node}, ${result.go ?? 'no Go'}`,
    ...(kinds.length > 0 ? [table(kinds, !quick), ''] : []),
    ...(dumps ? [dumpTable(dumps, !quick), ''] : []),
    ...(analyses.length > 0 ? [analysesTable(analyses, !quick), ''] : []),
    ...(page.length > 0 ? [pageTable(page, !quick), ''] : []),
    ...(quick ? ['--quick: not judged, the start of the process is too much of the time'] : missed),
  ]
  const write = options.json ? say : console.log
  write(lines.join('\n').trimEnd())
  return missed
}

try {
  await main()
} catch (error) {
  say(`bench: could not run: ${error.message}`)
  process.exitCode = 1
}
