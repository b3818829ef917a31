/**
 * What the source makes of findings about locks: each case is a package, who stands where in it, and what was found
 * without source: "finding: 22 self-deadlock likely 22" are the waiter, cause, certainty and the holder.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Certainty, Diagnosis, Finding, FindingCause, Standing } from '@unhang/core'
import { withSource } from '../src/source/explain.ts'
import { filesOf, standingOf } from './source-fixtures.ts'

const CASES = fileURLToPath(new URL('source-fixtures/locks/cases.txt', import.meta.url))
const PREAMBLE = 'package main\n\nimport "sync"\n\n'

function findingOf(line: string, goroutines: readonly Standing[]): Finding {
  const [waiter, cause, certainty, holder] = line.split(' ')
  const { reason, frames, waitedNs } = goroutines.find(({ id }) => id === Number(waiter))!
  return {
    kind: reason.startsWith('sync.RWMutex') ? 'rwmutex' : 'mutex',
    cause: cause as FindingCause,
    certainty: certainty as Certainty,
    site: frames.find(({ file }) => file.startsWith('/src/'))!,
    waiters: { count: 1, goroutines: [Number(waiter)], longestNs: waitedNs, sinceStart: true },
    holder:
      holder === '-'
        ? { state: 'unknown' }
        : { state: holder === waiter ? 'self' : 'waiting', goroutine: Number(holder) },
    evidence: [],
    advice: '',
  }
}

const told = ({ waiters, cause, certainty, holder }: Finding) =>
  `${waiters.goroutines.join('+')} ${cause} ${certainty} ${holder.goroutine ?? '-'}`

for (const part of fs.readFileSync(CASES, 'utf8').split(/^== /m).slice(1)) {
  const [head, ...lines] = part.split('\n')
  const empty = lines.indexOf('')
  const text = PREAMBLE + lines.slice(empty + 1).join('\n')
  test(head, async () => {
    const given = lines.slice(0, empty)
    const isFinding = (line: string) => line.startsWith('finding: ')
    const goroutines = given
      .filter(line => !isFinding(line))
      .map(line => ({ ...standingOf(text, line), isSteady: true }))
    const findings = given.filter(isFinding).map(line => findingOf(line.slice('finding: '.length), goroutines))
    const looked = { goroutines: goroutines.length, placeUnknown: 0 }
    const diagnosis: Diagnosis = { schema: 'unhang.diagnosis/1', verdict: 'hang', inputs: [], looked, findings }
    const answer = await withSource(diagnosis, filesOf(text), assert.fail, () => [{ goroutines, isWhole: true }])
    assert.equal(answer.findings.map(told).sort().join(', '), head.slice(head.lastIndexOf(': ') + 2))
  })
}
