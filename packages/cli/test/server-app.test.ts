/** Whom the page's server answers, and what: as a function; `server-socket.test.ts` asks it over a real socket. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { type Answer, createApp } from '../src/server/app.ts'
import {
  ask,
  FINDING,
  FRAME,
  type Headers,
  HOST,
  NOTHING_THERE,
  onDisk,
  options,
  PORT,
  page,
  QUESTION,
  STANDING,
  shown,
  textOf,
  timesOpen,
} from './server-fixture.ts'

test('the page and its parts, each with its type, its length and the headers that shut everybody else out', () => {
  for (const [name, { bytes }] of page) {
    const { status, headers, body } = ask(name)
    assert.deepEqual([status, body], [200, bytes], name)
    assert.equal(headers['content-type'], 'text/test')
    assert.equal(headers['content-length'], String(bytes.length))
  }
  assert.equal(ask('/?anything').status, 200)
  for (const target of ['/', '/captures.json', '/nothing', '/favicon.ico']) {
    const { headers } = ask(target)
    assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.doesNotMatch(headers['content-security-policy'], /unsafe|https?:|\*/)
    assert.match(headers['content-security-policy'], /connect-src 'self'.*frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.equal(headers['cache-control'], 'no-store')
  }
  assert.deepEqual([ask('/favicon.ico').status, ask('/favicon.ico').body], [204, undefined])
})

test('what runs WebAssembly has a policy of its own, with that alone in addition', () => {
  const [own, others] = ['/graph.js', '/worker.js'].map(path => ask(path).headers)
  const policy = 'content-security-policy'
  assert.match(own[policy], /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
  assert.equal(own[policy].replace(" 'wasm-unsafe-eval'", ''), others[policy])
  assert.deepEqual({ ...own, [policy]: '', 'content-length': '' }, { ...others, [policy]: '', 'content-length': '' })
})

test('the list of captures: names, sizes, addresses, and what is cut', () => {
  const captures = [shown('a', { bytes: Buffer.from('A') }), shown('b', { bytes: Buffer.from('B') }, 'no byte for 5 s')]
  const answer = ask('/captures.json', {}, 'GET', captures)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.deepEqual(JSON.parse(textOf(answer)), {
    schema: 'unhang.captures/1',
    files: [
      { name: 'a', size: 1, url: '/captures/0' },
      { name: 'b', size: 1, url: '/captures/1', cut: 'no byte for 5 s' },
    ],
    remarks: ['a.out is a program'],
  })
})

test('no other path is anything, however it is written', () => {
  const captures = [shown('a', { bytes: Buffer.from('A') })]
  for (const target of NOTHING_THERE) assert.equal(ask(target, {}, 'GET', captures).status, 404, JSON.stringify(target))
  assert.equal(ask('/captures/0', {}, 'GET', captures).status, 200)
})

test('another name of the host is another site', () => {
  for (const host of [HOST, `localhost:${PORT}`, `[::1]:${PORT}`, `LocalHost:${PORT}`])
    assert.equal(ask('/', { host }).status, 200, host)
  const foreign = ['evil.example', `evil.example:${PORT}`, 'localhost', '127.0.0.1', `127.0.0.1:${PORT + 1}`, '']
  foreign.push(`127.0.0.1.evil.example:${PORT}`, `localhost:${PORT}@evil.example`, `127.1:${PORT}`, `0.0.0.0:${PORT}`)
  for (const host of [...foreign, undefined]) {
    const answer = ask('/captures.json', { host })
    assert.equal(answer.status, 421, host)
    assert.match(textOf(answer), /forward the same port number/)
  }
  const at80 = createApp(options([], 80))
  assert.equal(at80({ method: 'GET', target: '/', headers: { host: 'localhost' } }).status, 200)
  assert.equal(at80({ method: 'GET', target: '/', headers: { host: 'evil.example' } }).status, 421)
})

test('another page is answered nothing', () => {
  const own = [
    { origin: `http://${HOST}` },
    { origin: `http://localhost:${PORT}` },
    { 'sec-fetch-site': 'same-origin' },
  ]
  for (const headers of [...own, { 'sec-fetch-site': 'none' }])
    assert.equal(ask('/captures.json', headers).status, 200, JSON.stringify(headers))
  const foreign: Headers[] = [
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://evil.example' },
    { origin: `https://${HOST}` },
    { origin: `http://${HOST}.evil.example` },
    { origin: `http://localhost:${PORT + 1}` },
    { origin: [`http://${HOST}`, 'http://evil.example'] },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ]
  for (const headers of foreign) assert.equal(ask('/captures.json', headers).status, 403, JSON.stringify(headers))
})

test('a link to the page may stand anywhere; a frame with it may not', () => {
  const click = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  assert.equal(ask('/', click).status, 200)
  assert.equal(ask('/page.js', click).status, 403)
  assert.equal(ask('/', { ...click, 'sec-fetch-dest': 'iframe' }).status, 403)
  assert.equal(ask('/', { ...click, origin: 'http://evil.example' }).status, 403)
})

test('nothing can be changed: GET and HEAD alone', () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'get', '']) {
    const { status, headers } = ask('/', {}, method)
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method)
  }
  assert.equal(ask('/nothing', {}, 'POST').status, 405)
})

test('HEAD says what GET would, without the bytes, and leaves no file open', () => {
  const content = onDisk('four')
  const captures = [shown('a', content), shown('b', { bytes: Buffer.from('B') })]
  for (const target of ['/', '/captures/0', '/captures/1', '/captures.json', '/nothing']) {
    const get = ask(target, {}, 'GET', captures)
    if (get.body && 'fd' in get.body) fs.closeSync(get.body.fd)
    const head = ask(target, {}, 'HEAD', captures)
    assert.deepEqual([head.status, head.headers, head.body], [get.status, get.headers, undefined], target)
  }
  assert.equal(timesOpen(content), 0)
})

test('source: the lines around a place, cut to what can be read; what is no place has none', () => {
  const answer = ask('/source?function=main.main&file=x%2Fa.go&line=40')
  const { lines } = JSON.parse(textOf(answer))
  assert.equal(lines[0].line, 40)
  assert.equal(lines[0].text.length, 1000)
  for (const query of [
    '',
    '?',
    '?file=x/a.go',
    '?file=x/a.go&line=0',
    '?file=x/a.go&line=-4',
    '?file=x/a.go&line=1e1',
    '?file=x/a.go&line=4.5',
    '?file=x/a.go&line=99999999999',
    '?file=x/b.go&line=4',
    '?line=4',
    '?file=%&line=%zz',
  ])
    assert.equal(textOf(ask(`/source${query}`)), '{"lines":[]}', query)
})

function question(value: unknown, headers: Headers = {}): Answer {
  const answer = ask('/source', { 'content-type': 'application/json', ...headers }, 'POST')
  return answer.toBody ? answer.toBody(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))) : answer
}

test('source: what it says to an answer comes back with the answer', () => {
  const answer = question(QUESTION)
  assert.equal(answer.status, 200)
  const { isHere, diagnosis } = JSON.parse(textOf(answer))
  assert.deepEqual([isHere, diagnosis.findings[0].evidence], [true, ['the source says so']])
  assert.equal(question({ ...QUESTION, processes: [] }).status, 200)
})

test('source: which files are others than those that were read, by the ends of their paths; a page that begins reads anew', () => {
  assert.equal(textOf(ask('/edited')), '{"files":["x/a.go"],"sinceMs":1000}')
  let renewed = 0
  const own = options()
  const app = createApp({ ...own, source: { ...own.source, renew: () => renewed++ } })
  const get = (target: string) => app({ method: 'GET', target, headers: { host: HOST } })
  for (const target of ['/', '/source?file=x/a.go&line=40', '/edited']) get(target)
  assert.equal(renewed, 0)
  get('/captures.json')
  assert.equal(renewed, 1)
})

test('source: a question is JSON of its form, from the page alone, or it is refused', () => {
  for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': undefined }])
    assert.equal(question(QUESTION, headers).status, 415)
  for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'same-site' }])
    assert.equal(question(QUESTION, headers).status, 403)
  assert.equal(ask('/source?x=1', { 'content-type': 'application/json' }, 'POST').status, 405)
  const { diagnosis } = QUESTION
  const withFinding = (change: object) => ({
    ...QUESTION,
    diagnosis: { ...diagnosis, findings: [{ ...FINDING, ...change }] },
  })
  const odd = [
    '',
    'null',
    '[]',
    '{"diagnosis":',
    {},
    { diagnosis },
    { ...QUESTION, diagnosis: { ...diagnosis, schema: 'unhang.diagnosis/0' } },
    { ...QUESTION, diagnosis: { ...diagnosis, findings: {} } },
    { ...QUESTION, processes: [{ goroutines: [{ ...STANDING, frames: [{ ...FRAME, line: '40' }] }], isWhole: true }] },
    { ...QUESTION, processes: [{ goroutines: [null], isWhole: true }] },
    withFinding({ site: undefined }),
    withFinding({ waiters: { count: 1, goroutines: ['7'], longestNs: 1 } }),
    withFinding({ holder: { state: 'waiting', goroutine: '7' } }),
    withFinding({ evidence: [1] }),
  ]
  for (const value of odd) assert.equal(question(value).status, 400, JSON.stringify(value))
})

test('a file that is gone, or is none any more, says so; another in its place is handed out', () => {
  const content = onDisk('first')
  const get = () => ask('/captures/0', {}, 'GET', [shown('my.trace', content)])
  fs.writeFileSync(content.path, 'another')
  const { headers, body } = get()
  assert.equal(headers['content-length'], '7')
  assert.ok(body && 'fd' in body)
  fs.closeSync(body.fd)
  fs.rmSync(content.path)
  assert.equal(get().status, 404)
  assert.match(textOf(get()), /^my\.trace: it is no longer there\./)
  fs.mkdirSync(content.path)
  assert.match(textOf(get()), /no longer a file/)
  fs.rmdirSync(content.path)
  fs.symlinkSync(onDisk('secret').path, content.path)
  assert.equal(get().status, 404)
})
