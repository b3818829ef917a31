/**
 * `unhang demo`: the experiment from end to end. A server locks a mutex and forgets to unlock it; it is asked twice why
 * it hangs, once while it begins to and once when nothing moves any more; then its client is asked, and a healthy server.
 *
 *  1. build the programs of examples/go-lock with the machine's Go; where that cannot be, take a recording
 *  2. play the acts (`demo/stage.ts` live, `demo/acts.ts` recorded), each capture answered as `unhang diagnose` would
 *  3. compare with the answers that the experiment must give
 *  4. offer the timeline: what was captured is kept for it
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formatNs } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { newestRecording, recordedActs } from '../demo/acts.ts'
import { availableMemory, goroutinesFor } from '../demo/amount.ts'
import { buildExample } from '../demo/build.ts'
import { Experiment, ExperimentError } from '../demo/experiment.ts'
import { limitedSignal } from '../demo/limit.ts'
import { sceneFolders } from '../demo/live.ts'
import { findPlaces, type Places } from '../demo/places.ts'
import { type Answer, isAsExpected, type Played, play } from '../demo/play.ts'
import { liveActs } from '../demo/stage.ts'
import { closing, demoJson, introduction, type Setting, settingText, timelineText } from '../demo/words.ts'
import type { Output } from '../print/output.ts'
import { createProgress } from '../print/progress.ts'
import { answer, answerText } from './answer.ts'
import { confirm, isConversation } from './confirm.ts'
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

type Show = {
  readonly setting: Setting
  readonly played: readonly Played[]
  /** With the folders of the scenes. */
  readonly captures: string
}

/** Why the programs cannot be run here. */
type Unable = { readonly reason: string }

/** A demo of 40 s that still runs after two minutes will never end. */
const LIMIT_MS = 120_000

/** 0: the expected answers were found; 2: they were not, or nothing could be shown. */
export async function runDemo(plan: DemoPlan, output: Output, version: string): Promise<ExitCode> {
  const places = findPlaces()
  const context = { plan, output, version, places, answer: answerer(places, output) }
  if (!plan.json) output.data(introduction(output.colors))
  const { setting, played, captures } = await show(context)
  const asExpected = isAsExpected(played)
  output.data(plan.json ? demoJson(setting, played, asExpected) : closing(asExpected, output.colors))
  if (!plan.json) await offerTimeline(captures, played, context)
  return asExpected ? 0 : 2
}

/** Prints how to see the timelines; a person is asked, and shown the first at once. */
async function offerTimeline(captures: string, played: readonly Played[], { plan, output, places }: Context) {
  const folders = sceneFolders(captures)
  const isShown = (name: Played['name']) => played.some(one => one.name === name && one.diagnosis !== undefined)
  if (!isShown('caught')) return
  const [server, client] = [folders.serverCaught, folders.clientLate].map(asNamedHere)
  output.data(timelineText(server, isShown('client') ? client : undefined, output.colors))
  if (plan.quiet || !isConversation() || !(await confirm('open the timeline in the browser?'))) return
  // Loaded when it is wanted: the demo does without HTTP's server.
  const { findShown } = await import('../inputs/shown.ts')
  const { serve } = await import('./serve.ts')
  const shown = await findShown([server], NO_FETCHING, output.remark)
  await serve({ captures: shown, remarks: [], src: places.example, port: undefined, open: true, json: false }, output)
}

/** Short, where it lies below the working directory. */
function asNamedHere(folder: string): string {
  const here = relative(process.cwd(), folder)
  return here.startsWith('..') || isAbsolute(here) ? folder : here
}

/** Answers as `unhang diagnose FOLDER --src EXAMPLE --all` would. */
function answerer({ example }: Places, output: Output): (folder: string) => Promise<Answer> {
  return async folder => {
    const answered = await answer([folder], { ...NO_FETCHING, src: example }, output)
    // All: whoever sees the demo takes no second look.
    const text = answerText(answered, [folder], { src: example, all: true }, output)
    return { diagnosis: answered.diagnosis, text }
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
  const captures = join(places.captures, goVersion)
  return { setting, played: await play(recordedActs(captures), answer, output, plan.json), captures }
}

/**
 * Builds and plays, or says why that cannot be. Nothing of it is left behind, no process and no file; but for the
 * captures, when all was played and people are told where they are.
 */
async function showLive(context: Context, interrupted: AbortSignal): Promise<Show | Unable> {
  const { plan, places } = context
  if (plan.recorded) return { reason: 'Not run here, as asked for with --recorded.' }
  if (!places.example) return { reason: 'The sources of the experiment are not here.' }
  const made = temporaryFolders()
  if (!made) return { reason: `No folder can be made in ${tmpdir()}.` }
  const { folder, programs } = made
  const experiment = new Experiment(programs)
  let isKept = false
  try {
    const built = await build(context, places.example, programs, interrupted)
    if ('reason' in built) return built
    const shown = await playLive(context, experiment, folder, built.goVersion, interrupted)
    isKept = !('reason' in shown) && !plan.json
    return shown
  } catch (error) {
    throw interrupted.aborted ? interruption() : error
  } finally {
    await experiment.close()
    rmSync(isKept ? programs : folder, { recursive: true, force: true })
  }
}

/** One for the captures, and in it one for the programs, which nobody needs afterwards. */
function temporaryFolders(): { readonly folder: string; readonly programs: string } | undefined {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'unhang-demo-'))
    const programs = join(folder, 'programs')
    mkdirSync(programs)
    return { folder, programs }
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
  captures: string,
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
      folder: captures,
      version,
      watch: () => createProgress(output.screen),
      silent: createProgress({ ...output.screen, isTerminal: false, write: () => {} }),
      signal: limited.signal,
    })
    return { setting, played: await play(acts, answer, output, plan.json), captures }
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
