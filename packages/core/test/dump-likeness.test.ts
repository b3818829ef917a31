/** When goroutines are alike, which are looked at, and in what order they come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupDump } from '../src/dump/group.ts'
import { LIKENESSES, type Likeness, Liker, withoutPointers } from '../src/dump/likeness.ts'
import { readDump } from '../src/dump/read.ts'
import { dumpReport, type ReportOptions } from '../src/dump/report.ts'
import type { Dump } from '../src/dump/tables.ts'

type Written = { reason?: string; args?: string; line?: number; fn?: string; by?: string; more?: string }

const goroutine = (
  id: number,
  { reason = 'select', args = '0x1', line = 10, fn = 'main.f', by = 'main.main' }: Written, // biome-ignore format: one line
) => `goroutine ${id} [${reason}]:\n${fn}(${args})\n\t/src/a.go:${line} +0x1\ncreated by ${by}\n\t/src/b.go:7 +0x1\n\n`
const read = (...all: Written[]): Dump =>
  readDump(new TextEncoder().encode(all.map((one, i) => goroutine(i + 1, one)).join('')))

/** [exact, pointers, lines, functions]: how many groups there are at each level. */
const counts = (...all: Written[]) => LIKENESSES.map(like => groupDump(read(...all), like).length)

test('each level looks at less than the one before', () => {
  assert.deepEqual(counts({}, {}), [1, 1, 1, 1])
  assert.deepEqual(counts({ args: '0xc000012340' }, { args: '0xc000099990' }), [2, 1, 1, 1])
  assert.deepEqual(counts({ args: '0x1' }, { args: '0x2' }), [2, 2, 1, 1])
  assert.deepEqual(counts({ by: 'main.a' }, { by: 'main.b' }), [2, 2, 1, 1])
  assert.deepEqual(counts({ line: 1 }, { line: 2 }), [2, 2, 2, 1])
  assert.deepEqual(counts({ fn: 'main.f' }, { fn: 'main.g' }), [2, 2, 2, 2])
  assert.deepEqual(counts({ reason: 'select' }, { reason: 'chan send' }), [2, 2, 2, 2])
  assert.deepEqual(counts({ reason: 'select' }, { reason: 'select (leaked)' }), [2, 2, 2, 2])
  assert.deepEqual(counts({ reason: 'select, 3 minutes' }, { reason: 'select' }), [1, 1, 1, 1], 'minutes never count')
  assert.deepEqual(counts({ reason: 'select, locked to thread' }, {}), [2, 2, 1, 1])
})

test('a pointer is a word that no program uses as a small or negative number', () => {
  const same = (a: string, b: string) => groupDump(read({ args: a }, { args: b }), 'pointers').length === 1
  assert.ok(same('0xc000012340?, {0x80000, 0x1}', '0xc0000?, {0x7fffffffffffffff, 0x1}'))
  assert.ok(!same('0x7ffff', '0x7fffe'))
  assert.ok(!same('0xfffffffffffffffe', '0xffffffffffffffff'))
  assert.ok(!same('0xc000012340', '0xc000012340?'), 'one may be stale, and Go says so')
  assert.ok(!same('0x000000000000012', '0x000000000000013'))
  assert.equal(withoutPointers('0x1, {0xc000012340, 0x7ffff}, 0xffffffffffffffff, ...'), '0x1, {*, 0x7ffff}, 0xffffffffffffffff, ...') // biome-ignore format: one line
})

const written = fc.record({
  reason: fc.constantFrom('select', 'chan send', 'select, 5 minutes'),
  args: fc.constantFrom('0x1', '0x2', '0xc000000010', '0xc000000020', '0x1, 0x2', ''),
  line: fc.constantFrom(1, 2),
  fn: fc.constantFrom('main.f', 'main.g', 'main.(*T).m'),
  by: fc.constantFrom('main.a', 'main.b'),
})

test('levels are nested, and a plain comparison of texts finds the same groups', () => {
  const keyOf: Record<Likeness, (one: Required<Written>) => string> = {
    exact: one => [one.reason.replace(/,.*/, ''), one.fn, one.line, one.args, one.by].join(),
    pointers: one => [one.reason.replace(/,.*/, ''), one.fn, one.line, withoutPointers(one.args), one.by].join(),
    lines: one => [one.reason.replace(/,.*/, ''), one.fn, one.line].join(),
    functions: one => [one.reason.replace(/,.*/, ''), one.fn].join(),
  }
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 30 }), all => {
      for (const like of LIKENESSES) {
        const numbers = new Liker(like).rowsOf(read(...all))
        const keys = all.map(one => keyOf[like](one as Required<Written>))
        for (let a = 0; a < all.length; a++)
          for (let b = 0; b < a; b++)
            assert.equal(numbers[a] === numbers[b], keys[a] === keys[b], `${like}: ${keys[a]} and ${keys[b]}`)
      }
    }),
  )
})

test('two dumps share their numbers', () => {
  for (const like of LIKENESSES) {
    const liker = new Liker(like)
    const [a] = liker.rowsOf(read({ fn: 'main.g' }))
    const [b, c] = liker.rowsOf(read({ fn: 'main.f' }, { fn: 'main.g' }))
    assert.equal(a, c)
    assert.notEqual(b, c)
  }
})

test('a deep stack and many arguments fit', () => {
  const args = Array.from({ length: 10 }, (_, i) => `0x${i}`).join(', ')
  const frames = Array.from({ length: 600 }, (_, i) => `main.f${i}(${args})\n\t/src/a.go:${i} +0x1\n`).join('')
  const text = [1, 2].map(id => `goroutine ${id} [select]:\n${frames}\n`).join('')
  const dump = readDump(new TextEncoder().encode(text))
  for (const like of LIKENESSES) assert.equal(groupDump(dump, like).length, 1)
})

const found = (dump: Dump, options: ReportOptions) => dumpReport([dump], options)

test('the longest wait comes first, then the most goroutines', () => {
  const dump = read({ fn: 'main.a' }, { fn: 'main.b' }, { fn: 'main.b' }, { fn: 'main.c', reason: 'select, 3 minutes' }, { fn: 'main.d', reason: 'select, 9 minutes' }, { fn: 'main.d' }) // biome-ignore format: one line
  const order = found(dump, {}).groups.map(({ site, minutes }) => [site?.function, ...minutes])
  assert.deepEqual(order, [['main.d', 0, 9], ['main.c', 3, 3], ['main.b', 0, 0], ['main.a', 0, 0]]) // biome-ignore format: one line
})

test('filters: a function anywhere in the stack, a state, minutes; what they keep is counted', () => {
  const dump = read({ fn: 'main.Fetch', reason: 'chan send, 4 minutes' }, { fn: 'main.Fetch', reason: 'chan send' }, { fn: 'main.g', reason: 'running' }, { fn: 'main.h', reason: 'chan receive (leaked)' }) // biome-ignore format: one line
  const kept = (options: ReportOptions) => found(dump, options).selection?.goroutines
  assert.equal(found(dump, {}).selection, undefined)
  assert.deepEqual(found(dump, { function: 'fetch', state: 'Chan' }).selection, { function: 'fetch', state: 'Chan', goroutines: 2, unknown: 0 }) // biome-ignore format: one line
  assert.equal(kept({ state: 'running' }), 1)
  assert.equal(kept({ state: 'waiting' }), 3)
  assert.equal(kept({ state: 'leaked' }), 1)
  assert.equal(kept({ function: 'nobody' }), 0)
  const late = found(dump, { minutes: 4 })
  assert.deepEqual([late.selection?.goroutines, late.groups[0].count, late.groups[0].minutes], [1, 1, [4, 4]])
  assert.equal(late.goroutines, 4, 'of how many')
})

test('a form that does not tell states keeps none of them, and says of how many it does not know', () => {
  const dump = readDump(new TextEncoder().encode('goroutine profile: total 3\n3 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:3\n'))
  const { selection, groups } = found(dump, { state: 'chan' })
  assert.deepEqual([selection?.goroutines, selection?.unknown, groups.length], [0, 3, 0])
  assert.deepEqual(found(dump, { minutes: 1 }).selection, { minutes: 1, goroutines: 0, unknown: 3 })
  assert.equal(found(dump, { function: 'main' }).selection?.goroutines, 3)
})

test('arguments are shown where they are compared', () => {
  const dump = read({ args: '0x1, 0xc000012340' }, { args: '0x1, 0xc000012350' })
  const argsAt = (like: Likeness) => found(dump, { like }).groups.map(({ frames }) => frames[0].args)
  assert.deepEqual(argsAt('exact'), ['0x1, 0xc000012340', '0x1, 0xc000012350'])
  assert.deepEqual(argsAt('pointers'), ['0x1, *'])
  assert.deepEqual(argsAt('lines'), [undefined])
})
