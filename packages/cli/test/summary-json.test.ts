// The numbers that JSON cannot say by itself must still be Go's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTrace, summarize, traceFromText } from '@unhang/core'
import { summaryJson } from '../src/print/summary.ts'

const NO_GOAL = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=1000
Frequency freq=1000000000
EventBatch gen=1 m=1 time=1000
ProcStatus dt=10 p=0 pstatus=1
GoStatus dt=10 g=1 m=1 gstatus=2
HeapGoal dt=10 heapgoal_value=18446744073709551615
HeapAlloc dt=10 heapalloc_value=1024
`

test('a heap goal of 2^64 - 1 is printed digit for digit', () => {
  const json = summaryJson(summarize(readTrace(traceFromText(NO_GOAL))))
  assert.match(json, /"\/gc\/heap\/goal:bytes": \[\s*1,\s*18446744073709551615,\s*18446744073709551615\s*\]/)
  assert.match(json, /"\/memory\/classes\/heap\/objects:bytes": \[\s*1,\s*1024,\s*1024\s*\]/)
})
