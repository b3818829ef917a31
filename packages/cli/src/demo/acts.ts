/**
 * What the demo shows, act by act: the same four questions whether the experiment runs here or was recorded elsewhere.
 * An act brings a folder as `unhang capture` writes it; what is in it is for the diagnosis to say.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CLIENT_WAITS, type Expectation, FIXED_IS_HEALTHY, SERVER_HANGS } from './expectation.ts'
import { sceneFolders } from './live.ts'

export type Act = {
  readonly name: 'caught' | 'late' | 'client' | 'fixed'
  /** Without the full stop. */
  readonly title: string
  readonly expected: Expectation
  /** Makes the capture, or finds it. May take seconds. */
  readonly capture: () => Promise<Scene>
}

/** A capture, or in one sentence why there is none. */
export type Scene = { readonly folder: string } | { readonly skipped: string }

export const ACTS = {
  caught: { name: 'caught', title: 'Caught while it begins to hang', expected: SERVER_HANGS },
  late: { name: 'late', title: 'Late: asked anew, when nothing moves any more', expected: SERVER_HANGS },
  client: { name: 'client', title: 'The client, asked the same', expected: CLIENT_WAITS },
  fixed: { name: 'fixed', title: 'With -fixed the server unlocks: healthy under load', expected: FIXED_IS_HEALTHY },
} as const

/** The newest recording in a folder of them ("go1.26.8" is newer than "go1.9"); undefined where none is whole. */
export function newestRecording(captures: string): string | undefined {
  const versions = readdirSync(captures).filter(
    name => /^go\d+\.\d+/.test(name) && recordedActs(join(captures, name)).length > 0,
  )
  return versions.sort(byVersion).at(-1)
}

/** The acts of a recording; none where one of them is missing. */
export function recordedActs(recording: string): readonly Act[] {
  const folders = sceneFolders(recording)
  const acts = [
    { act: ACTS.caught, folder: folders.serverCaught },
    { act: ACTS.late, folder: folders.serverLate },
    { act: ACTS.client, folder: folders.clientLate },
    { act: ACTS.fixed, folder: folders.serverFixed },
  ]
  if (!acts.every(({ folder }) => existsSync(folder))) return []
  return acts.map(({ act, folder }) => ({ ...act, capture: async () => ({ folder }) }))
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map(name => name.match(/\d+/g)!.map(Number))
  const at = left.findIndex((number, i) => number !== right[i])
  return at === -1 ? left.length - right.length : left[at] - (right[at] ?? -1)
}
