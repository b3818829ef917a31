/** `unhang dump` on a terminal: one screen of 80 columns, whatever the dump holds; `--all` leaves nothing out. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dumpDiff, dumpReport, readDump } from '@unhang/core'
import pc from 'picocolors'
import { dumpPieces, dumpText } from '../src/print/dump.ts'
import { diffPieces } from '../src/print/dump-diff.ts'

const PLAIN = { colors: pc.createColors(false), all: false }
const ALL = { ...PLAIN, all: true }
const read = (text: string) => readDump(new TextEncoder().encode(text))
const captured = (path: string) =>
  read(readFileSync(fileURLToPath(new URL(`../../../testdata/captures/go1.26.8/${path}`, import.meta.url)), 'utf8'))

const goroutine = (id: number, reason: string, functions: readonly string[]) =>
  `goroutine ${id} [${reason}]:\n${functions.map((fn, i) => `${fn}(0x${id})\n\t/src/app/file.go:${i + 1} +0x1\n`).join('')}created by main.main\n\t/src/b.go:7 +0x1\n\n` // biome-ignore format: one line

test('a group: count, what it waits for, ids, the site and its callers, who made it', () => {
  const text = goroutine(7, 'chan send, 3 minutes', ['runtime.gopark', 'main.query', 'main.serve', 'main.a', 'main.b', 'main.c']) + goroutine(8, 'chan send', ['runtime.gopark', 'main.query', 'main.serve', 'main.a', 'main.b', 'main.c']) // biome-ignore format: one line
  assert.equal(
    dumpText(dumpReport([read(text)]), PLAIN),
    `2 goroutines in 1 group

2  chan send, 0 to 3 min
    goroutines 7 8
  ▸ main.query  app/file.go:2
    main.serve  app/file.go:3
    main.a  app/file.go:4
    main.b  app/file.go:5
    … 1 more frame
    created by main.main  src/b.go:7
`,
  )
  const all = dumpText(dumpReport([read(text)]), ALL)
  assert.match(all, /\n {4}runtime\.gopark {2}\/src\/app\/file\.go:1\n {2}▸ main\.query {2}\/src\/app\/file\.go:2\n/)
  assert.match(all, /\n {4}main\.c {2}\/src\/app\/file\.go:6\n/)
})

const NASTY = ['main.f', `example.com/${'long/'.repeat(60)}pkg.${'Name'.repeat(80)}`, 'main.世界', 'a\u001b[2J.b']

test('no line is wider than 80 columns, and nothing is longer than a screen, but with --all', () => {
  const text = Array.from({ length: 300 }, (_, i) => goroutine(i + 1, i % 3 ? 'select (no cases), 90 minutes' : 'IO wait', [`main.f${i}`, NASTY[i % 4], NASTY[(i + 1) % 4]])).join('') // biome-ignore format: one line
  for (const columns of [undefined, 40, 80, 500]) {
    const out = dumpText(dumpReport([read(text)]), { ...PLAIN, columns })
    const width = Math.min(Math.max(columns ?? 80, 40), 120)
    for (const line of out.split('\n')) assert.ok([...line].length <= width, line)
    assert.ok(out.split('\n').length < 80)
    assert.ok(!out.includes('\u001b'))
    assert.match(out, /and 270 more groups of 270 goroutines;\s+all\s+of\s+them,\s+with\s+whole stacks: --all/)
  }
  const all = dumpText(dumpReport([read(text)]), ALL)
  for (let i = 0; i < 300; i++) assert.ok(all.includes(`main.f${i}  /src`))
})

test('what a filter keeps, what the form does not tell, and what is missing stand on top', () => {
  const dump = captured('server-caught/goroutines.debug2.txt')
  assert.match(dumpText(dumpReport([dump], { state: 'mutex' }), PLAIN), /^10 of 17 goroutines in 1 group\n/)
  const counts = read('goroutine profile: total 3\n3 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:3\n')
  assert.match(dumpText(dumpReport([counts], { state: 'mutex' }), PLAIN), /^0 of 3 goroutines in 0 groups\nof 3 goroutines this form does not tell/) // biome-ignore format: one line
  const cut = read(`${goroutine(1, 'select', ['main.f'])}goroutine 2 [sel`)
  assert.match(dumpText(dumpReport([cut]), PLAIN), /\nnot whole: /)
})

test('states have the colours of the timeline', () => {
  const text = ['running', 'runnable', 'syscall', 'select', 'select (leaked)'].map((state, i) => goroutine(i + 1, state, ['main.f'])).join('') // biome-ignore format: one line
  const out = dumpText(dumpReport([read(text)]), { ...PLAIN, colors: pc.createColors(true) })
  assert.ok(out.includes(pc.createColors(true).green('running')))
  assert.ok(out.includes(pc.createColors(true).yellow('runnable')))
  assert.ok(out.includes(pc.createColors(true).red('select (leaked)')))
})

const before = () => ({ name: 'before.txt', dumps: [captured('server-caught/goroutines-before.debug2.txt')] })
const after = () => ({ name: 'after.txt', dumps: [captured('server-caught/goroutines.debug2.txt')] })

test('a difference: both sides, the sentences, then who came, went and stayed', () => {
  const out = [...diffPieces(dumpDiff(before(), after()), PLAIN)].join('')
  const [first, second, sums] = out.split('\n')
  assert.match(first, /^before {2}before\.txt {2}4 goroutines$/)
  assert.match(second, /^after {3}after\.txt {2}17 goroutines$/)
  assert.equal(sums, '15 appeared, 2 vanished, 0 moved, 2 stand where they stood')
  assert.match(
    out,
    /• 10 goroutines appeared in main\.\(\*server\)\.AcquireLock \(sync\.Mutex\.Lock\), none\n {2}vanished/,
  )
  assert.match(out, /\ncame {2}gone {2}still\n \+10 {5}0 {6}0 {2}sync\.Mutex\.Lock +main\.\(\*server\)\.AcquireLock {2}main\.go:41\n/) // biome-ignore format: one line
  for (const line of out.split('\n')) assert.ok([...line].length <= 80, line)
  const all = [...diffPieces(dumpDiff(before(), after()), ALL)].join('')
  assert.match(all, /appeared: goroutines 32 33 34 35 36 37 38 39 40 42\n/)
})

test('without ids: before, after, and how many more', () => {
  const counts = (n: number) => read(`goroutine profile: total ${n}\n${n} @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:3\n`)
  const report = dumpDiff({ name: 'a', dumps: [counts(5)] }, { name: 'b', dumps: [counts(1038)] })
  const out = [...diffPieces(report, PLAIN)].join('')
  assert.match(out, /matched by counts/)
  assert.match(out, /\nbefore {2}after\n {5}5 {2}1,038 {2}\+1,033 {2}unknown +main\.f/)
})

test('pieces are small, however many groups there are', () => {
  const text = Array.from({ length: 20_000 }, (_, i) => goroutine(i + 1, 'select', [`main.f${i}`])).join('')
  for (const piece of dumpPieces(dumpReport([read(text)]), ALL)) assert.ok(piece.length < 1000)
})
