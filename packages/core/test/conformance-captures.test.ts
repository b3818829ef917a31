/**
 * Every recorded trace within reach gives the numbers that Go's own reader gives: those of strangers in `../shared`
 * beside the repository (where it is there), and our own in `testdata`.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { summarize } from '../src/analysis/summary.ts'
import { disagreements } from './agreement.ts'
import { openTrace } from './open-trace.ts'
import { askOracleOfFile, oracleProgram, ROOT, storedAnswer } from './oracle.ts'

const FOLDERS = ['../shared/captures', '../shared/traces', 'testdata/captures', 'testdata/traces']

function tracesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.trace'))
  return files.sort().map(file => join(folder, file))
}

async function checkFile(t: TestContext, file: string): Promise<void> {
  const answers = { stored: storedAnswer(file), live: oracleProgram() ? await askOracleOfFile(file) : undefined }
  const trace = openTrace(readFileSync(file))
  const ours = summarize(trace)
  if (!answers.stored && !answers.live) t.diagnostic(`nothing to compare ${file} with`)
  for (const [which, answer] of Object.entries(answers)) {
    if (!answer) continue
    assert.equal(answer.error, undefined, `the ${which} oracle could not read it`)
    assert.deepEqual(trace.problems, [])
    assert.deepEqual(disagreements(ours, answer), [], `differs from the ${which} oracle`)
  }
}

for (const folder of FOLDERS) {
  const path = join(ROOT, folder)
  const files = existsSync(path) ? tracesIn(path) : []
  if (files.length === 0) test(`traces in ${folder}`, t => t.skip(`there are no traces in ${folder} on this machine`))
  for (const file of files) test(`${folder}${file.slice(path.length)}`, t => checkFile(t, file))
}
