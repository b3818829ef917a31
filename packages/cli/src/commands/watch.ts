/** `unhang watch`: asks a server again and again, and captures it by itself when it begins to hang. */
import fs from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { capture, freeFolder, limitsOf, type Captured as Taken } from '../capture/bundle.ts'
import { discover } from '../capture/discover.ts'
import { PROFILE } from '../capture/endpoints.ts'
import { publicUrl, readTarget, type Target } from '../capture/target.ts'
import { Complaint } from '../complaint.ts'
import type { Output } from '../print/output.ts'
import { createProgress, type ScreenProgress } from '../print/progress.ts'
import { diagnoseCommand } from '../print/shell.ts'
import { askRound } from '../watch/ask.ts'
import { diagnoseApart } from '../watch/diagnosed.ts'
import { Keeper, removeCapture } from '../watch/keeper.ts'
import { Screen } from '../watch/screen.ts'
import { traceRefusal } from '../watch/tracing.ts'
import { type Captured, type WatchOptions, type World, watch } from '../watch/watch.ts'
import { isUseful } from './capture.ts'
import { interruptible, whileRead } from './interrupt.ts'
import type { ExitCode, WatchPlan } from './plan.ts'

export async function runWatch(plan: WatchPlan, output: Output, version: string): Promise<ExitCode> {
  const target = readTarget(plan.url)
  const folder = plan.folder ?? ''
  // Not at three in the morning.
  mustBeWritable(folder === '' ? '.' : folder)
  const watched = await interruptible(async interrupted => {
    const signal = whileRead(interrupted)
    const limits = limitsOf(plan, target, signal)
    const found = await discover(target, limits)
    const ask = () => askRound(found, target, limits, nowMs)
    const first = await ask()
    if (!first) return undefined
    if (first.kind === 'outage') throw new Complaint(PROFILE.title, first.outage.found, first.outage.remedy)
    const screen = new Screen({ ...plan, folder, url: publicUrl(found.base) }, output)
    const tell: World['tell'] = told => screen.tell(told)
    const show: World['show'] = round => screen.show(round)
    const world = { ask, tell, show, sleep, nowMs, ...capturing(plan, target, folder, output, version) }
    screen.start(first.goroutines, await traceRefusal(found, target, limits, plan.seconds))
    const result = await watch(first, world, optionsOf(plan), signal)
    screen.end(result)
    return result
  })
  // Interrupted before anything was seen.
  if (!watched) return 0
  return watched.findings > 0 || !watched.answers ? 1 : 0
}

function optionsOf({ intervalSeconds, threshold, pauseSeconds, forSeconds, once }: WatchPlan): WatchOptions {
  return {
    threshold,
    pauseMs: pauseSeconds * 1000,
    intervalMs: intervalSeconds * 1000,
    forMs: forSeconds === undefined ? undefined : forSeconds * 1000,
    once,
  }
}

/** Takes captures as `unhang capture` does, each into a folder of its own, and diagnoses them. */
function capturing(
  plan: WatchPlan,
  target: Target,
  folder: string,
  output: Output,
  version: string,
): Pick<World, 'mayCapture' | 'capture'> {
  const keeper = new Keeper(folder === '' ? '.' : folder, plan.maxCaptures)
  return {
    mayCapture() {
      const room = keeper.room(plan.maxBytes)
      return 'why' in room ? { kind: 'uncaptured', ...room } : undefined
    },
    async capture(signal) {
      const room = keeper.room(plan.maxBytes)
      const maxBytes = 'why' in room ? 0 : room.maxBytes
      const options = { ...plan, maxBytes, folder: freeFolder(target.host, new Date(), folder) }
      const progress = progressOf(output)
      const taken = await capture(target, options, version, progress, signal).finally(() => progress.finish(''))
      if (isUseful(taken)) return answered(taken, keeper, plan.src, signal)
      removeCapture(taken.folder, taken.manifest)
      const text = taken.complaints[0]?.found ?? 'nothing came'
      return signal.aborted ? undefined : { kind: 'uncaptured', why: 'failed', text }
    },
  }
}

/** A capture that is kept, and what it shows. */
async function answered(
  { folder, manifest, complaints }: Taken,
  keeper: Keeper,
  src: string | undefined,
  signal: AbortSignal,
): Promise<Captured> {
  const diagnosed = signal.aborted ? { problem: 'interrupted' } : await diagnoseApart(folder, src, signal)
  const { verdict, findings } = 'verdict' in diagnosed ? diagnosed : { verdict: undefined, findings: [] }
  const removed = keeper.add(folder, manifest, verdict)
  return {
    kind: 'captured',
    folder,
    verdict,
    findings,
    ...('problem' in diagnosed && { problem: diagnosed.problem }),
    missing: complaints.map(({ expected, found }) => ({ expected, found })),
    command: diagnoseCommand(folder),
    ...(removed !== undefined && { removed }),
  }
}

/** A bar on a terminal; a log has the lines of the watch. */
function progressOf({ screen }: Output): ScreenProgress {
  return createProgress(screen.isTerminal ? screen : { ...screen, write: () => {} })
}

function mustBeWritable(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
  } catch (error) {
    const { message } = error as Error
    throw new Complaint(`to write captures into ${folder}`, message, 'name a folder that can be written with -o DIR')
  }
}

function nowMs(): number {
  return performance.now()
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  // The signal ends it by an error, which is no news.
  await delay(ms, undefined, { signal }).catch(() => {})
}
