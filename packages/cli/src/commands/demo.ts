/**
 * `unhang demo`: the experiment from end to end. A server locks a mutex and forgets to unlock it; it is asked twice why
 * it hangs, once while it begins to and once when nothing moves any more; then its client is asked, and a healthy server.
 *
 *  1. build the programs of examples/go-lock with the machine's Go; where that cannot be, take a recording
 *  2. play the acts (`demo/stage.ts` live, `demo/acts.ts` recorded), each capture answered as `unhang diagnose` would
 *  3. compare with the answers that the experiment must give
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Complaint } from '../complaint.ts'
import { newestRecording, recordedActs } from '../demo/acts.ts'
import { availableMemory, goroutinesFor } from '../demo/amount.ts'
import { buildExample } from '../demo/build.ts'
import { Experiment, ExperimentError } from '../demo/experiment.ts'
import { limitedSignal } from '../demo/limit.ts'
import { findPlaces, type Places } from '../demo/places.ts'
import { type Answer, isAsExpected, type Played, play } from '../demo/play.ts'
import { liveActs } from '../demo/stage.ts'
import { closing, demoJson, introduction, type Setting, settingText } from '../demo/words.ts'
import type { Output } from '../print/output.ts'
import { createProgress } from '../print/progress.ts'
import { formatNs } from '../print/units.ts'
import { answerText, diagnoseNamed } from './answer.ts'
import { interruptible } from './interrupt.ts'
import type { DemoPlan, ExitCode } from './plan.ts'

type Context = {
  readonly plan: DemoPlan
  readonly output: Output
  /** Of unhang, for the manifests. */
  readonly version: string
  readonly places: Places
  readonly answer: (folder: string) => Promise<Answer>
}

type Show = { readonly setting: Setting; readonly played: readonly Played[] }

/** Why the programs cannot be run here. */
type Unable = { readonly reason: string }

/** A demo of 40 s that still runs after two minutes will never end. */
const LIMIT_MS = 120_000

/** 0: the expected answers were found; 2: they were not, or nothing could be shown. */
export async function runDemo(plan: DemoPlan, output: Output, version: string): Promise<ExitCode> {
  const places = findPlaces()
  const context = { plan, output, version, places, answer: answerer(places, output) }
  if (!plan.json) output.data(introduction(output.colors))
  const { setting, played } = await show(context)
  const asExpected = isAsExpected(played)
  output.data(plan.json ? demoJson(setting, played, asExpected) : closing(asExpected, output.colors))
  return asExpected ? 0 : 2
}

/** Answers as `unhang diagnose FOLDER --src EXAMPLE --all` would. */
function answerer({ example }: Places, output: Output): (folder: string) => Promise<Answer> {
  return async folder => {
    const diagnosis = await diagnoseNamed([folder], NO_FETCHING, output)
    // All: the folder of a live capture is gone afterwards, there is no second look.
    return { diagnosis, text: answerText(diagnosis, [folder], { src: example, all: true }, output) }
  }
}

/** Folders are read, nothing is fetched. */
const NO_FETCHING = { timeoutSeconds: 1, maxBytes: 1, headers: [] }

async function show(context: Context): Promise<Show> {
  const live = await interruptible(signal => showLive(context, signal))
  return 'reason' in live ? showRecorded(context, live.reason) : live
}

async function showRecorded({ plan, output, places, answer }: Context, reason: string): Promise<Show> {
  const goVersion = places.captures && newestRecording(places.captures)
  if (!places.captures || !goVersion)
    throw new Complaint('Go, or a recording of the experiment', reason, 'install Go, or this package anew')
  const setting: Setting = { mode: 'recorded', goVersion, reason }
  if (!plan.json) output.data(settingText(setting))
  const acts = recordedActs(join(places.captures, goVersion))
  return { setting, played: await play(acts, answer, output, plan.json) }
}

/** Builds and plays, or says why that cannot be. Nothing of it is left behind: no process, no file. */
async function showLive(context: Context, interrupted: AbortSignal): Promise<Show | Unable> {
  const { plan, places } = context
  if (plan.recorded) return { reason: 'Not run here, as asked for with --recorded.' }
  if (!places.example) return { reason: 'The sources of the experiment are not here.' }
  const folder = temporaryFolder()
  if (!folder) return { reason: `No folder can be made in ${tmpdir()}.` }
  const experiment = new Experiment(folder)
  try {
    const built = await build(context, places.example, folder, interrupted)
    if ('reason' in built) return built
    return await playLive(context, experiment, folder, built.goVersion, interrupted)
  } catch (error) {
    throw interrupted.aborted ? interruption() : error
  } finally {
    await experiment.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function temporaryFolder(): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), 'unhang-demo-'))
  } catch {
    return undefined
  }
}

async function build(
  { output }: Context,
  example: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly goVersion: string } | Unable> {
  const startMs = performance.now()
  let begun = false
  const onGo = (goVersion: string) => {
    begun = true
    output.remark(`  building the server and the client with ${goVersion} … `)
  }
  const built = await buildExample(example, folder, signal, { onGo })
  const { colors } = output.screen
  const took = formatNs((performance.now() - startMs) * 1e6)
  if (begun) output.remark(`${took} ${built.ok ? colors.green('✓') : colors.red('✗')}\n`)
  signal.throwIfAborted()
  return built
}

async function playLive(
  context: Context,
  experiment: Experiment,
  folder: string,
  goVersion: string,
  interrupted: AbortSignal,
): Promise<Show | Unable> {
  const { plan, output, version, answer } = context
  const availableBytes = availableMemory()
  const goroutines = plan.goroutines ?? goroutinesFor(availableBytes)
  const setting: Setting = { mode: 'live', goVersion, goroutines, availableBytes, asked: plan.goroutines !== undefined }
  if (!plan.json) output.data(settingText(setting))
  const limited = limitedSignal(interrupted, LIMIT_MS)
  try {
    const acts = liveActs(experiment, {
      goroutines,
      folder,
      version,
      watch: () => createProgress(output.screen),
      silent: createProgress({ ...output.screen, isTerminal: false, write: () => {} }),
      signal: limited.signal,
    })
    return { setting, played: await play(acts, answer, output, plan.json) }
  } catch (error) {
    if (limited.isOver()) throw overtime()
    if (!(error instanceof ExperimentError)) throw error
    // A Ctrl-C that ended a program reaches this process as well, perhaps a little later.
    await delay(100)
    interrupted.throwIfAborted()
    // Where programs may not be run from a temporary folder, or are killed: no fault of unhang.
    return { reason: `The experiment cannot be run here: ${error.message}.` }
  } finally {
    limited.clear()
  }
}

const RECORDED = 'see the recording: unhang demo --recorded'

const interruption = () =>
  new Complaint('the demo to run to its end', 'an interruption', `run it again, or ${RECORDED}`)
const overtime = () => new Complaint(`the demo to end within ${LIMIT_MS / 1000} s`, 'it goes on and on', RECORDED)
