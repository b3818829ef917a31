/** Lines that a log cut in two, behind its prefix: the dump is the one that was not cut, wherever the cut can be seen. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupDump, readDumps } from '../src/index.ts'

const LINES = [
  'goroutine 7 [chan receive, 4 minutes]:',
  'main.(*cart).total(0xc000012300, {0x1, 0x2}, 0x3?)',
  '\t/src/shop/cart.go:41 +0x5c',
  'created by main.main in goroutine 1',
  '\t/src/shop/main.go:12 +0x1d',
  '',
  'goroutine 8 [select]:',
  'main.wait(0xc000012300)',
  '\t/src/shop/wait.go:7 +0x2a',
  'created by main.main in goroutine 1',
  '\t/src/shop/main.go:13 +0x1d',
]

/** What the lines of a log mean, each behind a prefix of its time. */
function told(lines: readonly string[]): unknown {
  const log = lines.map((line, i) => `2026-01-02T03:04:05.${100 + i}Z web-1 | ${line}\n`).join('')
  const dumps = readDumps(new TextEncoder().encode(log))
  return dumps.map(dump => {
    const { rows, strings, frames, stacks } = dump
    return {
      groups: groupDump(dump).length,
      frames: Array.from(stacks.frame, row => [
        strings.text(frames.function[row]),
        strings.text(frames.file[row]),
        frames.line[row],
      ]),
      args: Array.from(dump.frameArgs, row => strings.text(row)),
      rows: Array.from(rows.id, (id, row) => [
        id,
        strings.text(rows.reason[row]),
        rows.minutes[row],
        rows.creator[row],
      ]),
    }
  })
}

/** Where the line begins to be cut, so that one sees it. */
const CUTS: readonly (readonly [line: number, from: string, to: string])[] = [
  [0, 'goroutine 7 [', '4 minutes]'],
  [1, 'main.(*cart).total(', '0x3?)'],
  [2, '\t/src', 'cart.go:'],
  [2, '\t/src/shop/cart.go:41', '+0x5c'],
  [3, 'created by main.main in g', 'gorou'],
  [7, 'main.', '0xc000012300)'],
  [8, '\t/src', 'wait.go:'],
]

for (const [line, from, to] of CUTS)
  test(`a cut behind "${from.trim()}" in line ${line + 1}, and each one up to "${to}"`, () => {
    const text = LINES[line]
    const whole = told(LINES)
    for (let at = from.length; at <= text.indexOf(to) + to.length - 1; at++) {
      const cut = [...LINES.slice(0, line), text.slice(0, at), text.slice(at), ...LINES.slice(line + 1)]
      assert.deepEqual(told(cut), whole, text.slice(0, at))
    }
  })
