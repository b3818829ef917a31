/** Capturing against real local servers: one that behaves, and each way in which one does not. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import zlib from 'node:zlib'
import { type Captured, capture } from '../src/capture/bundle.ts'
import type { CaptureOptions } from '../src/capture/options.ts'
import { readTarget } from '../src/capture/target.ts'
import { Complaint } from '../src/complaint.ts'
import type { Progress } from '../src/print/progress.ts'
import { type Answer, DEBUG2, INDEX, type Play, send, TRACE, withServer } from './server.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-capture-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))
let folders = 0

const SILENT: Progress = {
  begin: () => ({ bytes: () => {}, failed: () => {}, end: () => {} }),
  note: () => {},
  finish: () => {},
}

function take(url: string, options: Partial<CaptureOptions> = {}, signal = new AbortController().signal) {
  const folder = path.join(home, String(folders++))
  const all = { seconds: 0.1, timeoutSeconds: 5, maxBytes: 1e6, headers: [], fullDump: true, folder, ...options }
  return capture(readTarget(url), all, '9.9.9', SILENT, signal)
}

const names = ({ manifest }: Captured) => manifest.files.map(({ name }) => name)
const read = ({ folder }: Captured, name: string) => fs.readFileSync(path.join(folder, name))

async function complaintOf(work: Promise<unknown>): Promise<Complaint> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof Complaint, String(error))
    return error
  }
  return assert.fail('expected a complaint')
}

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

test('takes a census, dump, trace, dump in all forms, command line and index, and says so in the manifest', () =>
  withServer({}, async ({ host, port, requests }) => {
    const captured = await take(host, { headers: [['X-Key', 'secret']] })
    assert.deepEqual(names(captured), WHOLE)
    assert.deepEqual(captured.complaints, [])
    assert.deepEqual(
      requests.map(line => line.replace('GET /debug/pprof/', '')),
      ['', 'goroutine?debug=1', 'goroutine?debug=2', 'trace?seconds=0.1', 'goroutine?debug=1', 'goroutine?debug=0', 'goroutine?debug=2', 'cmdline'], // biome-ignore format: one line
    )
    const text = read(captured, 'manifest.json').toString()
    assert.doesNotMatch(text, /secret/)
    const manifest = JSON.parse(text)
    assert.equal(manifest.schema, 'unhang.capture/1')
    assert.equal(manifest.unhang, '9.9.9')
    assert.equal(manifest.target, `http://127.0.0.1:${port}/debug/pprof/`)
    assert.deepEqual(manifest.asked, {
      seconds: 0.1,
      timeoutSeconds: 5,
      maxBytes: 1e6,
      headers: ['X-Key'],
      fullDump: true,
    })
    assert.equal(manifest.interrupted, false)
    assert.deepEqual(manifest.refused, [])
    assert.deepEqual(manifest.skipped, [])
    const first = manifest.files[2]
    assert.equal(new Date(first.startedAt).toISOString(), first.startedAt)
    assert.deepEqual(
      { ...first, startedAt: '', endedAt: '' },
      {
        what: 'dump',
        form: 'debug2',
        when: 'before',
        url: `http://127.0.0.1:${port}/debug/pprof/goroutine?debug=2`,
        startedAt: '',
        endedAt: '',
        status: 200,
        contentType: 'text/plain; charset=utf-8',
        name: 'goroutines-before.debug2.txt',
        bytes: DEBUG2.length,
        complete: true,
      },
    )
    assert.deepEqual(read(captured, 'server.trace'), TRACE)
  }))

for (const [typed, prefix] of [
  ['', '/debug/pprof/'],
  ['/', '/debug/pprof/'],
  ['/debug/pprof', '/debug/pprof/'],
  ['/debug/pprof/goroutine?debug=2', '/debug/pprof/'],
  ['/admin', '/admin/debug/pprof/'],
  ['/admin/debug/pprof/', '/admin/debug/pprof/'],
  ['/internal/prof', '/internal/prof/'],
] as const)
  test(`finds ${prefix} from ${typed || 'HOST:PORT'}`, () =>
    withServer({}, async ({ url }) => assert.deepEqual(names(await take(url + typed)), WHOLE), prefix))

test('sends headers, the login of the URL and its query along, and writes none of them down', () =>
  withServer({}, async ({ port, requests, headers }) => {
    const captured = await take(`http://me:s3cret@127.0.0.1:${port}/?token=t0ken`, { headers: [['X-Key', 'k3y']] })
    assert.ok(requests.every(line => line.includes('token=t0ken')))
    for (const one of headers) {
      assert.equal(one['x-key'], 'k3y')
      assert.equal(one.authorization, `Basic ${Buffer.from('me:s3cret').toString('base64')}`)
    }
    assert.doesNotMatch(read(captured, 'manifest.json').toString(), /s3cret|t0ken|k3y|czNjcmV0/)
  }))

test('without an index page, the server is found by its dump', () =>
  withServer({ '': send('text/plain', 'not here', 404) }, async ({ host }) => {
    const captured = await take(host)
    assert.deepEqual(names(captured), WHOLE.slice(1))
    assert.equal(captured.manifest.refused[0].what, 'index')
    assert.equal(captured.manifest.refused[0].status, 404)
  }))

test('never overwrites: a folder with a capture in it is refused before anything is asked', () =>
  withServer({}, async ({ host, requests }) => {
    const { folder } = await take(host)
    const asked = requests.length
    const { found } = await complaintOf(take(host, { folder }))
    assert.match(found, /manifest\.json, which would be overwritten/)
    assert.equal(requests.length, asked)
  }))

const endless: Answer = (_, response) => {
  response.writeHead(200).write(TRACE)
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(4096))) {}
  }
  response.on('drain', more)
  more()
}

/** What keeps everything from coming: the answers, and what the complaint must say. */
const REFUSALS: readonly (readonly [name: string, answer: Answer, found: RegExp, remedy: RegExp])[] = [
  ['404', send('text/plain', '404 page not found\n', 404), /^404 from 127[^ ]*\/debug\/pprof\/: 404 page not found$/, /import _ "net\/http\/pprof"/], // biome-ignore format: a table
  ['a login', send('text/html', '<html>Log in</html>', 401), /^401 from [^<]*$/, /--header 'Authorization/],
  ['a web page', send('text/html', '<!doctype html><html>Shop</html>'), /with a web page \(text\/html\) instead of/, /--header|port/], // biome-ignore format: a table
  ['JSON', send('application/json', '{"a":1}'), /something else \(application\/json\)/, /debug\/pprof/],
  ['an error', send('text/plain', 'boom\u001b[2J\nmore', 500), /500 from .*boom/, /log/],
  [
    'what Go gives to http on an https port',
    send('text/plain', 'Client sent an HTTP request to an HTTPS server.\n', 400),
    /^400 from/,
    /use https:\/\/127/,
  ],
  ['a redirect elsewhere', (_, r) => void r.writeHead(302, { location: 'http://elsewhere.test/' }).end(), /^302 from/, /http:\/\/elsewhere\.test\//], // biome-ignore format: a table
  ['bytes without end', endless, /^more than 1 MB from .* no end of it: cut there$/, /--max-size/],
  ['no answer', () => {}, /no byte from 127.* for 0\.3 s/, /--timeout/],
  ['a closed door', q => q.socket.destroy(), /closed the connection without an answer/, /gRPC/],
]

for (const [name, answer, found, remedy] of REFUSALS)
  test(`a server that gives ${name} for everything`, () =>
    withServer({ '*': answer }, async ({ host }) => {
      const folder = path.join(home, `refused-${folders++}`)
      const complaint = await complaintOf(take(host, { folder, timeoutSeconds: 0.3 }))
      assert.match(complaint.expected, /^net\/http\/pprof at http:\/\/127\.0\.0\.1:\d+\/debug\/pprof\/$/)
      assert.match(complaint.found, found)
      assert.match(complaint.remedy, remedy)
      assert.equal(fs.existsSync(folder), false, 'no empty folder is left behind')
    }))

test('a port where nobody listens', async () => {
  let free = 0
  await withServer({}, async ({ port }) => {
    free = port
  })
  const { found, remedy } = await complaintOf(take(`127.0.0.1:${free}`))
  assert.equal(found, `connection refused on 127.0.0.1:${free}`)
  assert.equal(remedy, 'Is net/http/pprof served there? Add: import _ "net/http/pprof"')
})

test('a name that does not exist', async () => {
  // RFC 6761: .invalid never resolves.
  const { found } = await complaintOf(take('nowhere.invalid:6060'))
  assert.match(found, /^no such host: nowhere\.invalid \(E/)
})

test('a port that speaks another protocol', async () => {
  const server = net.createServer(socket => void socket.end('SSH-2.0-OpenSSH_9.2\r\n').on('error', () => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const plain = await complaintOf(take(`127.0.0.1:${port}`))
  assert.match(plain.found, /answers, but not in HTTP/)
  const tls = await complaintOf(take(`https://127.0.0.1:${port}`))
  assert.match(tls.found, /no TLS connection|closed the connection/)
  server.close()
})

test('https asked of a plain http server', () =>
  withServer({}, async ({ port }) => {
    const { found, remedy } = await complaintOf(take(`https://127.0.0.1:${port}`))
    assert.match(found, /no TLS connection/)
    assert.match(remedy, /http:\/\/127/)
  }))

/** One endpoint goes wrong, the others do not. */
async function withOne(key: string, answer: Answer, options: Partial<CaptureOptions> = {}): Promise<Captured> {
  let captured: Captured | undefined
  await withServer({ [key]: answer }, async ({ host }) => {
    captured = await take(host, options)
  })
  return captured!
}

test('a trace that somebody else is taking: said so, dumps are taken all the same', async () => {
  const busy = send('text/plain', 'Could not enable tracing: execution tracer already enabled\n', 500)
  const captured = await withOne('trace', busy)
  assert.deepEqual(
    names(captured),
    WHOLE.filter(name => name !== 'server.trace'),
  )
  assert.equal(captured.complaints.length, 1)
  assert.equal(captured.complaints[0].expected, 'an execution trace')
  assert.match(captured.complaints[0].found, /500 from .*: Could not enable tracing: execution tracer already enabled$/)
  assert.match(captured.complaints[0].remedy, /somebody else is tracing/)
  const [refused] = captured.manifest.refused
  assert.deepEqual([refused.what, refused.status], ['trace', 500])
  assert.match(refused.why, /already enabled/)
})

test('a trace without end is cut at the limit and kept', async () => {
  const captured = await withOne('trace', endless, { maxBytes: 50_000 })
  assert.equal(read(captured, 'server.trace').length, 50_000)
  const file = captured.manifest.files.find(({ what }) => what === 'trace')
  assert.deepEqual([file?.bytes, file?.complete], [50_000, false])
  assert.match(captured.complaints[0].found, /^more than 50 kB from .* no end of it: cut there$/)
  assert.match(captured.complaints[0].remedy, /--max-size.*kept/)
  assert.ok(names(captured).includes('goroutines.debug2.txt'))
})

test('a chunked trace that breaks off is kept as far as it came', async () => {
  const cut: Answer = (_, response) => {
    response.writeHead(200).write(TRACE, () => setTimeout(() => response.destroy(), 20))
  }
  const captured = await withOne('trace', cut)
  assert.deepEqual(read(captured, 'server.trace'), TRACE)
  assert.match(captured.complaints[0].found, /broke the connection off after 116 B/)
  assert.ok(names(captured).includes('goroutines.debug2.txt'))
})

test('a dump that falls silent in the middle is kept as far as it came', async () => {
  const stuck: Answer = (_, response) => void response.writeHead(200).write(DEBUG2)
  const captured = await withOne('goroutine?debug=2', stuck, { timeoutSeconds: 0.3 })
  assert.equal(read(captured, 'goroutines-before.debug2.txt').toString(), DEBUG2)
  assert.match(captured.complaints[0].found, /no byte from .* for 0\.3 s after 149 B/)
})

test('a trace longer than the WriteTimeout of the server', async () => {
  const refusal = send('text/plain', "profile duration exceeds server's WriteTimeout\n", 400)
  const captured = await withOne('trace', refusal)
  assert.match(captured.complaints[0].remedy, /fewer --seconds/)
})

test('a server that drips for ever is left after ten time-outs, with what came', async () => {
  const drip: Answer = (_, response) => {
    response.writeHead(200).write(DEBUG2)
    const timer = setInterval(() => response.write('\n'), 10)
    response.on('close', () => clearInterval(timer))
  }
  const dripped = await withOne('goroutine?debug=2', drip, { timeoutSeconds: 0.3 })
  assert.match(dripped.complaints[0].found, /was still sending after 3 s/)
  assert.ok(names(dripped).includes('goroutines-before.debug2.txt'))
})

test('a server that no longer answers is not asked to the end', () => {
  const never: Answer = () => {}
  return withServer({ 'goroutine?debug=2': never }, async ({ host, requests }) => {
    const captured = await take(host, { timeoutSeconds: 0.2 })
    assert.deepEqual(
      names(captured),
      WHOLE.filter(name => !/debug2|cmdline/.test(name)),
    )
    assert.equal(requests.length, 7)
    assert.equal(captured.complaints.length, 1, 'the same fault is told once')
  })
})

test('an HTML answer where a dump should be is not taken for one', async () => {
  const captured = await withOne('goroutine?debug=2', send('text/html', '<!doctype html><p>Sorry, not here today</p>'))
  assert.equal(names(captured).includes('goroutines.debug2.txt'), false)
  assert.match(captured.complaints[0].found, /with a web page \(text\/html\) instead of a goroutine dump/)
})

for (const [encoding, pack] of [
  ['gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['br', zlib.brotliCompressSync],
] as const)
  test(`an answer that a proxy packed with ${encoding} is unpacked`, async () => {
    const packed: Answer = (_, response) =>
      void response.writeHead(200, { 'content-encoding': encoding }).end(pack(TRACE))
    assert.deepEqual(read(await withOne('trace', packed), 'server.trace'), TRACE)
  })

test('a gzip bomb is cut at the limit', async () => {
  const bomb = zlib.gzipSync(Buffer.concat([TRACE, Buffer.alloc(20e6)]))
  const answer: Answer = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
  const captured = await withOne('trace', answer, { maxBytes: 100_000 })
  assert.equal(read(captured, 'server.trace').length, 100_000)
  assert.match(captured.complaints[0].found, /more than 100 kB/)
})

test('a gzip answer that breaks off gives what can be unpacked', async () => {
  const cut: Answer = (_, response) => {
    const packed = zlib.gzipSync(
      Buffer.concat([TRACE, Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251))]),
    )
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length })
    response.write(packed.subarray(0, packed.length - 40), () => setTimeout(() => response.destroy(), 20))
  }
  const captured = await withOne('trace', cut)
  assert.ok(read(captured, 'server.trace').length > 100)
  assert.match(captured.complaints[0].found, /broke the connection off/)
})

test('Ctrl-C in the middle of the trace keeps what came and writes the manifest', async () => {
  const controller = new AbortController()
  const half: Answer = (_, response) => {
    response.writeHead(200).write(TRACE, () => setTimeout(() => controller.abort(), 50))
  }
  await withServer({ trace: half }, async ({ host, requests }) => {
    const captured = await take(host, {}, controller.signal)
    assert.equal(captured.manifest.interrupted, true)
    assert.deepEqual(names(captured), WHOLE.slice(0, 4))
    assert.deepEqual(read(captured, 'server.trace'), TRACE)
    assert.match(captured.manifest.files[3].problem!, /^interrupted after 116 B$/)
    assert.equal(requests.length, 4)
    assert.equal(JSON.parse(read(captured, 'manifest.json').toString()).interrupted, true)
  })
})

test('what a server says is written down without anything that a terminal obeys', async () => {
  const evil: Answer = (_, response) =>
    void response.writeHead(500, { 'content-type': 'text/plain' }).end('\u001b]0;owned\u0007\u202egpj.exe\r\nline two')
  const captured = await withOne('trace', evil)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  assert.doesNotMatch(captured.manifest.refused[0].why, /[\u0000-\u001f\u202e]/)
})

test('redirects are not followed, not even on the same server', () =>
  withServer(
    { trace: (_, r) => void r.writeHead(307, { location: '/secret' }).end() },
    async ({ host, requests }: Play) => {
      const captured = await take(host)
      assert.equal(
        requests.some(line => line.includes('secret')),
        false,
      )
      assert.match(captured.complaints[0].remedy, /\/secret/)
    },
  ))

test('the index page is kept as text', () =>
  withServer({}, async ({ host }) => assert.equal(read(await take(host), 'index.txt').toString(), INDEX)))
