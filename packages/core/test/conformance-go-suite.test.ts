/**
 * Go's own suite for its reader, run from the installed Go: the cases in text form (expected success and expected failure
 * alike), its recorded traces of the old format, and the seeds of its fuzz test. Where Go's reader accepts, we must;
 * where it refuses, we say why in the same words.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { summarize } from '../src/analysis/summary.ts'
import { FormatError } from '../src/base/errors.ts'
import { unquote } from '../src/trace/quoted.ts'
import { readFixture, traceFromText, traceToText } from '../src/trace/text.ts'
import { disagreements } from './agreement.ts'
import { openTrace } from './open-trace.ts'
import { askOracle, oracleProgram } from './oracle.ts'
import { findTool, requireTool } from './require-tool.ts'

const go = findTool('go')
const TRACE = go && join(execFileSync(go, ['env', 'GOROOT'], { encoding: 'utf8' }).trim(), 'src/internal/trace')

test("Go's own suite is there", t => {
  if (!requireTool(t, 'go')) return
  const found = casesIn('testdata/tests').length
  if (found === 0) t.skip(`the installed Go (${TRACE}) is older than 1.23, or comes without its sources' test data`)
  else assert.ok(found >= 20, `expected 20 cases and more in the installed Go, found ${found}`)
})

function casesIn(folder: string): string[] {
  const path = join(TRACE ?? '', folder)
  return TRACE && existsSync(path) ? readdirSync(path).sort() : []
}

function textOf(folder: string, name: string): string {
  return readFileSync(join(TRACE ?? '', folder, name), 'utf8')
}

for (const name of casesIn('testdata/tests')) {
  test(`tests/${name}`, async () => {
    const { expect, trace } = readFixture(textOf('testdata/tests', name))
    assert.deepEqual(traceFromText(traceToText(trace)), trace)
    const read = openTrace(trace)
    const messages = read.problems.map(problem => problem.message).join('\n')
    if (!expect.success) return assert.match(messages, new RegExp(expect.pattern ?? ''))
    assert.equal(messages, '')
    if (oracleProgram()) assert.deepEqual(disagreements(summarize(read), await askOracle(trace)), [])
  })
}

const OLD = 'internal/tracev1/testdata'
for (const name of casesIn(OLD)) {
  test(`v1/${name}`, async () => {
    const bytes = new Uint8Array(readFileSync(join(TRACE ?? '', OLD, name)))
    const read = openTrace(bytes)
    assert.deepEqual(read.problems, [])
    if (oracleProgram()) assert.deepEqual(disagreements(summarize(read), await askOracle(bytes)), [])
  })
}

/** A seed is a call: `go test fuzz v1`, then `[]byte("…")`. */
function seedBytes(text: string): Uint8Array {
  const literal = /^\[\]byte\((.*)\)$/m.exec(text)
  assert.ok(literal, 'expected a seed of []byte("…")')
  return unquote(literal[1])
}

for (const name of casesIn('testdata/fuzz/FuzzReader')) {
  test(`fuzz/${name}`, async () => {
    const bytes = seedBytes(textOf('testdata/fuzz/FuzzReader', name))
    const accepted = oracleProgram() ? await askOracle(bytes).catch(() => undefined) : undefined
    try {
      const read = openTrace(bytes)
      if (accepted && accepted.error === undefined) assert.deepEqual(read.problems, [])
    } catch (error) {
      // A seed that sends Go's getters into a panic says nothing about acceptance.
      assert.ok(error instanceof FormatError, String(error))
      assert.ok(!accepted || accepted.error !== undefined, `Go reads it, we do not: ${error.message}`)
    }
  })
}
