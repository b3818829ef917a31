/** Whom the page's server answers, and what: as a function, and over a real socket with what browsers never send. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { DIAGNOSIS_SCHEMA, type Diagnosis, type Finding, type Standings } from '@unhang/core'
import { Complaint } from '../src/complaint.ts'
import type { Shown } from '../src/inputs/shown.ts'
import { type Answer, createApp, type Request } from '../src/server/app.ts'
import { ASKED_LIMIT } from '../src/server/asked.ts'
import { type Listening, listen } from '../src/server/listen.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-server-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

const PORT = 4321
const HOST = `127.0.0.1:${PORT}`
const page = new Map(
  ['/', '/page.js', '/page.css', '/worker.js'].map(name => [
    name,
    { type: 'text/test', bytes: Buffer.from(`the page's ${name}`) },
  ]),
)

let files = 0
function onDisk(content: string | Uint8Array): { readonly path: string } {
  const file = path.join(home, `capture-${files++}`)
  fs.writeFileSync(file, content)
  return { path: file }
}

const shown = (name: string, content: Shown['content'], cut?: string): Shown => ({ name, size: 1, cut, content })

function options(captures: readonly Shown[] = [], port = PORT) {
  const source = ({ file, line }: { file: string; line: number }) =>
    file === 'x/a.go' && line < 100 ? [{ line, text: `line ${line}${'x'.repeat(5000)}` }] : undefined
  return { port, page, captures, remarks: ['a.out is a program'], source, tell }
}

/** Says that there is source, and adds a word to each finding's evidence. */
const tell = (diagnosis: Diagnosis, processes: readonly Standings[]) => ({
  isHere: processes.length > 0,
  diagnosis: {
    ...diagnosis,
    findings: diagnosis.findings.map(one => ({ ...one, evidence: [...one.evidence, 'the source says so'] })),
  },
})

type Headers = Request['headers']

function ask(target: string, headers: Headers = {}, method = 'GET', captures: readonly Shown[] = []): Answer {
  return createApp(options(captures))({ method, target, headers: { host: HOST, ...headers } })
}

function textOf({ body }: Answer): string {
  assert.ok(body instanceof Uint8Array)
  return Buffer.from(body).toString()
}

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

const NOTHING_THERE = [
  '/index.html',
  '/page.js/',
  '//page.js',
  '/PAGE.JS',
  '/./page.js',
  '/../page.js',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%252e%252e%252fetc/passwd',
  '/..\\..\\etc\\passwd',
  '/page.js%00.html',
  '/page.js\0',
  '/%70age.js',
  '/%',
  '/%zz',
  '/.git/config',
  '/captures',
  '/captures/',
  '/captures/1',
  '/captures/-1',
  '/captures/00',
  '/captures/0/',
  '/captures/0/../1',
  '/captures/%30',
  '/captures/0x0',
  '/captures/1e3',
  '/captures/9999999999999999999',
  '/constructor',
  '/__proto__',
  'page.js',
  '',
  '*',
  `http://${HOST}/page.js`,
]

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

const FINDING: Finding = {
  kind: 'chan send',
  cause: 'no-receiver',
  certainty: 'likely',
  site: { function: 'main.main', file: 'x/a.go', line: 40 },
  waiters: { count: 1, goroutines: [7], longestNs: 1, sinceStart: true },
  holder: { state: 'unknown' },
  evidence: [],
  advice: '',
}
const FRAME = { function: 'main.main', file: 'x/a.go', line: 40, args: '' }
const STANDING = { id: 7, reason: 'chan send', frames: [FRAME], waitedNs: 1, isSteady: true }
const QUESTION = {
  diagnosis: { schema: DIAGNOSIS_SCHEMA, verdict: 'hang', inputs: [], findings: [FINDING], looked: { goroutines: 1 } },
  processes: [{ goroutines: [STANDING], isWhole: true }],
}

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

/** How often this process has the file open; where there is no /proc to look into, never. */
function timesOpen({ path }: { readonly path: string }): number {
  if (!fs.existsSync('/proc/self/fd')) return 0
  return fs.readdirSync('/proc/self/fd').filter(fd => linkOf(`/proc/self/fd/${fd}`) === path).length
}

function linkOf(file: string): string {
  try {
    return fs.readlinkSync(file)
  } catch {
    return '' // closed since
  }
}

async function withServer(captures: readonly Shown[], work: (listening: Listening) => Promise<void>): Promise<void> {
  const listening = await listen(port => createApp(options(captures, port)), 0)
  try {
    await work(listening)
  } finally {
    await listening.close()
  }
}

/** What comes back for these bytes, until the server closes. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request, 'latin1'))
    let answer = ''
    socket.on('data', piece => {
      answer += piece.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

test('over a socket: the same answers to what no browser sends', () =>
  withServer([shown('a', { bytes: Buffer.from('A') })], async ({ port }) => {
    const send = (line: string, ...headers: string[]) =>
      raw(port, [line, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headers, '', ''].join('\r\n'))
    assert.match(
      await send('GET / HTTP/1.1'),
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-security-policy[\s\S]*the page's \/$/,
    )
    assert.equal(statusOf(await send('GET /captures/0?x=1 HTTP/1.1')), 200)
    for (const target of NOTHING_THERE.filter(target => /^[!-~]+$/.test(target)))
      if (target !== `http://${HOST}/page.js`) {
        const answer = await send(`GET ${target} HTTP/1.1`)
        // "page.js" and "" are no targets for Node.js either.
        assert.ok([404, 400].includes(statusOf(answer)), `${target}: ${answer.slice(0, 100)}`)
        assert.doesNotMatch(answer, /root:|the page's/)
      }
    assert.equal(statusOf(await send('GET /page.js\0 HTTP/1.1')), 400)
    assert.equal(statusOf(await send('POST / HTTP/1.1', 'Content-Length: 4', '', 'body')), 405)
    assert.equal(statusOf(await send('GET / HTTP/1.1', 'Origin: http://evil.example')), 403)
    const foreign = ['GET / HTTP/1.1', 'Host: evil.example', 'Connection: close', '', ''].join('\r\n')
    assert.equal(statusOf(await raw(port, foreign)), 421)
    assert.equal(statusOf(await raw(port, 'GET / HTTP/1.0\r\n\r\n')), 421)
    assert.equal(statusOf(await raw(port, 'nonsense\r\n\r\n')), 400)
    const asked = JSON.stringify(QUESTION)
    const posted = (body: string) =>
      send('POST /source HTTP/1.1', 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body)
    assert.match(await posted(asked), /^HTTP\/1\.1 200 OK\r\n[\s\S]*the source says so/)
    assert.equal(statusOf(await posted(asked.slice(1))), 400)
    assert.equal(statusOf(await posted('{'.repeat(ASKED_LIMIT + 1))), 413)
    const huge = `GET /source?file=${'x'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
    assert.equal(statusOf(await raw(port, huge)), 431)
    assert.equal(statusOf(await send('GET / HTTP/1.1')), 200)
  }))

test('bytes come as they lie there, from the disk and from memory, and an empty file is empty', () => {
  const bytes = Buffer.alloc(5_000_001, 'unhang')
  const captures = [shown('disk', onDisk(bytes)), shown('memory', { bytes }), shown('empty', onDisk(''))]
  return withServer(captures, async ({ url }) => {
    const lengths = await Promise.all(
      [0, 1, 2].map(async i => {
        const response = await fetch(`${url}captures/${i}`)
        const body = Buffer.from(await response.arrayBuffer())
        assert.equal(response.headers.get('content-length'), String(body.length))
        assert.ok(i === 2 || body.equals(bytes))
        return body.length
      }),
    )
    assert.deepEqual(lengths, [bytes.length, bytes.length, 0])
  })
})

test('who goes away in the middle leaves no file open', () => {
  const content = onDisk(Buffer.alloc(50_000_000))
  return withServer([shown('large', content)], async ({ url }) => {
    const controller = new AbortController()
    const response = await fetch(`${url}captures/0`, { signal: controller.signal })
    await response.body?.getReader().read()
    assert.equal(timesOpen(content), fs.existsSync('/proc/self/fd') ? 1 : 0)
    controller.abort()
    while (timesOpen(content) > 0) await delay(10)
  })
})

test('a reader that is slow does not fill the memory', () =>
  withServer([shown('large', onDisk(Buffer.alloc(100_000_000)))], async ({ port }) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.write(`GET /captures/0 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await new Promise(resolve => socket.once('readable', resolve))
    const before = process.memoryUsage().arrayBuffers
    await delay(300)
    assert.ok(process.memoryUsage().arrayBuffers - before < 30e6)
    socket.destroy()
  }))

test('a file that shrinks while it is sent breaks the answer off instead of leaving it open', () => {
  const content = onDisk(Buffer.alloc(50_000_000))
  return withServer([shown('shrinking', content)], async ({ url }) => {
    const response = await fetch(`${url}captures/0`)
    fs.truncateSync(content.path, 1000)
    await assert.rejects(response.arrayBuffer())
  })
})

test('a fault while answering is told, and the next request is answered', async () => {
  const listening = await listen(
    () =>
      ({ target }) => {
        if (target === '/fault') throw new Error('at fault')
        return { status: 200, headers: {}, body: Buffer.from('well') }
      },
    0,
  )
  const fault = await fetch(`${listening.url}fault`)
  assert.deepEqual([fault.status, (await fault.text()).includes('at fault')], [500, true])
  assert.equal(await (await fetch(listening.url)).text(), 'well')
  await listening.close()
})

test('a port that is taken: an error where it was asked for, else another one', async () => {
  const app = (port: number) => createApp(options([], port))
  const first = await listen(app, 0)
  await assert.rejects(listen(app, first.port), (error: unknown) => {
    assert.ok(error instanceof Complaint)
    assert.match(error.found, /another program/)
    return true
  })
  await first.close()
  const usual = await listen(app, undefined)
  const second = await listen(app, undefined)
  assert.notEqual(usual.port, second.port)
  await Promise.all([usual.close(), second.close()])
})
