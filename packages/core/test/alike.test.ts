/** Problems that differ in numbers alone are told once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alikeProblems } from '../src/base/alike.ts'

test('each kind of problem by its first, with how many more there are', () => {
  const problem = (offset: number, message: string, lost = 'the name') => ({ offset, message, lost })
  const cut = problem(7, 'read 59 but wanted 63,293; the trace is cut at its end')
  const lost = problem(9, 'found invalid file string ID 40 for stack 1')
  const all = [
    cut,
    lost,
    problem(8, 'found invalid file string ID 41 for stack 2'),
    problem(10, lost.message, 'the file'),
  ]
  assert.deepEqual(alikeProblems(all), [
    { problem: cut, more: 0 },
    { problem: lost, more: 1 },
    { problem: all[3], more: 0 },
  ])
  assert.deepEqual(alikeProblems([]), [])
})
