/** What the worker moves to the page must be its own: a moved buffer is gone on this side. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packed } from '../src/worker/transfer.ts'

test('arrays that own their buffer are moved, and come out equal', () => {
  const values = new Float32Array([1, 2, 3])
  const { message, transfer } = packed({
    first: new Uint32Array([0, 3]),
    counters: [{ values }],
    rows: [{ key: 'p0' }],
  })
  assert.equal(transfer.length, 2)
  assert.equal((message as { counters: { values: Float32Array }[] }).counters[0].values, values)
  assert.deepEqual(structuredClone(message, { transfer }), {
    first: new Uint32Array([0, 3]),
    counters: [{ values: new Float32Array([1, 2, 3]) }],
    rows: [{ key: 'p0' }],
  })
})

test('a view on a larger buffer is copied, and so is the second of two on one', () => {
  const model = new Uint8Array([1, 2, 3, 4])
  const whole = new Uint8Array([5, 6])
  const { message, transfer } = packed({ part: model.subarray(1, 3), whole, again: whole })
  structuredClone(message, { transfer })
  assert.deepEqual([...model], [1, 2, 3, 4])
  assert.equal(transfer.length, 3)
})

test('numbers, texts and empty lists pass', () => {
  for (const value of [3, 'text', undefined, [], [1, 2], { a: [] }]) assert.deepEqual(packed(value).message, value)
})
