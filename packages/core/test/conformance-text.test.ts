/**
 * Our own cases, one per family of events: `testdata/text/NAME.test` in Go's text form. Beside each stands what Go's
 * reader counts in it (`NAME.oracle.json`) and what our tables must show (`NAME.tables.txt`). With
 * UNHANG_UPDATE=1 the answers are written anew (the counts by the oracle, the tables by us: read them before committing).
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Summary, summarize } from '../src/analysis/summary.ts'
import { type Fixture, readFixture, traceToText } from '../src/trace/text.ts'
import { disagreements } from './agreement.ts'
import { openTrace } from './open-trace.ts'
import { askOracle, oracleProgram, ROOT } from './oracle.ts'
import { printTables } from './print-tables.ts'

const FOLDER = join(ROOT, 'testdata', 'text')
const UPDATE = process.env.UNHANG_UPDATE === '1'

for (const file of readdirSync(FOLDER).filter(file => file.endsWith('.test'))) {
  const name = file.replace(/\.test$/, '')
  const text = readFileSync(join(FOLDER, file), 'utf8')

  test(`${name}: the text is Go's form, with the sizes of its batches`, () => {
    const { trace } = readFixture(text)
    const written = text
      .slice(text.indexOf('Trace Go1'))
      .split('\n')
      .map(line => line.trim())
    // Sizes left out are counted anew: they must be those written, so that Go's own tools can read the file too.
    const counted = readFixture(text.replace(/^(EventBatch .*) size=\d+$/gm, '$1')).trace
    const lines = traceToText(counted)
      .split('\n')
      .map(line => line.trim())
    assert.deepEqual(written, lines)
    assert.deepEqual(trace, counted)
  })

  test(`${name}: the counts are those of Go's reader`, async () => {
    const fixture = readFixture(text)
    checkCounts(fixture, await expectedCounts(name, fixture.trace))
  })

  // What is left of a broken trace is the reader's choice; that it is sound, `openTrace` says.
  if (!readFixture(text).expect.success) continue
  test(`${name}: the tables show what happened`, () => {
    const printed = printTables(openTrace(readFixture(text).trace))
    const golden = join(FOLDER, `${name}.tables.txt`)
    if (UPDATE) writeFileSync(golden, printed)
    assert.equal(printed, existsSync(golden) ? readFileSync(golden, 'utf8') : '(no tables stored)')
  })
}

/** Stored answers are checked against the oracle where there is one. */
async function expectedCounts(name: string, trace: Uint8Array): Promise<Summary> {
  const file = join(FOLDER, `${name}.oracle.json`)
  const live = oracleProgram() ? await askOracle(trace) : undefined
  if (UPDATE && live) writeFileSync(file, `${JSON.stringify(live, undefined, 1)}\n`)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Summary
  if (live) assert.deepEqual(stored, live, 'the stored answer is not what the oracle says now')
  return stored
}

function checkCounts({ expect, trace }: Fixture, oracle: Summary): void {
  const { problems, ...rest } = openTrace(trace)
  if (expect.success) {
    assert.deepEqual(problems, [])
    assert.deepEqual(disagreements(summarize({ problems, ...rest }), oracle), [])
    return
  }
  // Where Go gives up we go on: only that there is a problem, and what it is, must agree.
  const pattern = new RegExp(expect.pattern ?? '')
  assert.match(oracle.error ?? '', pattern)
  assert.match(problems.map(problem => problem.message).join('\n'), pattern)
}
