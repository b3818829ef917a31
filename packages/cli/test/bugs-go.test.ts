/** Every program in `examples/bugs`, live: unhang says what is wrong with it, caught in the act and late. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { requireTool } from '../../core/test/require-tool.ts'
import { MANIFEST_FILE, type Manifest } from '../src/capture/manifest.ts'
import { checkAnswer } from './bug-check.ts'
import { BUGS, type Bug, VIEWS, type View } from './bug-table.ts'
import {
  buildModule,
  captureInto,
  diagnoseJson,
  EXAMPLES,
  type Program,
  programsOf,
  startProgram,
  untilStuck,
  untilTraced,
  waitingIn,
} from './examples.ts'

/** The bug happens a moment after the trace has begun. On a machine where that takes longer, the trace must be longer. */
const CAUGHT_SECONDS = [2, 4, 8, 16]
/** It must be seen to stay so long: what stood still for less may be chance. */
const SEEN_MS = 1100
const LATE_SECONDS = 1
/** The programs mostly wait: many at a time are little work. */
const AT_A_TIME = 8

const MODULE = 'bugs'

test('the table has every program, and so has the README', () => {
  const programs = programsOf(MODULE)
  assert.deepEqual(BUGS.map(({ program }) => program).sort(), programs)
  const readme = fs.readFileSync(path.join(EXAMPLES, MODULE, 'README.md'), 'utf8')
  for (const name of programs) assert.ok(readme.includes(`[${name}](${name}/main.go)`), name)
})

test('bugs, live', { concurrency: AT_A_TIME }, async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-bugs-'))
  try {
    await buildModule(go, MODULE, path.join(home, 'bin'))
    await Promise.all(BUGS.map(bug => t.test(bug.program, t => checkBug(t, bug, home))))
  } finally {
    fs.rmSync(home, { recursive: true, force: true })
  }
})

async function checkBug(t: TestContext, bug: Bug, home: string): Promise<void> {
  const wrong = await judgeBug(bug, path.join(home, 'bin', bug.program), path.join(home, bug.program))
  for (const view of Object.keys(VIEWS) as View[])
    await t.test(`${bug.program}, ${view}`, { todo: todoOf(bug, view) }, () => {
      if (wrong.has(view)) throw wrong.get(view)
    })
}

function todoOf({ todo }: Bug, view: View): string | undefined {
  return typeof todo === 'object' ? todo[view] : todo
}

/**
 * What is wrong with the answer, by view. A capture meets one moment of a program, on a machine that may be busy: what is
 * told wrong is captured again, and what is told wrong each time is wrong.
 */
async function judgeBug(bug: Bug, file: string, folder: string, again = 2): Promise<Map<View, unknown>> {
  const stuck = await captureBug(bug, file, folder)
  const wrong = new Map<View, unknown>()
  for (const view of Object.keys(VIEWS) as View[]) {
    const files = VIEWS[view].map(name => path.join(folder, name))
    try {
      checkAnswer(await diagnoseJson(MODULE, ...files), bug, stuck, view)
    } catch (error) {
      wrong.set(view, error)
    }
  }
  const isKnown = [...wrong.keys()].every(view => todoOf(bug, view) !== undefined)
  return again === 0 || isKnown ? wrong : judgeBug(bug, file, `${folder}-again`, again - 1)
}

/** Captures the program twice, and gives the ids of those who are stuck by the function they wait in. */
async function captureBug(
  bug: Bug,
  file: string,
  folder: string,
  [seconds, ...longer]: readonly number[] = CAUGHT_SECONDS,
): Promise<Map<string, readonly number[]>> {
  const program = await startProgram(file, '-wait')
  try {
    const seenMs = await catchBug(program, bug, path.join(folder, 'caught'), seconds)
    if (seenMs < SEEN_MS && longer.length > 0) {
      fs.rmSync(path.join(folder, 'caught'), { recursive: true })
      return await captureBug(bug, file, folder, longer)
    }
    await captureInto(path.join(folder, 'late'), program.address, LATE_SECONDS)
    const stuck = new Map<string, readonly number[]>()
    for (const name of Object.keys(bug.stuck)) stuck.set(name, await waitingIn(program, name))
    return stuck
  } finally {
    program.stop()
  }
}

/** Captures while the bug happens. How long the trace went on when all were stuck, in milliseconds. */
async function catchBug(program: Program, bug: Bug, folder: string, seconds: number): Promise<number> {
  const caught = captureInto(folder, program.address, seconds)
  await Promise.race([untilTraced(program), caught])
  await program.get('/start')
  for (const [name, count] of Object.entries(bug.stuck)) await untilStuck(program, name, count, bug.isMoving)
  const stuckAt = Date.now()
  await caught
  const { files } = JSON.parse(fs.readFileSync(path.join(folder, MANIFEST_FILE), 'utf8')) as Manifest
  return Date.parse(files.find(({ what }) => what === 'trace')!.endedAt) - stuckAt
}
