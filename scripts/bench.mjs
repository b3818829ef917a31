/**
 * `npm run bench`: opening a trace with unhang (model and diagnosis ready, whole process) against reading the same file
 * with the Go team's reader, side by side, in turns, on three kinds of trace made now on this machine.
 *
 *   --quick         small traces, two pairs, no `go tool trace`: shows that the bench runs, judges nothing
 *   --pairs N       pairs of runs for each kind (5)
 *   --kinds A,B     only these of dry, rich, client
 *   --reuse         measure the traces of the run before
 *   --json          the figures as JSON on standard output
 *   --strict        a missed budget makes the exit status 1
 *
 * Exit status 1: something could not be run. Without Go there is nothing to measure against: says so, exit status 0.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judge } from '../bench/budgets.mjs'
import { misses, table } from '../bench/report.mjs'
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
const QUICK_FLAGS = { dry: ['-s', '0.4'], rich: ['-s', '0.4'], client: ['-n', '100000'] }

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    kinds: { type: 'string', default: Object.keys(FLAGS).join(',') },
    reuse: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
})
const say = line => console.error(line)

function measureKind(kind, pairCount) {
  const old = join(CACHE, `${kind}.trace`)
  const file = options.reuse && existsSync(old) ? old : writeTrace(kind, (options.quick ? QUICK_FLAGS : FLAGS)[kind])
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

function main() {
  const go = goVersion()
  if (!go) return say('bench: Go is not on this machine; there is no reader to measure against')
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) throw new Error('the build failed')
  buildTools()
  const pairCount = Number(options.pairs ?? (options.quick ? 2 : 5))
  const rows = options.kinds.split(',').map(kind => measureKind(kind, pairCount))
  report({ schema: 'unhang.bench/1', machine: machine(), node: process.version, go, quick: options.quick, kinds: rows })
  if (options.strict && !options.quick && misses(rows).length > 0) process.exitCode = 1
}

function report(result) {
  if (options.json) console.log(JSON.stringify(result, undefined, 1))
  const lines = [
    '',
    `${result.machine}, node ${result.node}, ${result.go}`,
    table(result.kinds, !result.quick),
    '',
    ...(result.quick
      ? ['--quick: not judged, the start of the process is too much of the time']
      : misses(result.kinds)),
  ]
  const write = options.json ? say : console.log
  write(lines.join('\n').trimEnd())
}

try {
  main()
} catch (error) {
  say(`bench: could not run: ${error.message}`)
  process.exitCode = 1
}
