/** What goes to a terminal: nothing that it obeys, sizes that read, a bar that fits. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, formatCount, formatNs } from '@unhang/core'
import pc from 'picocolors'
import { Complaint, complaintText } from '../src/complaint.ts'
import { createOutput, wantsColor } from '../src/print/output.ts'
import { printable } from '../src/print/printable.ts'
import { createProgress } from '../src/print/progress.ts'
import { table } from '../src/print/table.ts'

const ESC = '\u001b'

test('printable leaves nothing that a terminal obeys, and cuts', () => {
  assert.equal(printable(`a${ESC}[2Jb\r\nc\u0007\u009b31m\u202ed`), 'a [2Jb c 31m d')
  assert.equal(printable('main.(*server).AcquireLock · größer 世界'), 'main.(*server).AcquireLock · größer 世界')
  assert.equal(printable('abcdef', 4), 'abc…')
  assert.equal(printable('x'.repeat(1e7)).length, 400)
})

test('a complaint has three lines, whatever it quotes', () => {
  const text = complaintText(new Complaint('a', `b\n${ESC}c`, 'd'))
  assert.equal(text, 'unhang: expected  a\n        found     b c\n        do        d\n')
})

test('sizes, durations and counts have three digits at most', () => {
  assert.deepEqual([0, 912, 999.6, 1000, 1234, 12_345, 999_499, 999_999, 89e6, 1e9].map(formatBytes), [
    '0 B',
    '912 B',
    '1 kB',
    '1 kB',
    '1.23 kB',
    '12.3 kB',
    '999 kB',
    '1 MB',
    '89 MB',
    '1 GB',
  ])
  assert.deepEqual([0, 812, 1200, 1.5e6, 999_600, 9.3e9, 99.96e9, 100e9, 252e9, 11_100e9, Number.NaN].map(formatNs), [
    '0 ns',
    '812 ns',
    '1.2 µs',
    '1.5 ms',
    '1 ms',
    '9.3 s',
    '100 s',
    '1 min 40 s',
    '4 min 12 s',
    '3 h 5 min',
    '?',
  ])
  assert.equal(formatCount(1_000_000), '1,000,000')
})

test('a table aligns its columns and leaves no trailing blanks', () => {
  assert.equal(table([['a', '1', 'x '], ['bb', '22', 'y']], ['l', 'r', 'l']), '  a    1  x\n  bb  22  y\n') // biome-ignore format: two rows
})

test('colour: flags win, then NO_COLOR, then the terminal', () => {
  const terminal = { write: () => {}, isTTY: true }
  const pipe = { write: () => {} }
  assert.equal(wantsColor('auto', terminal, {}), true)
  assert.equal(wantsColor('auto', pipe, {}), false)
  assert.equal(wantsColor('auto', terminal, { NO_COLOR: '1' }), false)
  assert.equal(wantsColor('auto', terminal, { NO_COLOR: '' }), true)
  assert.equal(wantsColor('auto', terminal, { TERM: 'dumb' }), false)
  assert.equal(wantsColor('always', pipe, { NO_COLOR: '1' }), true)
  assert.equal(wantsColor('never', terminal, {}), false)
})

function recorded(isTTY: boolean, columns: number, quiet = false) {
  let text = ''
  const write = (piece: string) => {
    text += piece
  }
  const stderr = { write, isTTY, columns }
  const output = createOutput({ quiet, color: 'never' }, { write: () => {} }, stderr, {})
  return { screen: output.screen, text: () => text }
}

test('without a terminal: one plain line a step; with --quiet: none', () => {
  for (const quiet of [false, true]) {
    const { screen, text } = recorded(false, 80, quiet)
    const progress = createProgress(screen)
    const dump = progress.begin('dump')
    dump.bytes(1200)
    dump.end()
    const trace = progress.begin('trace', 10)
    trace.failed()
    trace.end()
    progress.note('3 goroutines')
    progress.finish('→ folder/')
    assert.equal(text(), quiet ? '' : 'dump: 1.2 kB\ntrace: 10 s, 0 B, not all of it\n3 goroutines\n→ folder/\n')
  }
})

test('on a terminal: one line drawn over itself, never wider than it, ended with where it all went', () => {
  for (const columns of [80, 40, 20]) {
    const { screen, text } = recorded(true, columns)
    let nowMs = 0
    const progress = createProgress(screen, () => nowMs)
    const dump = progress.begin('dump')
    dump.bytes(5e6)
    dump.end()
    const trace = progress.begin('trace', 10)
    nowMs = 5000
    trace.bytes(3e6)
    trace.end()
    progress.begin('dump').end()
    progress.note('a remark')
    progress.finish('→ x/')
    assert.match(text(), /K {2}a remark\n\r/)
    const draws = text().split(`\r${ESC}[K`).slice(1)
    const rest = columns === 80 ? '   → x/\n' : '\n  → x/\n'
    assert.equal(draws.at(-1), `  dump ✓   trace ━━━━━━━━━━━━━━━━━━━━ 10 s ✓   dump ✓${rest}`)
    // A single step that is wider than the terminal cannot be helped.
    if (columns >= 40) for (const draw of draws.slice(0, -1)) assert.ok(draw.length < columns, JSON.stringify(draw))
  }
  assert.equal(pc.createColors(false).red('x'), 'x')
})
