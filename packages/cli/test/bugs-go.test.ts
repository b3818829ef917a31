/** Every program in `examples/bugs`, live: unhang says what is wrong with it, caught in the act and late. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Diagnosis, Finding } from '@unhang/core'
import { requireTool } from '../../core/test/require-tool.ts'
import { BUGS, type Bug, VIEWS, type View } from './bug-table.ts'
import {
  buildModule,
  captureInto,
  diagnoseJson,
  EXAMPLES,
  line,
  startProgram,
  untilStuck,
  untilTraced,
  waitingIn,
} from './examples.ts'

/** The bug happens a moment after the trace has begun, and must then be seen to stay. */
const CAUGHT_SECONDS = 2
const LATE_SECONDS = 1
/** The programs mostly wait: many at a time are little work. */
const AT_A_TIME = 8

const MODULE = 'bugs'

test('the table has every program', () => {
  const folders = fs.readdirSync(path.join(EXAMPLES, MODULE), { withFileTypes: true })
  const programs = folders.filter(folder => folder.isDirectory() && folder.name !== 'internal').map(({ name }) => name)
  assert.deepEqual(BUGS.map(({ program }) => program).sort(), programs.sort())
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
  const folder = path.join(home, bug.program)
  const stuck = await captureBug(bug, path.join(home, 'bin', bug.program), folder)
  for (const view of Object.keys(VIEWS) as View[]) {
    const todo = typeof bug.todo === 'object' ? bug.todo[view] : bug.todo
    await t.test(`${bug.program}, ${view}`, { todo }, async () => {
      const files = VIEWS[view].map(file => path.join(folder, file))
      const { code, diagnosis } = await diagnoseJson(MODULE, ...files)
      if (bug.blind?.includes(view)) assert.deepEqual([code, diagnosis.verdict], [0, 'healthy'])
      else {
        assert.equal(code, diagnosis.verdict === 'healthy' ? 0 : 1)
        checkDiagnosis(diagnosis, bug, stuck, view)
      }
    })
  }
}

/** Captures the program twice, and gives the ids of those who are stuck by the function they wait in. */
async function captureBug(bug: Bug, file: string, folder: string): Promise<Map<string, readonly number[]>> {
  const program = await startProgram(file, '-wait')
  try {
    const caught = captureInto(path.join(folder, 'caught'), program.address, CAUGHT_SECONDS)
    await Promise.race([untilTraced(program), caught])
    await program.get('/start')
    await caught
    for (const [name, count] of Object.entries(bug.stuck)) await untilStuck(program, name, count, bug.isMoving)
    await captureInto(path.join(folder, 'late'), program.address, LATE_SECONDS)
    const stuck = new Map<string, readonly number[]>()
    for (const name of Object.keys(bug.stuck)) stuck.set(name, await waitingIn(program, name))
    return stuck
  } finally {
    program.stop()
  }
}

function checkDiagnosis(
  diagnosis: Diagnosis,
  bug: Bug,
  stuck: ReadonlyMap<string, readonly number[]>,
  view: View,
): void {
  const sure = diagnosis.findings.filter(({ certainty }) => certainty !== 'possible')
  const told = sure.map(line).join('\n')
  assert.equal(diagnosis.verdict, bug.verdict ?? 'hang', told)
  const [first] = sure
  const isTrace = view.endsWith('trace')
  const mayBeUnknown = isTrace && bug.unknownInTraces
  if (!(mayBeUnknown && first.cause === 'unknown')) {
    assert.deepEqual([first.cause, first.kind], [bug.cause, bug.kind], told)
    assert.ok([bug.site].flat().includes(first.site.function), told)
  }
  if (!isTrace) checkHolder(first.holder, bug, told)
  checkNamed(sure, stuck, told)
  if (!bug.isMoving) checkWaiters(sure, new Set([...stuck.values()].flat()), bug, told)
}

function checkHolder(found: Finding['holder'], { holder }: Bug, told: string): void {
  if (holder?.state) assert.ok(holder.state.includes(found.state), told)
  if (holder?.function) assert.equal(found.function, holder.function, told)
  if (holder?.waitsFor) assert.match(found.waitsFor ?? '', holder.waitsFor, told)
}

/** Each function that somebody is stuck in is named. */
function checkNamed(sure: readonly Finding[], stuck: ReadonlyMap<string, readonly number[]>, told: string): void {
  const named = new Set(sure.flatMap(({ site, caller, holder }) => [site.function, caller?.function, holder.function]))
  for (const name of stuck.keys()) assert.ok(named.has(name), `${name} is not named:\n${told}`)
}

/** Who is stuck is in a finding, and nobody else is. A finding lists its first hundred. */
function checkWaiters(sure: readonly Finding[], stuck: ReadonlySet<number>, { isGrowing }: Bug, told: string): void {
  const accused = new Set(sure.flatMap(({ waiters }) => waiters.goroutines))
  const innocent = [...accused].filter(id => !stuck.has(id))
  assert.deepEqual(innocent, [], `innocent goroutines are accused:\n${told}`)
  if (isGrowing) return
  const found = new Set([...accused, ...sure.map(({ holder }) => holder.goroutine)])
  const missing = [...stuck].filter(id => !found.has(id))
  assert.deepEqual(missing, [], `stuck goroutines are in no finding:\n${told}`)
}
