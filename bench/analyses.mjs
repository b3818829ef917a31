/**
 * The analyses of a trace: how fast each answers to a range once the trace is open, in one process; then what the commands
 * cost as whole processes, `unhang profile --kind sync` in turns with `go tool trace -pprof=sync` on the same file.
 */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { judgeAnalyses, judgeCommand } from './budgets.mjs'
import { CACHE, countEvents, runCommand, runGoProfile, runReadAnalyses } from './tools.mjs'

/** How often each part of the trace is asked about. */
const ROUNDS = 5
const QUICK_ROUNDS = 1
/** Go's tool has the same answer for this kind of profile. */
const GO_PROFILE = 'sync'

/** What is run: its name, and its arguments for a file. `needs`: it is an error of the user's without these. */
const COMMANDS = [
  { command: 'functions', args: file => ['functions', file, '--json'] },
  {
    command: `profile --kind ${GO_PROFILE}`,
    args: file => ['profile', file, '--kind', GO_PROFILE, '--format', 'json'],
    goProfile: GO_PROFILE,
  },
  { command: 'mmu', args: file => ['mmu', file, '--json'] },
  { command: 'tasks', args: file => ['tasks', file, '--json'], needs: 'tasks' },
  { command: 'diff', args: file => ['diff', file, file, '--json'] },
]

/** One kind of trace; `hasGo` is false where neither Go's tool nor `measure`, which is written in Go, can be run. */
export function measureAnalyses({ kind, file, pairs, isQuick, hasGo, say }) {
  say(`analyses, ${kind}: within a process`)
  const open = runReadAnalyses(file, isQuick ? QUICK_ROUNDS : ROUNDS)
  const judged = judgeAnalyses({ kind, fileBytes: statSync(file).size, events: countEvents(file), ...open })
  return { ...judged, commands: hasGo ? measureCommands({ kind, file, open, pairs, say }) : [] }
}

function measureCommands({ kind, file, open, pairs, say }) {
  const commands = COMMANDS.filter(({ needs }) => needs === undefined || open[needs] > 0)
  const rows = commands.map(({ command, args, goProfile }) => {
    const unhang = () => runCommand(args(file))
    const go = goProfile && (() => runGoProfile(file, goProfile))
    const runs = []
    for (let i = 0; i < pairs; i++) {
      say(`analyses, ${kind}: unhang ${command}, ${i + 1} of ${pairs}`)
      runs.push(inTurns(unhang, go, i % 2 === 0))
    }
    return { ...judgeCommand({ command, runs }), hasGo: goProfile !== undefined }
  })
  return [...rows, measureReport({ kind, file, pairs, say })]
}

/** The two take turns in going first. */
function inTurns(unhang, go, isUnhangFirst) {
  const first = isUnhangFirst ? unhang() : undefined
  const other = go?.()
  return { unhang: first ?? unhang(), go: other }
}

function measureReport({ kind, file, pairs, say }) {
  const output = join(CACHE, 'report.html')
  const runs = []
  for (let i = 0; i < pairs; i++) {
    say(`analyses, ${kind}: unhang report, ${i + 1} of ${pairs}`)
    runs.push({ unhang: runCommand(['report', file, '-o', output]) })
  }
  const sizeBytes = statSync(output).size
  rmSync(output)
  const gzippedBytes = gzipSync(readFileSync(file), { level: 9 }).length
  return judgeCommand({ command: 'report', runs, report: { sizeBytes, gzippedBytes } })
}
