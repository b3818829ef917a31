/**
 * Records testdata/captures anew: the experiment of examples/go-lock, built and run with each Go that is named, captured
 * by the code of `unhang capture` itself, and beside each trace what Go's own reader finds in it.
 *
 *   node --conditions=unhang-source --import tsx tools/record-captures.mjs [--late SECONDS] GO…
 *
 * GO is a go command such as `go` or /usr/lib/go-1.19/bin/go; its version names the folder. ORACLE in the environment
 * is the program whose output goes into NAME.oracle.json; it is run as `ORACLE FILE.trace`.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildExample } from '../packages/cli/src/demo/build.ts'
import { Experiment } from '../packages/cli/src/demo/experiment.ts'
import { catchHealthy, catchServer, sceneFolders, takeWith } from '../packages/cli/src/demo/live.ts'
import { createProgress } from '../packages/cli/src/print/progress.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CAPTURES = join(ROOT, 'testdata/captures')
const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'))

/** A dump has 460 bytes for each goroutine that waits at the channel, and is taken twice: 200 keep it small. */
const GOROUTINES = 200
/** The trace of the client begins before its first call. */
const CLIENT_AFTER_SECONDS = 1
/** 400 calls a second: busy, and 0.1 MB of trace. */
const STEADY = { goroutines: 20, pauseSeconds: 0.05, forSeconds: 20 }

const never = new AbortController().signal
const take = takeWith(createProgress({ write() {}, isTerminal: false, columns: 80, colors: {} }), VERSION)

async function record(go, lateSeconds) {
  const programs = mkdtempSync(join(tmpdir(), 'unhang-record-'))
  const experiment = new Experiment(programs, lateSeconds + 120)
  try {
    const built = await buildExample(join(ROOT, 'examples/go-lock'), programs, never, { go })
    if (!built.ok) throw new Error(built.reason)
    const recording = join(programs, 'recording')
    const folders = sceneFolders(recording)
    await recordHang(experiment, folders, lateSeconds)
    await recordHealthy(experiment, folders)
    for (const folder of Object.values(folders)) writeOracle(folder)
    // Put in its place when it is whole.
    const place = join(CAPTURES, built.goVersion)
    rmSync(place, { recursive: true, force: true })
    cpSync(recording, place, { recursive: true })
    console.log(`recorded ${built.goVersion}`)
  } finally {
    await experiment.close()
    rmSync(programs, { recursive: true, force: true })
  }
}

async function recordHang(experiment, folders, lateSeconds) {
  let clientTaken
  const startClient = async server => {
    // The client's own trace runs while the server's does, and begins before its first call too.
    const client = await experiment.startClient(server, { goroutines: GOROUTINES, afterSeconds: CLIENT_AFTER_SECONDS })
    clientTaken = take(client.pprof, folders.clientCaught, 2, never)
    return client
  }
  const { server, client } = await catchServer(experiment, startClient, take, folders.serverCaught, 4, never)
  await clientTaken
  await delay(lateSeconds * 1000)
  await take(server.pprof, folders.serverLate, 2, never)
  await take(client.pprof, folders.clientLate, 1, never)
  await experiment.stop()
}

async function recordHealthy(experiment, folders) {
  await catchHealthy(experiment, STEADY, take, folders.serverFixed, 1, never)
  await experiment.stop()
}

function writeOracle(folder) {
  if (!process.env.ORACLE) return
  const summary = execFileSync(process.env.ORACLE, [join(folder, 'server.trace')])
  writeFileSync(join(folder, 'server.oracle.json'), summary)
}

const args = process.argv.slice(2)
const lateSeconds = args[0] === '--late' ? Number(args.splice(0, 2)[1]) : 5
if (args.length === 0 || !(lateSeconds >= 0)) {
  console.error('usage: tools/record-captures.mjs [--late SECONDS] GO…')
  process.exit(2)
}
for (const go of args) await record(go, lateSeconds)
