/** `unhang watch` as a process, against servers that begin to hang, go away and come back. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { profileOf, TOP } from '../../core/test/profile.ts'
import { type Answer, GOOD, send, withServer } from './server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const TSX = path.join(ROOT, 'node_modules/tsx/dist/loader.mjs')
const SICK = path.join(ROOT, 'testdata/captures/go1.26.8/server-caught')
const FIXED = path.join(ROOT, 'testdata/captures/go1.26.8/server-fixed')
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-watch-process-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A watch under way; `line` resolves when standard output has a line like this. */
class Watching {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  private stdout = ''
  private stderr = ''
  private waiting: { readonly pattern: RegExp; readonly resolve: () => void } | undefined

  constructor(...args: string[]) {
    const flags = ['--conditions=unhang-source', '--import', TSX, MAIN, 'watch']
    this.child = spawn(process.execPath, [...flags, ...args], { cwd: home, env: { ...process.env, NO_COLOR: '' } })
    this.child.stdout?.on('data', piece => {
      this.stdout += piece
      this.look()
    })
    this.child.stderr?.on('data', piece => {
      this.stderr += piece
    })
    this.ended = new Promise(resolve =>
      this.child.on('close', code => resolve({ code, stdout: this.stdout, stderr: this.stderr })),
    )
  }

  line(pattern: RegExp): Promise<unknown> {
    const seen = new Promise<void>(resolve => {
      this.waiting = { pattern, resolve }
    })
    this.look()
    // One that ended will say nothing any more.
    return Promise.race([seen, this.ended.then(({ stderr }) => assert.fail(`ended without ${pattern}: ${stderr}`))])
  }

  interrupt(): Promise<Ended> {
    this.child.kill('SIGINT')
    return this.ended
  }

  private look(): void {
    if (this.waiting?.pattern.test(this.stdout)) this.waiting.resolve()
  }
}

const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

/** So many at a lock, one more each time that it is asked. */
function growing(from: number): Answer {
  let count = from
  return (_, response) => {
    const frames = [...TOP.mutex, 'main.take /src/main.go:26']
    response.end(profileOf([{ count: count++, frames }]))
  }
}

function file(folder: string, name: string): Answer {
  return send('application/octet-stream', fs.readFileSync(path.join(folder, name)))
}

/** A server that shows what a recorded one did. */
function recorded(folder: string, profile: Answer) {
  return {
    trace: file(folder, 'server.trace'),
    'goroutine?debug=2': file(folder, 'goroutines.debug2.txt'),
    'goroutine?debug=1': file(folder, 'goroutines.debug1.txt'),
    'goroutine?debug=0': profile,
  }
}

const QUICK = ['--interval', '0.05', '--seconds', '0.1']

test('a crowd at a lock is captured, diagnosed and named, and the exit status tells', () =>
  withServer(recorded(SICK, growing(8)), async ({ host }) => {
    const { code, stdout, stderr } = await new Watching(host, ...QUICK, '-o', 'sick', '--once').ended
    assert.equal(code, 1, stderr)
    const [folder] = fs.readdirSync(path.join(home, 'sick'))
    const at = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
    const [grew, capture, hang, ...more] = stdout.trim().split('\n')
    assert.match(grew, new RegExp(`^${at} grew {6}11 goroutines wait in sync.Mutex.Lock at main.take \\(src/main.go:26\\), none before$`)) // biome-ignore format: one line
    assert.match(capture, new RegExp(`^${at} capture {3}12 goroutines wait in .*: capturing$`))
    assert.match(hang, new RegExp(`^${at} HANG {6}10 goroutines wait for a lock that nobody is left to release \\(likely\\) at main\\.\\(\\*server\\)\\.AcquireLock \\(.*\\)`)) // biome-ignore format: one line
    assert.ok(hang.endsWith(`   unhang diagnose ${path.join('sick', folder)}`), hang)
    assert.deepEqual(more, [])
    assert.match(folder, /^unhang-127\.0\.0\.1-\d+-\d{4}-\d\d-\d\dT\d{6}$/)
    assert.ok(fs.existsSync(path.join(home, 'sick', folder, 'server.trace')))
    assert.match(stderr, /^watching http:.*\n.*Ctrl-C ends it\nwatched for .*: 1 capture, 1 with a finding\n$/)
  }))

test('as lines of JSON; a capture that shows nothing is no finding', () =>
  withServer(recorded(FIXED, growing(8)), async ({ host }) => {
    const watching = new Watching(host, ...QUICK, '-o', 'fixed', '--json', '--quiet')
    await watching.line(/"event":"captured"/)
    const { code, stdout, stderr } = await watching.interrupt()
    assert.deepEqual([code, stderr], [0, ''])
    const events = linesOf(stdout)
    assert.ok(events.every(({ schema, time }) => schema === 'unhang.watch/1' && !Number.isNaN(Date.parse(time))))
    const [start, grew, capture, captured] = events
    const end = events.at(-1)
    assert.deepEqual([start.event, start.goroutines], ['start', 8])
    assert.deepEqual([grew.event, grew.group.count, grew.before], ['grew', 11, 0])
    assert.deepEqual([capture.event, capture.group.site.function], ['capture', 'main.take'])
    assert.deepEqual([captured.event, captured.verdict, captured.missing], ['captured', 'healthy', []])
    assert.ok(fs.existsSync(path.join(home, captured.folder, 'manifest.json')))
    assert.deepEqual([end.event, end.captures, end.findings, end.answers], ['end', 1, 0, true])
  }))

test('a server that refuses the trace, quietly: what came is diagnosed, and what is missing is told', () => {
  const refuse = send('text/plain', "profile duration exceeds server's WriteTimeout\n", 400)
  return withServer({ ...recorded(SICK, growing(12)), trace: refuse }, async ({ host }) => {
    const { code, stdout, stderr } = await new Watching(host, ...QUICK, '-o', 'dumps', '--once', '--quiet').ended
    assert.equal(code, 1)
    // Told at the start, and not only when it is too late.
    assert.match(stderr, /^unhang: expected {2}an execution trace\n.*WriteTimeout\n.*fewer --seconds .*\n$/)
    assert.match(stdout, /^\S+ HANG .* without an execution trace: 400 .*WriteTimeout\n$/)
  })
})

test('Ctrl-C in the middle of a capture keeps what came, and says so', () => {
  const held: Answer = (_, response) => void response.writeHead(200).write('go 1.26 trace\0\0\0')
  return withServer({ ...recorded(SICK, growing(12)), trace: held }, async ({ requests, host }) => {
    const watching = new Watching(host, '--interval', '0.05', '--seconds', '30', '-o', 'broken')
    await watching.line(/capturing/)
    // The first was a try, whether it gives one.
    while (requests.filter(request => request.includes('/trace')).length < 2)
      await new Promise(resolve => setTimeout(resolve, 20))
    const { stdout } = await watching.interrupt()
    const [folder] = fs.readdirSync(path.join(home, 'broken'))
    assert.match(stdout, /captured {2}broken.*; not diagnosed: interrupted {3}unhang diagnose broken/)
    assert.ok(fs.existsSync(path.join(home, 'broken', folder, 'goroutines-before.debug2.txt')))
  })
})

test('a server that goes away and comes back is told twice; one that stays away is the exit status', async () => {
  let dumps = 0
  const answer: http.RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    if (!pathname.endsWith('/goroutine')) return GOOD[''](request, response)
    dumps++
    growing(3)(request, response)
  }
  const listen = (port: number) => {
    const server = http.createServer(answer)
    return new Promise<http.Server>(resolve => server.listen(port, '127.0.0.1', () => resolve(server)))
  }
  const first = await listen(0)
  const { port } = first.address() as AddressInfo
  const close = async (server: http.Server) => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  const watching = new Watching(`127.0.0.1:${port}`, '--interval', '0.05', '-o', 'away')
  // It has seen the first of them.
  while (dumps < 2) await new Promise(resolve => setTimeout(resolve, 20))
  await close(first)
  await watching.line(/ gone {6}connection refused on 127/)
  const second = await listen(port)
  await watching.line(/ back {6}it answers again after .*: 3 goroutines/)
  await close(second)
  await watching.line(/back.*\n(?:.*\n)*\S+ gone /)
  const { code, stderr } = await watching.interrupt()
  assert.equal(code, 1)
  assert.match(stderr, /watched for .*: no capture; the server does not answer\n$/)
})

test('whoever closes the pipe wants no more: it ends', () => {
  let count = 0
  const swinging: Answer = (_, response) => {
    const frames = [...TOP.send, 'main.give /src/main.go:26']
    // Above all levels that it came down from.
    response.end(profileOf([{ count: count++ % 8 < 3 ? 1 : count * count, frames }]))
  }
  return withServer({ 'goroutine?debug=0': swinging }, async ({ host }) => {
    const watching = new Watching(host, '--interval', '0.05', '--threshold', '3', '-o', 'pipe')
    await watching.line(/ grew /)
    watching.child.stdout?.destroy()
    const { code, stderr } = await watching.ended
    // It may have been in the middle of a capture.
    assert.ok(code === 0 || code === 1, stderr)
    assert.match(stderr, /\nwatched for /)
  })
})

test('no dump at the start: 2', () =>
  withServer({}, async ({ host }) => {
    const { code, stdout, stderr } = await new Watching(host, '-o', 'none').ended
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /expected {2}a goroutine dump \(protobuf\)/)
  }))

test('no folder to write captures to: 2, before anything is asked', () =>
  withServer({}, async ({ host, requests }) => {
    const { code, stderr } = await new Watching(host, '-o', path.join(MAIN, 'nights')).ended
    assert.deepEqual([code, requests], [2, []])
    assert.match(stderr, /expected {2}to write captures into /)
  }))
