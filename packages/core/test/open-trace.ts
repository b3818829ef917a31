/** Every test that opens a trace does it here, so that none passes over tables that contradict themselves. */
import assert from 'node:assert/strict'
import { readTrace } from '../src/trace/read.ts'
import type { Trace } from '../src/trace/tables.ts'
import { validate } from '../src/trace/validate.ts'

/** `readTrace`, with the invariants of `validate` asserted. */
export function openTrace(bytes: Uint8Array): Trace {
  const trace = readTrace(bytes)
  assert.deepEqual(validate(trace), [], 'the tables of the trace break invariants')
  return trace
}
