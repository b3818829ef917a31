/** Which lines of a Go file may be those of a function that a capture names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goFuncs, isLineOf } from '../src/inputs/gofuncs.ts'

const TEXT = `package shop // func no() {

import "sync"

/* func neither() {
} */
type T struct{ mu sync.Mutex }

var handler = func(x int) string {
	return "}" + \`
func inString() {
\` + string('{') + "\\"}"
}

var other =
	func(n int) (s string) {
		return ""
	}

func (t *T) Lock() {
	go func() {
		t.mu.Lock()
	}()
}

func (T) Value(f func(a interface{}) struct{ b int }) struct{ c int } {
	return struct{ c int }{1}
}
func (c *Cache[K, V]) Get(k K) (v V) { return }
func Map[K comparable](m map[K]int) {
	for range m {
		println('\\'', "{")
	}
}

func assembly(x uint64) uint64

func init() {
	setUp()
}

func größe(
	x int,
) int {
	return x
}
`
const funcs = goFuncs(TEXT)
const lineOf = (piece: string) => TEXT.slice(0, TEXT.indexOf(piece)).split('\n').length

test('functions and methods with their lines, and nothing of comments, strings and literals', () => {
  assert.deepEqual(
    funcs.map(({ receiver, name, firstLine, lastLine }) => `${receiver}.${name} ${firstLine}-${lastLine}`),
    [
      'T.Lock 20-24',
      'T.Value 26-28',
      'Cache.Get 29-29',
      '.Map 30-34',
      '.assembly 36-36',
      '.init 38-40',
      '.größe 42-46',
    ],
  )
})

/** A piece of the text, and the functions that its line may and may not belong to. */
const CASES: readonly (readonly [piece: string, may: readonly string[], mayNot: readonly string[]])[] = [
  [
    't.mu.Lock()',
    ['shop.(*T).Lock', 'a.b/c.v2/shop.(*T).Lock.func1', 'shop.(*T).Lock.func1.2', 'shop.(*T).Lock.gowrap1', 'shop.Lock2.(*T).Lock.func1', 'shop.(*T).Lock-fm'], // biome-ignore format: a table
    ['shop.Lock', 'shop.(*U).Lock', 'shop.(*T).Unlock', 'shop.Lock.func1', 'shop.(*T).func1', 'shop.main', ''],
  ],
  ['return struct', ['shop.T.Value', 'shop.(*T).Value'], ['shop.Value', 'shop.T.Lock']],
  ['Get(k K)', ['shop.(*Cache[...]).Get', 'shop.(*Cache[go.shape.string,go.shape.[]a/b.C[...]]).Get'], ['shop.Get']],
  [
    "println('",
    [
      'shop.Map[...]',
      'shop.Map[...].func1',
      'shop.Map[...]-range1',
      'shop.caller.Map[...]-range1',
      'shop.caller.Map[...].func1',
    ],
    ['shop.(*T).Map', 'shop.caller.Map', 'shop.init'],
  ],
  ['return "}"', ['shop.glob..func1', 'shop.init.func1', 'shop.init'], ['shop.Map', 'shop.(*T).Lock']],
  ['setUp()', ['shop.init.0', 'shop.init.0.func1'], ['shop.main']],
  ['	return x', ['shop.größe'], ['shop.init']],
  ['func assembly', ['shop.assembly'], ['shop.Map']],
]

for (const [piece, may, mayNot] of CASES)
  test(`the line of ${JSON.stringify(piece)}`, () => {
    for (const name of may) assert.equal(isLineOf(funcs, lineOf(piece), name), true, name)
    for (const name of mayNot) assert.equal(isLineOf(funcs, lineOf(piece), name), false, name)
  })

test('text that is no Go ends as well', () => {
  for (const text of [
    '',
    '"',
    "'",
    '`',
    '/*',
    '//',
    '"\\',
    '}}}}func f() {',
    'func ',
    'func (',
    `func (${'*'.repeat(1e5)}`,
  ])
    assert.ok(Array.isArray(goFuncs(text)))
  assert.equal(goFuncs(`func (${'('.repeat(300)}\n`.repeat(1000)).length, 0)
})
