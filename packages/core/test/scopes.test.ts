import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isClosure } from '../src/analysis/scene/names.ts'
import { pointersOf } from '../src/analysis/scene/pointers.ts'
import { receiversOf, scopesOf } from '../src/analysis/scene/scopes.ts'

test('the functions that a closure is written in', () => {
  assert.deepEqual(scopesOf('main.worker'), ['main.worker'])
  assert.deepEqual(scopesOf('main.run.func1.2'), ['main.run'])
  assert.deepEqual(scopesOf('main.main.gowrap1'), ['main.main'])
  assert.deepEqual(scopesOf('a.b/c/d.(*pool).run.func1'), ['a.b/c/d.(*pool).run'])
  assert.deepEqual(scopesOf('main.New.(*pool).run.func1'), ['main.New.(*pool).run', 'main.New', 'main.(*pool).run'])
  assert.deepEqual(scopesOf('main.main.New.func2'), ['main.main.New', 'main.main', 'main.New'])
  assert.deepEqual(scopesOf('main.pump[...].func1'), ['main.pump[...]'])
  assert.deepEqual(scopesOf('main.run.func1-range1'), ['main.run'])
})

test('closures and receivers by name', () => {
  assert.ok(isClosure('main.main.func1') && isClosure('main.(*T).m-fm'))
  assert.ok(!isClosure('main.main') && !isClosure('main.(*T).m'))
  assert.deepEqual(receiversOf('main.New.(*pool).run.func1'), ['main.pool'])
  assert.deepEqual(receiversOf('main.(*list[...]).run'), ['main.list'])
  assert.deepEqual(receiversOf('main.main'), [])
})

test('pointers that the compiler vouches for', () => {
  assert.deepEqual(pointersOf('0xc000012345, 0x1, {0x7b2b80, 0xc000100008}'), ['0xc000012345', '0xc000100008'])
  assert.deepEqual(pointersOf('0xc000012345?, 0xc000100000?'), [])
  assert.deepEqual(pointersOf('0x10fba00, 0x7b2b80'), ['0x10fba00'])
  assert.deepEqual(pointersOf('...'), [])
  assert.deepEqual(pointersOf('0x1, 0xc000100008, ...'), ['0xc000100008'])
  // Go 1.26 puts the heap anywhere.
  assert.deepEqual(pointersOf('0x2, 0x2e7b98804018, {0x563412345678, 0x84ad07383a8}'), [
    '0x2e7b98804018',
    '0x84ad07383a8',
  ])
  // Ten seconds are no pointer.
  assert.deepEqual(pointersOf('0x1, 0x2540be400'), [])
})
