/** A goroutine is read the same behind thousands of others, whose stacks are guessed from, as if it were alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dump, readDump } from '../src/index.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Numbers below `limit`, the same ones each time. */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * limit)
  }
}

/** All that a dump says of one goroutine. */
function told(dump: Dump, row: number): unknown {
  const { rows, stacks, frames, strings, frameArgs } = dump
  const frame = (at: number) =>
    at < 0 ? '' : `${strings.text(frames.function[at])} ${strings.text(frames.file[at])}:${frames.line[at]}`
  const stack = rows.stack[row]
  return {
    id: rows.id[row],
    reason: strings.text(rows.reason[row]),
    frames: Array.from(stacks.frame.subarray(stacks.first[stack], stacks.first[stack + 1]), frame),
    args: Array.from(frameArgs.subarray(rows.firstArg[row], rows.firstArg[row + 1]), arg => strings.text(arg)),
    createdBy: frame(rows.createdBy[row]),
    creator: rows.creator[row],
    elided: rows.elided[row],
  }
}

/** Goroutines whose stacks begin alike, part, and differ in what may differ and in what may not. */
function goroutines(count: number, functions: number, pick: (limit: number) => number): string[] {
  const args = () => ['', '...', '0x0?', `0xc000${pick(4)}`, `{0x${pick(3)}, 0x1}, 0x${pick(300)}`][pick(5)]
  const frame = () => `main.f${pick(functions)}(${args()})\n\t/src/shop/a${pick(2)}.go:${1 + pick(2)} +0x${pick(2)}\n`
  const created = () =>
    [
      '',
      `created by main.g${pick(2)}\n\t/src/shop/g.go:7 +0x1\n`,
      `created by main.g${pick(2)} in goroutine ${1 + pick(12)}\n\t/src/shop/g.go:${pick(2)} +0x1\n`,
    ][pick(3)]
  const odd = () =>
    ['...3 frames elided...\n', 'main.bare(0x1)\n', 'main.h(0x1) remark\n\t/src/shop/h.go:1 +0x1\n'][pick(3)]
  return Array.from({ length: count }, (_, i) => {
    let text = `goroutine ${i + 1} [${['select', 'chan receive', 'IO wait'][pick(3)]}]:\n`
    for (let depth = 1 + pick(4); depth > 0; depth--) text += pick(20) === 0 ? odd() : frame()
    return text + created()
  })
}

test('stacks that are guessed are read as those that are not, with any line ends and indentation', () => {
  const pick = numbers(7)
  const parts = [...goroutines(800, 3, pick), ...goroutines(800, 12, pick)].map((text, i) =>
    text.replace(/^goroutine \d+/, `goroutine ${i + 1}`),
  )
  const changes: Record<string, (text: string) => string> = {
    plain: text => text,
    crlf: text => text.replaceAll('\n', '\r\n'),
    indented: text => text.replaceAll(/^(?=.)/gm, '  '),
  }
  for (const [name, change] of Object.entries(changes)) {
    const whole = readDump(bytesOf(change(`${parts.join('\n')}\n`)))
    assert.equal(whole.rows.length, parts.length, name)
    parts.forEach((part, row) => {
      assert.deepEqual(told(whole, row), told(readDump(bytesOf(change(`${part}\n`))), 0), `${name}: ${part}`)
    })
  }
})

test('more stacks than are remembered are read all the same', () => {
  const count = 70_000
  const text = Array.from(
    { length: count },
    (_, i) => `goroutine ${i + 1} [select]:\nmain.f${i}(0x${i % 3})\n\t/a.go:1 +0x1\nmain.main()\n\t/a.go:2 +0x1\n`,
  )
  const dump = readDump(bytesOf(text.join('\n')))
  assert.equal(dump.rows.length, count)
  assert.equal(dump.stacks.length, count + 1)
  assert.deepEqual(told(dump, count - 1), told(readDump(bytesOf(text[count - 1])), 0))
})
