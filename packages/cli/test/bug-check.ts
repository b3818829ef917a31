/** Is an answer what the table of bugs asks for? */
import assert from 'node:assert/strict'
import type { Diagnosis, Finding } from '@unhang/core'
import type { Bug, View } from './bug-table.ts'
import { type Answered, line } from './examples.ts'

/** Ids of those who are stuck, by the function they wait in. */
export type Stuck = ReadonlyMap<string, readonly number[]>

/** Throws where it is not. */
export function checkAnswer({ code, diagnosis }: Answered, bug: Bug, stuck: Stuck, view: View): void {
  assert.equal(code, diagnosis.verdict === 'healthy' ? 0 : 1)
  if (bug.blind?.includes(view)) assert.equal(diagnosis.verdict, 'healthy', diagnosis.findings.map(line).join('\n'))
  else checkDiagnosis(diagnosis, { ...bug, ...bug.instead?.[view] }, stuck, view)
}

function checkDiagnosis(diagnosis: Diagnosis, bug: Bug, stuck: Stuck, view: View): void {
  const sure = diagnosis.findings.filter(({ certainty }) => certainty !== 'possible')
  const told = sure.map(line).join('\n')
  assert.equal(diagnosis.verdict, bug.verdict ?? 'hang', told)
  const [first] = sure
  const isTrace = view.endsWith('trace')
  if (!(isTrace && bug.inTraces?.includes(first.cause))) {
    assert.deepEqual([first.cause, first.kind], [bug.cause, bug.kind], told)
    assert.ok([bug.site].flat().includes(first.site.function), told)
  }
  assert.equal(first.follows, undefined, told)
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
function checkNamed(sure: readonly Finding[], stuck: Stuck, told: string): void {
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
