/** What the page calls a type of tasks that has no name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnseenType } from '../src/words.ts'

test('tasks without a name that were seen to begin are not those that began before the trace', () => {
  assert.equal(isUnseenType({ type: '', count: 2, unbegun: 2 }), true)
  assert.equal(isUnseenType({ type: '', count: 2, unbegun: 1 }), false)
  assert.equal(isUnseenType({ type: 'order', count: 2, unbegun: 2 }), false)
})
