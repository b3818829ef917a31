import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FormatError } from '../src/base/errors.ts'
import { quote, unquote } from '../src/trace/quoted.ts'
import { readFixture, traceFromText, traceToText } from '../src/trace/text.ts'

const TEXT = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=9007199254740993 size=5
Frequency freq=15625000
EventBatch gen=1 m=1 time=0 size=4
ProcStatus dt=1 p=0 pstatus=1
EventBatch gen=1 m=18446744073709551615 time=0 size=10
Stacks
Stack id=2 nframes=1
	pc=300 func=3 file=4 line=5
EventBatch gen=1 m=18446744073709551615 time=0 size=12
Strings
String id=1
	data="mu \\"quoted\\""
`

test('text becomes the bytes of the wire, and those the same text', () => {
  const bytes = traceFromText(TEXT)
  assert.equal(traceToText(bytes), TEXT)
  assert.deepEqual([...bytes.subarray(0, 18)], [...Buffer.from('go 1.22 trace\0\0\0'), 1, 1])
  // 2^64 - 1 is nine times ff and 01, as `encoding/binary` writes it.
  assert.deepEqual([...bytes.subarray(18, 28)], [255, 255, 255, 255, 255, 255, 255, 255, 255, 1])
})

test('a batch without its size is counted', () => {
  const counted = TEXT.replace(/^(EventBatch .*) size=\d+$/gm, '$1')
  const sizes = [...traceToText(traceFromText(counted)).matchAll(/size=(\d+)/g)].map(match => Number(match[1]))
  assert.deepEqual(sizes, [5, 4, 9, 15])
})

test('comments, blank lines and any spacing are passed over', () => {
  const loose = `# a header\n\n  Trace   Go1.22  # v2\n  EventBatch gen=1   m=1 time=0\tsize=0 # empty\r\n`
  assert.equal(traceToText(traceFromText(loose)), 'Trace Go1.22\nEventBatch gen=1 m=1 time=0 size=0\n')
})

test('what is wrong is said with its line', () => {
  const broken: [string, RegExp][] = [
    ['Trace Go1.21\n', /^line 1 of the trace's text: expected "Trace Go1\.22"/],
    ['Trace Go1.22\nGoSwitch dt=1 g=2 g_seq=3\n', /^line 2 .* Go 1\.22 has no event "GoSwitch"/],
    ['Trace Go1.22\n\nProcStop\n', /^line 3 .* expected the arguments dt, found \(none\)/],
    ['Trace Go1.22\nProcStop td=1\n', /expected dt=NUMBER, found td=1/],
    ['Trace Go1.22\nProcStop dt=-1\n', /expected dt=NUMBER, found dt=-1/],
    ['Trace Go1.22\nProcStop dt=18446744073709551616\n', /does not fit into 64 bits/],
    ['Trace Go1.22\nStack id=1 nframes=2\n pc=1 func=1 file=1 line=1\n', /expected 2 frames, found 1/],
    ['Trace Go1.22\nString id=1\n', /expected a line data=/],
    ['Trace Go1.22\nString id=1\n data="\\q"\n', /expected an escape of Go's strings, found \\q/],
    ['Trace Go1.22\nconstructor dt=1\n', /no event "constructor"/],
  ]
  for (const [text, message] of broken) assert.throws(() => traceFromText(text), { name: 'FormatError', message })
})

test('what is no event on the wire is said with its offset', () => {
  const bytes = traceFromText(TEXT)
  assert.throws(() => traceToText(bytes.subarray(0, 30)), { name: 'FormatError', message: /ends inside a number/ })
  const strange = Uint8Array.from([...bytes, 52])
  assert.throws(
    () => traceToText(strange),
    (error: unknown) => error instanceof FormatError && error.offset === bytes.length && /EndOfGen/.test(error.message),
  )
})

test("a fixture of Go's has an expectation and a trace", () => {
  const { expect, trace } = readFixture(`-- expect --\nSUCCESS\n-- trace --\n${TEXT}`)
  assert.deepEqual(expect, { success: true })
  assert.equal(traceToText(trace), TEXT)
  const failure = readFixture(`-- expect --\nFAILURE "a \\"proc\\" \\\\d+"\n-- trace --\n${TEXT}`)
  assert.deepEqual(failure.expect, { success: false, pattern: 'a "proc" \\d+' })
  assert.throws(() => readFixture(TEXT), /parts "-- expect --" and "-- trace --"/)
  assert.throws(() => readFixture(`-- expect --\nMAYBE\n-- trace --\n${TEXT}`), /expected SUCCESS or FAILURE/)
})

test('data of any bytes comes back', () => {
  const samples = [
    [],
    [0, 7, 8, 9, 10, 34, 39, 92, 127, 128, 255],
    [0xef, 0xbb, 0xbf],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x9f],
  ]
  for (const bytes of [...samples, [...Buffer.from('Straße, 日本, \u200b, 🔒')]])
    assert.deepEqual([...unquote(quote(Uint8Array.from(bytes)))], bytes)
  assert.equal(quote(Buffer.from('a\n"ß\u200b\0')), '"a\\n\\"ß\\u200b\\x00"')
  assert.deepEqual([...unquote('`a\\n`')], [...Buffer.from('a\\n')])
  assert.deepEqual([...unquote('"\\101\\u00df\\U0001F512"')], [...Buffer.from('Aß🔒')])
  for (const wrong of ['a', '"', '"a', '"a"b"', '"\\"', '"\\x1"', '"\\400"', '"\\U00110000"'])
    assert.throws(() => unquote(wrong), FormatError, wrong)
})
