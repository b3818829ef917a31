/** `unhang view` as a process: the address first, the captures behind it, and Ctrl-C at the end. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import zlib from 'node:zlib'
import { confirm } from '../src/commands/confirm.ts'
import { whyNoBrowser } from '../src/server/browser.ts'
import { TRACE as SMALL_TRACE, withServer } from './server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = path.join(ROOT, 'packages/cli/src/main.ts')
const TSX = path.join(ROOT, 'node_modules/tsx/dist/loader.mjs')
const SICK = path.join(ROOT, 'testdata/captures/go1.26.8/server-caught')
const TRACE = path.join(SICK, 'server.trace')
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-view-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
type View = {
  readonly child: ChildProcess
  /** What stands behind the first "http://" of standard output; rejects where the process ends without. */
  readonly url: Promise<string>
  readonly ended: Promise<Ended>
  /** On standard error, so far. */
  readonly said: () => string
}

function view(args: readonly string[], options: { input?: Uint8Array; env?: NodeJS.ProcessEnv } = {}): View {
  const flags = ['--conditions=unhang-source', '--import', TSX, MAIN, 'view', ...args]
  const child = spawn(process.execPath, flags, { cwd: home, env: { ...process.env, ...options.env } })
  let stdout = ''
  let stderr = ''
  const ended = new Promise<Ended>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', piece => {
      stdout += piece
      const match = /http:\/\/\S+\//.exec(stdout)
      if (match) resolve(match[0])
    })
    void ended.then(() => reject(new Error(`no address came: ${stdout}${stderr}`)))
  })
  url.catch(() => {})
  child.stderr.on('data', piece => {
    stderr += piece
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  return { child, url, ended, said: () => stderr }
}

type Captures = {
  readonly schema: string
  readonly files: readonly {
    readonly name: string
    readonly size: number
    readonly url: string
    readonly cut?: string
  }[]
  readonly remarks: readonly string[]
}

/** Serves, asks, ends with Ctrl-C. Returns what was served and what the process said. */
async function served(args: readonly string[], options: { input?: Uint8Array; env?: NodeJS.ProcessEnv } = {}) {
  const { child, url, ended } = view(['--port', '0', ...args], options)
  try {
    const base = await url
    const captures = (await (await fetch(`${base}captures.json`)).json()) as Captures
    const contents: Buffer[] = []
    for (const { url } of captures.files)
      contents.push(Buffer.from(await (await fetch(new URL(url, base))).arrayBuffer()))
    const page = await (await fetch(base)).text()
    child.kill('SIGINT')
    return { base, captures, contents, page, ...(await ended) }
  } finally {
    child.kill('SIGKILL')
  }
}

test('the address alone on standard output; the page and the bytes behind it; Ctrl-C is a good end', async () => {
  const { base, captures, contents, page, code, stdout, stderr } = await served(['--no-open', TRACE])
  assert.equal(stdout, `${base}\n`)
  assert.match(base, /^http:\/\/127\.0\.0\.1:\d+\/$/)
  assert.match(page, /<script [^>]*src="page\.js"/)
  assert.deepEqual(captures, {
    schema: 'unhang.captures/1',
    files: [{ name: TRACE, size: contents[0].length, url: '/captures/0' }],
    remarks: [],
  })
  assert.ok(contents[0].equals(fs.readFileSync(TRACE)))
  assert.deepEqual([code, stderr], [0, 'unhang: the page is served; Ctrl-C ends it\n'])
})

test("a capture's folder: what its manifest names, byte by byte", async () => {
  const { captures, contents } = await served(['--no-open', SICK])
  assert.deepEqual(
    captures.files.map(({ name }) => path.relative(SICK, name)),
    [
      'goroutines-before.debug2.txt',
      'server.trace',
      'goroutines.debug2.txt',
      'goroutines.debug1.txt',
      'goroutines.pb.gz',
    ],
  )
  for (const [i, { name }] of captures.files.entries()) assert.ok(contents[i].equals(fs.readFileSync(name)), name)
})

test('the program that `go tool trace` wants is passed over, on the terminal and on the page', async () => {
  fs.writeFileSync(path.join(home, 'server'), Buffer.from('7f454c4602010100', 'hex'))
  fs.writeFileSync(path.join(home, 'grpc.trace.gz'), zlib.gzipSync(fs.readFileSync(TRACE)))
  const { captures, contents, stderr } = await served(['--no-open', './server', './grpc.trace.gz'])
  assert.deepEqual(
    captures.files.map(({ name }) => name),
    ['./grpc.trace.gz'],
  )
  assert.ok(zlib.gunzipSync(contents[0]).equals(fs.readFileSync(TRACE)))
  assert.deepEqual(captures.remarks, ['./server is a program, which is not needed: passed over'])
  assert.match(stderr, /^unhang: \.\/server is a program, which is not needed: passed over\n/)
})

test('a capture comes in through standard input, also where a file stands behind it', async () => {
  const input = fs.readFileSync(TRACE)
  const { captures, contents } = await served(['--no-open', '-'], { input })
  assert.deepEqual(captures.files, [{ name: 'standard input', size: input.length, url: '/captures/0' }])
  assert.ok(contents[0].equals(input))
})

test('without arguments: the page, and nothing on it yet', async () => {
  const { captures, code } = await served(['--no-open'])
  assert.deepEqual([captures.files, captures.remarks, code], [[], [], 0])
})

test('--json and --quiet', async () => {
  const { base, code, stdout, stderr } = await served(['--no-open', '--json', '--quiet', TRACE])
  const size = fs.statSync(TRACE).size
  assert.deepEqual(JSON.parse(stdout), { schema: 'unhang.view/1', url: base, files: [{ name: TRACE, size }] })
  assert.deepEqual([code, stderr], [0, ''])
})

test('a live server is captured first, and the capture shown', () =>
  withServer({}, async ({ host }) => {
    const { captures, code } = await served(['--no-open', '--quiet', host, '--seconds', '0.1', '-o', 'live'])
    const trace = captures.files.find(({ name }) => name === path.join('live', 'server.trace'))
    assert.deepEqual([trace?.size, code], [SMALL_TRACE.length, 0])
    assert.ok(fs.existsSync(path.join(home, 'live/manifest.json')))
  }))

test('source is found with --src, and nothing but the lines around a place that fits', async () => {
  const src = path.join(ROOT, 'examples/go-lock')
  const { child, url } = view(['--no-open', '--port', '0', '--src', src, TRACE])
  try {
    const query = { function: 'main.(*server).AcquireLock', file: 'example.com/go-lock/server/main.go', line: '41' }
    const answer = await fetch(`${await url}source?${new URLSearchParams(query)}`)
    const { lines } = (await answer.json()) as { lines: { line: number; text: string }[] }
    assert.match(lines.find(({ line }) => line === 41)?.text ?? '', /mu\.Lock\(\)/)
    for (const file of ['/etc/passwd', '../../package.json', path.join(ROOT, 'examples/go-lock/go.mod')])
      assert.equal(
        await (await fetch(`${await url}source?${new URLSearchParams({ ...query, file })}`)).text(),
        '{"lines":[]}',
        file,
      )
  } finally {
    child.kill('SIGKILL')
  }
})

test('what cannot be shown: three lines, 2', async () => {
  fs.writeFileSync(path.join(home, 'picture.png'), Buffer.from('89504e470d0a1a0a', 'hex'))
  fs.writeFileSync(path.join(home, 'empty'), '')
  for (const args of [['picture.png'], ['empty'], ['nowhere'], [TRACE, '--src', 'nowhere'], ['./server']]) {
    const { code, stdout, stderr } = await view(['--no-open', '--port', '0', ...args]).ended
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, /unhang: expected {2}.*\n {8}found {5}.*\n {8}do {8}.*\n$/)
  }
})

test('a port that is taken: who asked for it is told what to do', async () => {
  const first = view(['--no-open', '--port', '0'])
  try {
    const { port } = new URL(await first.url)
    const { code, stderr } = await view(['--no-open', '--port', port]).ended
    assert.equal(code, 2)
    assert.match(
      stderr,
      new RegExp(`expected {2}port ${port} of 127\\.0\\.0\\.1 to be free\\n.*another program.*\\n.*--port`),
    )
  } finally {
    first.child.kill('SIGKILL')
  }
})

test('Ctrl-C does not wait for a page that is still loading', async () => {
  const large = path.join(home, 'large.trace')
  fs.copyFileSync(TRACE, large)
  fs.truncateSync(large, 200_000_000)
  const { child, url, ended } = view(['--no-open', '--port', '0', large])
  const response = await fetch(`${await url}captures/0`)
  child.kill('SIGINT')
  assert.equal((await ended).code, 0)
  await assert.rejects(response.arrayBuffer())
})

test('the browser is opened with the address', async t => {
  if (process.platform !== 'linux') return t.skip('xdg-open belongs to Linux')
  // xdg-open asks $BROWSER where no desktop and no program of the system says otherwise.
  const browser = path.join(home, 'browser')
  fs.writeFileSync(browser, `#!/bin/sh\necho "$1" > '${home}/opened'\n`, { mode: 0o755 })
  const desktop = { XDG_CURRENT_DESKTOP: '', DESKTOP_SESSION: '', XDG_DATA_HOME: home, XDG_DATA_DIRS: home, HOME: home }
  const remote = { CI: '', SSH_CONNECTION: '', SSH_CLIENT: '', SSH_TTY: '' }
  const env = { ...desktop, ...remote, DISPLAY: ':9', BROWSER: browser }
  const { child, url, ended } = view(['--port', '0', TRACE], { env })
  const address = await url
  for (let i = 0; i < 500 && !fs.existsSync(path.join(home, 'opened')); i++) await delay(20)
  child.kill('SIGINT')
  const { code, stderr } = await ended
  assert.equal(fs.readFileSync(path.join(home, 'opened'), 'utf8'), `${address}\n`)
  assert.deepEqual([code, stderr], [0, 'unhang: opening it in the browser; Ctrl-C ends it\n'])

  const failing = view(['--port', '0', TRACE], { env: { ...env, BROWSER: path.join(home, 'no-such-browser') } })
  for (let i = 0; i < 500 && !failing.said().includes('could be opened'); i++) await delay(20)
  failing.child.kill('SIGINT')
  const second = await failing.ended
  assert.equal(second.code, 0)
  assert.ok(second.stderr.endsWith(`unhang: no browser could be opened: visit ${await failing.url}\n`), second.stderr)
})

test('no browser is opened where nobody sees it', () => {
  const cases: readonly (readonly [NodeJS.ProcessEnv, NodeJS.Platform, RegExp | undefined])[] = [
    [{}, 'linux', /no display/],
    [{ DISPLAY: ':0' }, 'linux', undefined],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', undefined],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'linux', undefined],
    [{ DISPLAY: ':0', CI: 'true' }, 'linux', /CI/],
    [{ DISPLAY: 'localhost:10.0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'linux', /SSH/],
    [{}, 'darwin', undefined],
    [{ SSH_TTY: '/dev/ttys001' }, 'darwin', /SSH/],
    [{}, 'win32', undefined],
  ]
  for (const [env, platform, why] of cases) {
    const found = whyNoBrowser(env, platform)
    if (why) assert.match(found ?? '', why)
    else assert.equal(found, undefined, JSON.stringify(env))
  }
})

test('a question: Enter and yes are yes, everything else and the end of input are no', async () => {
  const ask = (answer: string, isEnd = false) => {
    const input = new PassThrough()
    const output = new PassThrough()
    const answered = confirm('open it?', { input, output })
    if (isEnd) input.end(answer)
    else input.write(answer)
    return answered.then(yes => [yes, String(output.read())])
  }
  for (const answer of ['\n', 'y\n', 'Yes\n', ' y \n']) assert.deepEqual(await ask(answer), [true, 'open it? [Y/n] '])
  for (const answer of ['n\n', 'no\n', 'q\n', 'never\n']) assert.deepEqual((await ask(answer))[0], false, answer)
  assert.equal((await ask('', true))[0], false)
})
