/** Whole, cut, damaged, repeated and hostile gzip files. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { FormatError, gunzip, isGzip } from '../src/index.ts'

const LIMIT = 100_000_000
const zip = (data: Uint8Array) => new Uint8Array(gzipSync(data))

/** Bytes that compress, but not to nothing. */
function prose(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0, seed = 7; i < length; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    bytes[i] = 97 + ((seed >> 16) % 20)
  }
  return bytes
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function assertStartsWith(whole: Uint8Array, part: Uint8Array): void {
  assert.equal(Buffer.compare(whole.subarray(0, part.length), part), 0)
}

test('a gzip file is told by its first bytes', () => {
  assert.ok(isGzip(zip(prose(10))))
  assert.ok(!isGzip(prose(10)))
  assert.ok(!isGzip(new Uint8Array([0x1f, 0x8b])))
})

test('a whole file, also an empty one', async () => {
  const data = prose(500_000)
  const { bytes, problem } = await gunzip(zip(data), LIMIT)
  assert.equal(Buffer.compare(bytes, data), 0)
  assert.equal(problem, undefined)
  assert.equal((await gunzip(zip(new Uint8Array()), LIMIT)).bytes.length, 0)
})

test('a cut file gives all the bytes that are in it', async () => {
  const data = prose(500_000)
  const zipped = zip(data)
  for (const size of [50, 1000, 70_000, zipped.length >> 1, zipped.length - 9, zipped.length - 1]) {
    const cut = zipped.subarray(0, size)
    const { bytes, problem } = await gunzip(cut, LIMIT)
    const expected = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH })
    assert.equal(Buffer.compare(bytes, expected), 0, `cut at ${size}`)
    assert.match(problem?.message ?? '', /cut or damaged/)
  }
})

test('a file cut in its header holds nothing', async () => {
  await assert.rejects(gunzip(zip(prose(9)).subarray(0, 5), LIMIT), FormatError)
})

test('several members are one file', async () => {
  const [a, b, c] = [prose(300_000), prose(7), prose(100_000)]
  const { bytes, problem } = await gunzip(joined(zip(a), zip(b), zip(new Uint8Array()), zip(c)), LIMIT)
  assert.equal(Buffer.compare(bytes, Buffer.concat([a, b, c])), 0)
  assert.equal(problem, undefined)
})

test('zeros behind a file are padding, other bytes are noted', async () => {
  const data = prose(300_000)
  assert.equal((await gunzip(joined(zip(data), new Uint8Array(1000)), LIMIT)).problem, undefined)
  const { bytes, problem } = await gunzip(joined(zip(data), prose(10)), LIMIT)
  assert.equal(Buffer.compare(bytes, data), 0)
  assert.match(problem?.lost ?? '', /the last 10 bytes/)
})

test('a damaged file gives what came before the damage', async () => {
  const data = prose(300_000)
  const wrongSum = zip(data)
  wrongSum[wrongSum.length - 8] ^= 1
  const summed = await gunzip(wrongSum, LIMIT)
  assert.equal(summed.bytes.length, data.length)
  assert.ok(summed.problem)
  const broken = zip(data)
  broken.fill(0xff, 100_000)
  const { bytes, problem } = await gunzip(broken, LIMIT)
  assert.ok(bytes.length > 100_000)
  assertStartsWith(data, bytes.subarray(0, 100_000))
  assert.ok(problem)
})

test('a file that blows up is stopped at the limit, with a word on how to raise it', async () => {
  const bomb = zip(new Uint8Array(50_000_000))
  await assert.rejects(gunzip(bomb, 1_000_000), /at most 1000000 bytes.*Raise the limit/)
  assert.equal((await gunzip(bomb, 50_000_000)).bytes.length, 50_000_000)
})
