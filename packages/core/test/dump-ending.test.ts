/** Where a debug=2 dump was cut, and what people paste that only looks so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../src/dump/read.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const CREATED = 'created by main.main in goroutine 1\n\t/app/main.go:45 +0x125\n'
const STACK = `main.work(0xc000012345)\n\t/app/main.go:24 +0x1d\nmain.run(...)\n\t/app/main.go:30\n${CREATED}`
const WHOLE = `goroutine 1 [running]:\nmain.main()\n\t/app/main.go:50 +0x25\n${[7, 8, 9]
  .map(id => `\ngoroutine ${id} [chan receive, 3 minutes]:\n${STACK}`)
  .join('')}`

test('a cut is told wherever it can be: anywhere but behind a whole goroutine', () => {
  const quiet: number[] = []
  const first = WHOLE.indexOf('\ngoroutine 8')
  for (let at = first; at <= WHOLE.length; at++) {
    const { problems } = readDump(bytes(WHOLE.slice(0, at)))
    if (problems.length === 0) quiet.push(at)
    else assert.match(problems[0].message, /^the dump ends in the middle of /, WHOLE.slice(at - 60, at))
  }
  const wholeLines = [first, WHOLE.indexOf('\ngoroutine 9'), WHOLE.length]
  // Without the last line end (people paste so), with it, and with the blank line behind it.
  assert.deepEqual(
    quiet,
    wholeLines.flatMap(at => [at - 1, at, at + 1]).filter(at => at >= first && at <= WHOLE.length),
  )
  for (const crlf of [WHOLE.replaceAll('\n', '\r\n'), WHOLE.replaceAll('\t', '    ')])
    for (const end of [' ', '', '\n', '\r\n\r\n']) assert.deepEqual(readDump(bytes(crlf + end)).problems, [])
})

test('where a cut is, and what is lost', () => {
  const problemsAt = (piece: string, from = 0) => {
    const at = WHOLE.indexOf(piece, from) + piece.length
    const [{ offset, message, lost }] = readDump(bytes(WHOLE.slice(0, at))).problems
    return [WHOLE.slice(offset).split('\n')[0], message, lost]
  }
  const nine = WHOLE.indexOf('goroutine 9')
  const lost = 'the rest of goroutine 9 and all goroutines after it'
  assert.deepEqual(problemsAt('main.work(0xc00', nine), ['main.work(0xc000012345)', 'the dump ends in the middle of a line, "main.work(0xc00"', lost]) // biome-ignore format: a table
  assert.deepEqual(problemsAt('main.run(...)\n', nine), ['\t/app/main.go:30', 'the dump ends in the middle of a goroutine, before the file of a call', lost]) // biome-ignore format: a table
  assert.deepEqual(problemsAt(']:\n', nine), ['main.work(0xc000012345)', 'the dump ends in the middle of a goroutine, before its first frame', lost]) // biome-ignore format: a table
  assert.deepEqual(problemsAt('main.go:45 +0x12', nine), ['\t/app/main.go:45 +0x125', 'the dump ends in the middle of a line, "/app/main.go:45 +0x12"', lost]) // biome-ignore format: a table
  assert.deepEqual(problemsAt('main.go:24 +0x1d\n', nine), ['main.run(...)', 'the dump ends in the middle of goroutine 9, before its outermost call', lost]) // biome-ignore format: a table
  assert.deepEqual(problemsAt('goroutine 9 [ch')[2], 'the rest of goroutine 9 and all goroutines after it')
  assert.deepEqual(problemsAt('\n\ngorou', nine - 20)[1], 'the dump ends in the middle of a line, "gorou"')
})

test('what people paste is no cut dump: without the last line end, without offsets, with more behind it', () => {
  const trimmed = WHOLE.trimEnd()
  const noOffsets = trimmed.replaceAll(/ \+0x\w+/g, '')
  for (const text of [
    trimmed,
    noOffsets,
    `${trimmed}\nexit status 2`,
    `${trimmed}\n\nrax    0x0`,
    `${trimmed}\n\`\`\``,
    `${trimmed}\n\nAs you see, all of them wait (for the channel)`,
    `${WHOLE}\ngoroutine 0 [idle]:\nruntime.futex()\n\t/go/src/runtime/sys.s:557 +0x23\nrax    0x0\ngs     0x0`,
    'goroutine 7 [select]:\nmain.f()\n\t/app/main.go:3 +0x5',
    'goroutine 7 [select]:\nmain.f()\n\t/app/main.go:3',
    'panic: oops\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:3 +0x5\nexit status 2',
  ])
    assert.deepEqual(readDump(bytes(text)).problems, [], text.slice(-80))
})
