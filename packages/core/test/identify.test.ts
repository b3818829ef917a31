/** What an input is, by its bytes; and that opening one gives tables or a sentence that helps. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Profile, StringTable, ValueType } from 'pprof-format'
import { FormatError, type InputKind, identify, openCapture, splitCapture } from '../src/index.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CAPTURES = join(ROOT, '../shared/captures')
const LIMIT = 100_000_000

const text = (content: string) => new TextEncoder().encode(content)
const hex = (digits: string) => new Uint8Array(Buffer.from(digits.padEnd(64, '0'), 'hex'))
const zip = (data: Uint8Array) => new Uint8Array(gzipSync(data))
const DUMP_LINES = ['goroutine 1 [running]:', 'main.main()', '\t/a.go:1 +0x1']
const DUMP = text(`${DUMP_LINES.join('\n')}\n`)

function profileOf(type: string): Uint8Array {
  const strings = new StringTable()
  return new Profile({ stringTable: strings, sampleType: [new ValueType({ type: strings.dedup(type) })] }).encode()
}

const INPUTS: readonly (readonly [string, Uint8Array, InputKind])[] = [
  ['a trace', text('go 1.26 trace\0\0\0'), 'trace'],
  ['a trace of a version that is not known yet', text('go 1.99 trace\0\0\0'), 'trace'],
  ['debug=2', DUMP, 'dump'],
  ['debug=2 behind a log', text(`${'listening\n'.repeat(1000)}goroutine 1 [running]:\n`), 'dump'],
  ['debug=2 with a byte order mark', text('\ufeffgoroutine 1 [running]:\n'), 'dump'],
  ['SIGQUIT', text('SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\n'), 'dump'],
  ['debug=1', text('goroutine profile: total 3\n3 @ 0x1\n'), 'dump'],
  ['debug=1 without its first line', text('3 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/a.go:1\n'), 'dump'],
  ['debug=1 of leaked goroutines', text('goroutineleak profile: total 0\n'), 'dump'],
  ['debug=2 behind prefixes of a log', text(DUMP_LINES.map(line => `web-1 shopd[812]: ${line}\n`).join('')), 'dump'],
  ['debug=2 in a line of JSON', text(JSON.stringify({ level: 'error', stack: DUMP_LINES.join('\n') })), 'dump'],
  ['debug=2 in indented JSON', text(JSON.stringify({ stack: DUMP_LINES.join('\n'), at: 1 }, undefined, 2)), 'dump'],
  ['a log that speaks of goroutines', text('web-1: goroutine 12 [worker]: took 3s (retry 2)\n'.repeat(9)), 'text'],
  ['a log with files of source', text('2026/01/02 main.go:12: listening (pid 7)\nmain.go:13: bye\n'), 'text'],
  ['JSON that speaks of goroutines', text('{"msg": "goroutine 12 [select]: stuck\\nsince 3s", "n": 1}'), 'json'],
  ['Go source', text('package main\n\nfunc main() {\n\tlisten(0x1)\n}\n'), 'text'],
  [
    'Go source with a dump in it',
    text(`// Copyright\n/* a ** b */\npackage dump_test\n\nconst example = \`${DUMP_LINES.join('\n')}\`\n`),
    'text',
  ],
  ['a goroutine profile', profileOf('goroutine'), 'dump'],
  ['a heap profile', profileOf('inuse_space'), 'profile'],
  ['gzip', zip(DUMP), 'gzip'],
  ['ELF', hex('7f454c460201'), 'executable'],
  ['PE', hex('4d5a9000'), 'executable'],
  ['Mach-O', hex('cffaedfe'), 'executable'],
  ['zip', hex('504b0304'), 'archive'],
  ['zstd', hex('28b52ffd'), 'archive'],
  ['a picture of a screen', hex('89504e470d0a1a0a'), 'document'],
  ['a photo of a screen', hex('ffd8ffe000104a46'), 'document'],
  ['PDF', text('%PDF-1.7\ngoroutine 1 [running]:\n'), 'document'],
  ['RTF, whose lines are none', text('{\\rtf1 goroutine 1 [running]:\\par\n'), 'document'],
  ['HTML', text('\n<!DOCTYPE html>\n<title>goroutine 1 [running]:</title>'), 'html'],
  ['the index of net/http/pprof', text('<html>\n<head>\n<title>/debug/pprof/</title>'), 'html'],
  ['JSON', text('{"error": "login"}'), 'json'],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x67, 0x00]), 'utf16'],
  ['nothing', new Uint8Array(), 'empty'],
  ['prose', text('Dear all, it hangs.\n'), 'text'],
  ['noise', hex('00ff00ff00ff'), 'unknown'],
]

for (const [name, bytes, kind] of INPUTS) test(`${name}: ${kind}`, () => assert.equal(identify(bytes), kind))

test('an input that is not accepted: what was expected, what was found, what to do', async () => {
  for (const [name, bytes, kind] of INPUTS) {
    if (kind === 'trace' || kind === 'dump' || kind === 'gzip') continue
    await assert.rejects(openCapture(bytes, LIMIT), (error: Error) => {
      assert.ok(error instanceof FormatError, name)
      assert.match(error.message, /expected a Go execution trace or a goroutine dump .*; found .*[.?]/)
      return true
    })
  }
  await assert.rejects(openCapture(profileOf('inuse_space'), LIMIT), /found a pprof profile of inuse_space/)
})

test('a dump opens plain, gzipped, and gzipped twice', async () => {
  for (const bytes of [DUMP, zip(DUMP), zip(zip(DUMP)), zip(profileOf('goroutine'))])
    assert.equal((await openCapture(bytes, LIMIT)).kind, 'dump')
  await assert.rejects(openCapture(zip(zip(zip(DUMP))), LIMIT), /gzipped more than 2 times/)
})

test('a cut gzip file: the capture says what is lost', async () => {
  const long = text(Array.from({ length: 999 }, (_, i) => `goroutine ${i + 1} [select]:\nmain.f()\n\n`).join(''))
  const zipped = zip(long)
  const capture = await openCapture(zipped.subarray(0, zipped.length >> 1), LIMIT)
  assert.ok(capture.kind === 'dump')
  assert.ok(capture.dump.total > 100 && capture.dump.total < 999)
  assert.match(capture.dump.problems[0].message, /gzip file is cut/)
})

test('UTF-16, as PowerShell writes it', async () => {
  const words = new Uint16Array(['\ufeff', ...DUMP_LINES.join('\r\n')].map(letter => letter.charCodeAt(0)))
  const capture = await openCapture(new Uint8Array(words.buffer), LIMIT)
  assert.ok(capture.kind === 'dump')
  assert.equal(capture.dump.total, 1)
})

test('a text with two dumps: the last one, and the one before it', async () => {
  const second = DUMP_LINES.join('\n').replace('go:1', 'go:2')
  const capture = await openCapture(text(`${DUMP_LINES.join('\n')}\n\n${second}\n`), LIMIT)
  assert.ok(capture.kind === 'dump')
  assert.equal(capture.more?.length, 1)
  assert.deepEqual(
    splitCapture('a.txt', capture).map(({ name }) => name),
    ['a.txt (dump 1 of 2)', 'a.txt (dump 2 of 2)'],
  )
})

test('a dump behind a log of JSON longer than what is sniffed', async () => {
  const lines = [...Array.from({ length: 9999 }, (_, i) => `request ${i}`), ...DUMP_LINES]
  const capture = await openCapture(text(lines.map(log => `${JSON.stringify({ log: `${log}\n` })}\n`).join('')), LIMIT)
  assert.ok(capture.kind === 'dump')
  assert.equal(capture.dump.total, 1)
})

test('a dump behind a log longer than what is sniffed', async () => {
  const capture = await openCapture(text(`${'listening\n'.repeat(20_000)}goroutine 1 [running]:\n`), LIMIT)
  assert.ok(capture.kind === 'dump')
  assert.equal(capture.dump.total, 1)
})

test('every capture is told by its bytes', { skip: !existsSync(CAPTURES) && 'no ../shared/captures' }, async () => {
  for (const version of readdirSync(CAPTURES).filter(name => name.startsWith('go')))
    for (const name of readdirSync(join(CAPTURES, version))) {
      const bytes = new Uint8Array(readFileSync(join(CAPTURES, version, name)))
      if (name.endsWith('.json')) assert.equal(identify(bytes), 'json', name)
      else assert.equal((await openCapture(bytes, LIMIT)).kind, name.endsWith('.trace') ? 'trace' : 'dump', name)
    }
})
