/** Plays the acts of the demo one by one: capture, answer, comparison with the expected answer. */
import type { Diagnosis } from '@unhang/core'
import type { Output } from '../print/output.ts'
import type { Act } from './acts.ts'
import { differenceFrom } from './expectation.ts'

/** What a capture's folder says, and how that is told to people. */
export type Answer = { readonly diagnosis: Diagnosis; readonly text: string }

export type Played = {
  readonly name: Act['name']
  readonly title: string
  /** Why the act was left out; then nothing else is there. */
  readonly skipped?: string
  /** How the answer differs from the expected one. */
  readonly difference?: string
  readonly diagnosis?: Diagnosis
}

/** Prints each answer as soon as it is there; `answer` reads a folder. Nothing but headings is printed for `json`. */
export async function play(
  acts: readonly Act[],
  answer: (folder: string) => Promise<Answer>,
  output: Output,
  json: boolean,
): Promise<readonly Played[]> {
  const say = json ? () => {} : output.data
  const played: Played[] = []
  for (const [i, act] of acts.entries()) {
    say(`\n${output.colors.bold(`${i + 1}. ${act.title}`)}\n`)
    const one = await playOne(act, answer, say)
    if (one.skipped) say(`   ${one.skipped}\n`)
    if (one.difference) say(`${output.colors.red('not the expected answer')}: ${one.difference}\n`)
    played.push(one)
  }
  return played
}

async function playOne(
  { name, title, expected, capture }: Act,
  answer: (folder: string) => Promise<Answer>,
  say: (text: string) => void,
): Promise<Played> {
  const scene = await capture()
  if ('skipped' in scene) return { name, title, skipped: scene.skipped }
  const { diagnosis, text } = await answer(scene.folder)
  say(text)
  const difference = differenceFrom(expected, diagnosis)
  return { name, title, diagnosis, ...(difference && { difference }) }
}

/** The two acts that the demo is about were played, and nothing that was played went otherwise than expected. */
export function isAsExpected(played: readonly Played[]): boolean {
  const shown = (name: Act['name']) => played.some(one => one.name === name && one.diagnosis !== undefined)
  return shown('caught') && shown('late') && played.every(({ difference }) => difference === undefined)
}
