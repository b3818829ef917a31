/**
 * `npm run score`: how many of the hangs in testdata/hangs are named by the answer, and who is accused wrongly. Each
 * program is played, captured and diagnosed here, late (it hung before the capture) and during (it hangs while it is
 * traced).
 *
 *   --only A,B      cases with one of these words in their name
 *   --late          late alone
 *   --during        during alone
 *   --view V        both (trace and dumps), trace, dumps, dump (the last one alone); a list of them, or all
 *   --seconds N     how long to trace (1.5)
 *   --jobs N        so many at a time (4)
 *   --quiet         nothing else goes on in the programs
 *   --keep DIR      keep the captures, in DIR/WAY/CASE
 *   --from DIR      judge captures kept before: no Go, no waiting
 *   -v              what is said of each group that is not named; twice: of all, with the stacks
 *   --out FILE      the result as JSON
 *
 * Exit status 1: something is not named, or somebody accused.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildHangs, captureCase, WAYS, type Way } from '../packages/cli/test/hangs/live.ts'
import { type Result, resultsText } from '../packages/cli/test/hangs/results.ts'
import { readTruths, type Truth } from '../packages/cli/test/hangs/truth.ts'
import { judgeFolder, VIEWS, type View } from '../packages/cli/test/hangs/verdict.ts'
import { findTool } from '../packages/core/test/require-tool.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    late: { type: 'boolean', default: false },
    during: { type: 'boolean', default: false },
    view: { type: 'string', default: 'both' },
    seconds: { type: 'string', default: '1.5' },
    jobs: { type: 'string', default: '4' },
    quiet: { type: 'boolean', default: false },
    keep: { type: 'string' },
    from: { type: 'string' },
    verbose: { type: 'boolean', short: 'v', multiple: true, default: [] },
    out: { type: 'string' },
  },
})

function waysAsked(): readonly Way[] {
  return options.late === options.during ? WAYS : WAYS.filter(way => options[way])
}

function viewsAsked(): readonly View[] {
  const asked = options.view.split(',')
  const views = options.view === 'all' ? VIEWS : VIEWS.filter(view => asked.includes(view))
  if (views.length === 0) throw new Error(`--view: one of ${VIEWS.join(', ')}, all`)
  return views
}

function truthsAsked(): readonly Truth[] {
  const words = options.only.split(',').filter(Boolean)
  return readTruths().filter(({ name }) => words.length === 0 || words.some(word => name.includes(word)))
}

type Job = { readonly truth: Truth; readonly way: Way; readonly folder: string }

/** So many at a time; what one of them throws is the case's result. */
async function captureAll(jobs: readonly Job[], binary: string): Promise<void> {
  const left = [...jobs]
  const work = async () => {
    for (let job = left.shift(); job; job = left.shift()) {
      fs.rmSync(job.folder, { recursive: true, force: true })
      fs.mkdirSync(path.dirname(job.folder), { recursive: true })
      const play = { seconds: Number(options.seconds), quiet: options.quiet }
      await captureCase(binary, job.truth.name, job.way, job.folder, play)
      if (process.stderr.isTTY) process.stderr.write(`\r${jobs.length - left.length} of ${jobs.length} `)
    }
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, work))
  if (process.stderr.isTTY) process.stderr.write('\r')
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-score-'))
try {
  const kept = options.from ?? options.keep ?? home
  const jobs = truthsAsked().flatMap(truth =>
    waysAsked().map(way => ({ truth, way, folder: path.join(kept, way, truth.name) })),
  )
  if (options.from === undefined) {
    const go = findTool('go')
    if (!go) throw new Error('no go on this machine')
    await captureAll(jobs, await buildHangs(go, home))
  }
  const results: Result[] = []
  for (const view of viewsAsked())
    for (const { truth, way, folder } of jobs)
      if (fs.existsSync(folder)) results.push({ way, view, ...(await judgeFolder(truth, folder, view)) })
      else console.error(`no ${folder}`)
  process.stdout.write(resultsText(results, options.verbose.length))
  if (options.out !== undefined)
    fs.writeFileSync(
      options.out,
      `${JSON.stringify(
        results.map(({ diagnosis, stuck, ...rest }) => rest),
        undefined,
        1,
      )}\n`,
    )
  const isGood = ({ groups, accused }: Result) => accused.length === 0 && groups.every(({ told }) => told === 'named')
  process.exitCode = results.every(isGood) ? 0 : 1
} finally {
  fs.rmSync(home, { recursive: true, force: true })
}
