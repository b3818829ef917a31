/** What a capture leaves out so that a server with very many goroutines is not held up. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { type Captured, capture } from '../src/capture/bundle.ts'
import type { CaptureOptions } from '../src/capture/options.ts'
import { readTarget } from '../src/capture/target.ts'
import type { Progress } from '../src/print/progress.ts'
import { type Answer, DEBUG1, DEBUG2, INDEX, PROTO, send, withServer } from './server.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-spares-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))
let folders = 0

const notes: string[] = []
const NOTING: Progress = {
  begin: () => ({ bytes: () => {}, failed: () => {}, end: () => {} }),
  note: text => notes.push(text),
  finish: () => {},
}

function take(url: string, options: Partial<CaptureOptions> = {}): Promise<Captured> {
  const folder = path.join(home, String(folders++))
  const all = { seconds: 0.1, timeoutSeconds: 5, maxBytes: 1e6, headers: [], fullDump: true, folder, ...options }
  return capture(readTarget(url), all, '9.9.9', NOTING, new AbortController().signal)
}

const names = ({ manifest }: Captured) => manifest.files.map(({ name }) => name)

const WHOLE = [
  'index.txt',
  'goroutines-before.debug1.txt',
  'goroutines-before.debug2.txt',
  'server.trace',
  'goroutines.debug1.txt',
  'goroutines.pb.gz',
  'goroutines.debug2.txt',
  'cmdline.txt',
]

const MANY = DEBUG1.replace('total 1', 'total 1000000')

test('of a million goroutines no full dump is taken before the trace, and the one after it comes last', () =>
  withServer({ 'goroutine?debug=1': send('text/plain', MANY) }, async ({ host }) => {
    notes.length = 0
    const captured = await take(host)
    assert.deepEqual(
      names(captured),
      WHOLE.filter(name => name !== 'goroutines-before.debug2.txt'),
    )
    assert.equal(names(captured).at(-2), 'goroutines.debug2.txt')
    const why = '1,000,000 goroutines: a full dump (debug=2) stops the server for some seconds'
    assert.deepEqual(captured.manifest.skipped, [{ what: 'dump', form: 'debug2', when: 'before', why }])
    assert.deepEqual(notes, [
      '1,000,000 goroutines: no full dump before the trace',
      'the full dump may stop the server for some seconds; without it: --no-full-dump',
    ])
    assert.deepEqual([captured.complaints, captured.manifest.refused], [[], []])
  }))

test('goroutines that came while it was traced count as well', () => {
  let asked = 0
  const growing: Answer = (request, response) => send('text/plain', asked++ === 0 ? DEBUG1 : MANY)(request, response)
  notes.length = 0
  return withServer({ 'goroutine?debug=1': growing }, async ({ host }) => {
    assert.deepEqual(names(await take(host)), WHOLE)
    assert.deepEqual(notes, ['the full dump may stop the server for some seconds; without it: --no-full-dump'])
  })
})

test('--no-full-dump leaves every debug=2 out', () =>
  withServer({}, async ({ host, requests }) => {
    const captured = await take(host, { fullDump: false })
    assert.deepEqual(
      names(captured),
      WHOLE.filter(name => !name.includes('debug2')),
    )
    assert.equal(
      requests.some(line => line.includes('debug=2')),
      false,
    )
    assert.deepEqual(
      captured.manifest.skipped.map(({ when, why }) => [when, why]),
      [
        ['before', 'left out with --no-full-dump'],
        ['after', 'left out with --no-full-dump'],
      ],
    )
    assert.equal(captured.manifest.asked.fullDump, false)
  }))

test('where the census is refused, the full dump is taken', () =>
  withServer({ 'goroutine?debug=1': send('text/plain', 'no', 403) }, async ({ host }) =>
    assert.deepEqual(
      names(await take(host)),
      WHOLE.filter(name => !name.includes('debug1')),
    ),
  ))

test('the full dump of so many may be silent for longer than other answers', () => {
  const slow: Answer = (request, response) => void setTimeout(() => send('text/plain', DEBUG2)(request, response), 400)
  const answers = { 'goroutine?debug=1': send('text/plain', MANY), 'goroutine?debug=2': slow }
  return withServer(answers, async ({ host }) => {
    const captured = await take(host, { timeoutSeconds: 0.2 })
    assert.deepEqual(captured.complaints, [])
    assert.ok(names(captured).includes('goroutines.debug2.txt'))
  })
})

test('the leak profile is asked for where the index page offers it, before the full dump that it marks', () => {
  const index = INDEX.replace('</body>', "<a href='goroutineleak?debug=1'>goroutineleak</a></body>")
  const answers = { '': send('text/html', index), goroutineleak: send('application/octet-stream', PROTO) }
  return withServer(answers, async ({ host, requests }) => {
    const captured = await take(host)
    const leaks = WHOLE.indexOf('goroutines.debug2.txt')
    assert.deepEqual(names(captured), WHOLE.toSpliced(leaks, 0, 'goroutineleak.pb.gz'))
    assert.deepEqual([captured.complaints, captured.manifest.refused], [[], []])
    assert.ok(requests.some(request => request.endsWith('/debug/pprof/goroutineleak?debug=0')))
  })
})

test('elsewhere nobody asks for it', () =>
  withServer({}, async ({ host, requests }) => {
    assert.deepEqual(names(await take(host)), WHOLE)
    assert.ok(!requests.some(request => request.includes('goroutineleak')))
  }))
