/** Whole gzip files are unpacked; whatever else begins so is left to core, which says what is to be had of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { unzipped } from '../src/inputs/unzip.ts'

const LIMIT = 2 ** 20
const TEXT = Buffer.from('goroutine 1 [select]:\nmain.f(0x1)\n\t/a.go:1 +0x1\n\n'.repeat(9000))
const ZIPPED = new Uint8Array(gzipSync(TEXT))

test('a whole file: its text', async () => {
  assert.deepEqual(Buffer.from((await unzipped(ZIPPED, LIMIT)) ?? []), TEXT)
})

const noise = ZIPPED.slice()
noise.fill(7, 40, 60)
const OTHERS: Readonly<Record<string, Uint8Array>> = {
  'a cut one': ZIPPED.subarray(0, -9),
  'a damaged one': noise,
  'two in one': Buffer.concat([ZIPPED, ZIPPED]),
  'one with something behind it': Buffer.concat([ZIPPED, Buffer.from('and more')]),
  'a trailer that promises too much': Buffer.concat([ZIPPED.subarray(0, -4), Buffer.alloc(4, 0x7f)]),
  'the begin of one': ZIPPED.subarray(0, 12),
}

for (const [name, bytes] of Object.entries(OTHERS))
  test(`${name} is left to core`, async () => assert.equal(await unzipped(bytes, LIMIT), undefined))

test('more than the limit is left to core', async () => assert.equal(await unzipped(ZIPPED, 1000), undefined))
