/** The page's server over a real socket, with what browsers never send. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import net from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Complaint } from '../src/complaint.ts'
import type { Shown } from '../src/inputs/shown.ts'
import { createApp } from '../src/server/app.ts'
import { ASKED_LIMIT } from '../src/server/asked.ts'
import { type Listening, listen } from '../src/server/listen.ts'
import { HOST, NOTHING_THERE, onDisk, options, QUESTION, shown, timesOpen } from './server-fixture.ts'

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
