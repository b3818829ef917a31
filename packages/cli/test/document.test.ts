/** `-o FILE`: whole or as it was before. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { writeDocument } from '../src/commands/document.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-document-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

const SILENT = { data: () => {}, bytes: () => {} }

async function* cutShort() {
  yield 'the half of it'
  throw new RangeError('no more')
}

test('text and bytes, piece by piece, into a file with any name that fits', async () => {
  const file = path.join(folder, '€'.repeat(80))
  assert.equal(await writeDocument(['ä', Uint8Array.of(10), ''], file, SILENT), 3)
  assert.equal(fs.readFileSync(file, 'utf8'), 'ä\n')
  assert.deepEqual(fs.readdirSync(folder), [path.basename(file)])
  fs.rmSync(file)
})

test('where a piece cannot be made, nothing is there, or what was there before', async () => {
  const file = path.join(folder, 'cut')
  await assert.rejects(writeDocument(cutShort(), file, SILENT), RangeError)
  assert.deepEqual(fs.readdirSync(folder), [])
  fs.writeFileSync(file, 'before')
  await assert.rejects(writeDocument(cutShort(), file, SILENT), RangeError)
  assert.equal(fs.readFileSync(file, 'utf8'), 'before')
  assert.deepEqual(fs.readdirSync(folder), ['cut'])
})

test('standard output takes text as text and bytes as bytes', async () => {
  const heard: unknown[] = []
  const output = { data: (text: string) => void heard.push(text), bytes: (bytes: Uint8Array) => void heard.push(bytes) }
  assert.equal(await writeDocument(['ä', Uint8Array.of(1)], '-', output), 3)
  assert.deepEqual(heard, ['ä', Uint8Array.of(1)])
})
