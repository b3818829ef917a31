/**
 * Dumps as logs, mails, chats and other tools leave them: for every odd form a text in testdata/dumps/odd, and beside it
 * what must come out. A new form is two files. Each of them is read once more with all that may be around it besides.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { dumpsOf, identify, openCapture } from '../src/index.ts'
import { shown } from './shown-dump.ts'

const FOLDER = fileURLToPath(new URL('../../../testdata/dumps/odd', import.meta.url))
const LIMIT = 10_000_000
const NAMES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.txt'))
  .map(name => name.slice(0, -4))

const bytesOf = (text: string) => new TextEncoder().encode(text)
const fixture = (name: string) => new Uint8Array(readFileSync(join(FOLDER, `${name}.txt`)))
const textOf = (name: string) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(fixture(name))

for (const name of NAMES)
  test(`odd form ${name}`, async () => {
    const bytes = fixture(name)
    const expected = readFileSync(join(FOLDER, `${name}.json`), 'utf8')
    assert.deepEqual(JSON.parse(shown(bytes)), JSON.parse(expected))
    assert.equal(identify(bytes), 'dump')
    const capture = await openCapture(new Uint8Array(gzipSync(bytes)), LIMIT)
    assert.equal(dumpsOf(capture).length, JSON.parse(expected).length)
  })

test('there is one for each form of the list', () => {
  for (let form = 1; form <= 33; form++)
    assert.ok(
      NAMES.some(name => name.startsWith(`${form}`.padStart(2, '0'))),
      `form ${form}`,
    )
})

/** What may be around a text, whatever its form. */
const AROUND: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'Windows line ends': text => bytesOf(text.replaceAll(/\r?\n/g, '\r\n')),
  'a byte order mark': text => bytesOf(`\ufeff${text.replace('\ufeff', '')}`),
  'a log before and after': text => bytesOf(`2026/01/02 03:04:05 listening\n\n${text}\nexit status 2\n`),
  'a prefix of journald': text =>
    bytesOf(text.replace('\ufeff', '').replaceAll(/(?<=^|\n)(?!\r?\n|$)/g, 'Mar 03 04:05:06 web-1 shopd[812]: ')),
  'a time that changes': text => {
    let line = 0
    return bytesOf(
      text
        .replace('\ufeff', '')
        .replaceAll(/(?<=^|\n)(?!\r?\n|$)/g, () => `2026-01-02T03:04:05.${1234567 + line++ * 31}Z `),
    )
  },
  'the name of a container': text => bytesOf(text.replace('\ufeff', '').replaceAll(/(?<=^|\n)/g, 'shop-api-1  | ')),
  'JSON of Docker': text =>
    bytesOf(
      text
        .replace('\ufeff', '')
        .trimEnd()
        .split('\n')
        .map(line => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-01-02T03:04:05Z' }))
        .join('\n'),
    ),
  'one line of JSON': text => bytesOf(JSON.stringify({ level: 'error', msg: text, time: 'now' })),
}

/** A frame cut off from its call is one at a text's begin alone; and that much JSON in JSON nobody writes. */
const APART: Readonly<Record<string, string>> = {
  'a log before and after': '15-cut',
  'one line of JSON': '44-docker-json',
}

/** No log has a page in it, what another journal printed of its entries, or what a person had made of a dump. */
const IN_NO_LOG = new Set(['62-html', '63-journal-export', '64-journal-verbose', '65-panicparse'])
const NO_LOGS = new Set(['Windows line ends', 'a byte order mark', 'a log before and after'])

/** Without where and how it is cut: what is around a text may end it. */
function rowsOf(json: string): unknown {
  return JSON.parse(json).map(({ goroutines, total, form }: Record<string, unknown>) => ({ form, total, goroutines }))
}

for (const [around, change] of Object.entries(AROUND))
  test(`every form with ${around} besides`, () => {
    for (const name of NAMES) {
      if (APART[around] === name || (IN_NO_LOG.has(name) && !NO_LOGS.has(around))) continue
      const bytes = change(textOf(name))
      assert.deepEqual(rowsOf(shown(bytes)), rowsOf(readFileSync(join(FOLDER, `${name}.json`), 'utf8')), name)
      assert.equal(identify(bytes), 'dump', name)
    }
  })

test('lines of two processes come apart though their names differ in a digit, and their times in length', () => {
  const dump = (first: number) =>
    [first, first + 1, first + 2]
      .map(id => `goroutine ${id} [select]:\nmain.f(0x${id})\n\t/src/shop/f.go:${id} +0x1d\n`)
      .join('\n')
      .split('\n')
  const [one, two] = [dump(10), dump(20)]
  let time = 0
  const prefixed = (pod: string, line: string) =>
    `2026-01-02T03:04:05.${`${100 + time++ * 7}`.replace(/0+$/, '')}Z ${pod} ${line}`
  const mixed = one.flatMap((line, i) => [prefixed('shop-1', line), prefixed('shop-2', two[i])])
  const log = ['shop-1', 'shop-2'].map(pod => prefixed(pod, 'listening')).concat(mixed)
  const read = JSON.parse(shown(bytesOf(log.join('\n')))) as { goroutines: { id: number; frames: number }[] }[]
  assert.deepEqual(
    read.map(({ goroutines }) => goroutines.map(({ id, frames }) => [id, frames])),
    [[10, 11, 12].map(id => [id, 1]), [20, 21, 22].map(id => [id, 1])],
  )
})
