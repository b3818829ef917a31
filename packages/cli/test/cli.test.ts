/** The program as a process: exit statuses, what goes to which stream, pipes that close, Ctrl-C. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Answer, DEBUG2, send, TRACE, withServer } from './server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const TSX = path.join(ROOT, 'node_modules/tsx/dist/loader.mjs')
const RECORDED = path.join(ROOT, 'testdata/captures/go1.26.8')
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-cli-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function start(args: readonly string[]): ChildProcess {
  const flags = ['--conditions=unhang-source', '--import', TSX, MAIN]
  return spawn(process.execPath, [...flags, ...args], { cwd: home, env: { ...process.env, NO_COLOR: '' } })
}

function end(child: ChildProcess, input?: Uint8Array): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', piece => {
    stdout += piece
  })
  child.stderr?.on('data', piece => {
    stderr += piece
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}

const unhang = (...args: string[]) => end(start(args))

const ESC = '\u001b['
const SICK = path.join(RECORDED, 'server-caught')
const FIXED = path.join(RECORDED, 'server-fixed')

test('--version and --help: standard output, 0', async () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'packages/cli/package.json'), 'utf8'))
  assert.deepEqual(await unhang('--version'), { code: 0, stdout: `${version}\n`, stderr: '' })
  const help = await unhang('--help')
  assert.deepEqual([help.code, help.stderr], [0, ''])
  assert.match(help.stdout, /^Usage: unhang /)
})

test('wrong usage: standard error, 2', async () => {
  for (const args of [[], ['diagnos'], ['diagnose'], ['diagnose', SICK, '--colour']]) {
    const { code, stdout, stderr } = await unhang(...args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.notEqual(stderr, '')
  }
})

test('diagnose: 1 with findings, 0 for a healthy server, 2 for what cannot be read', async () => {
  const sick = await unhang('diagnose', SICK)
  assert.equal(sick.code, 1, sick.stderr)
  assert.match(sick.stdout, /^HANG /m)
  assert.ok(!sick.stdout.includes(ESC))
  const healthy = await unhang('diagnose', FIXED)
  assert.equal(healthy.code, 0, healthy.stdout)
  assert.match(healthy.stdout, /^HEALTHY /m)
  const missing = await unhang('diagnose', 'nowhere')
  assert.deepEqual([missing.code, missing.stdout], [2, ''])
  assert.equal(missing.stderr.split('\n').length, 4)
})

test('diagnose --json prints JSON and nothing else', async () => {
  const { code, stdout, stderr } = await unhang('diagnose', SICK, '--json')
  assert.deepEqual([code, stderr], [1, ''])
  const diagnosis = JSON.parse(stdout)
  assert.equal(diagnosis.schema, 'unhang.diagnosis/1')
  assert.equal(diagnosis.verdict, 'hang')
  assert.equal(diagnosis.findings[0].cause, 'forgotten-unlock')
})

test('a capture comes in through standard input', async () => {
  const { code, stdout } = await end(
    start(['diagnose', '-', '--json']),
    fs.readFileSync(path.join(SICK, 'server.trace')),
  )
  assert.equal(code, 1)
  assert.equal(JSON.parse(stdout).inputs[0].name, 'standard input')
})

test('colour where it is asked for', async () => {
  assert.ok((await unhang('diagnose', SICK, '--color', 'always')).stdout.includes(ESC))
  assert.ok((await unhang('--color', 'always', 'diagnose', SICK)).stdout.includes(ESC))
})

test('the source is shown where it is found', async () => {
  const src = path.join(ROOT, 'examples/go-lock')
  const { stdout } = await unhang('diagnose', SICK, '--src', src)
  assert.match(stdout, /▸ \d+ .*mu\.Lock\(\)/)
})

test('summary and dump: text and JSON', async () => {
  const text = await unhang('summary', SICK)
  assert.equal(text.code, 0)
  assert.match(text.stdout, /\d+ goroutines, \d+ procs, \d+ threads/)
  const json = await unhang('summary', path.join(SICK, 'server.trace'), '--json')
  assert.equal(typeof JSON.parse(json.stdout).durationNs, 'number')
  const dump = await unhang('dump', path.join(SICK, 'goroutines.debug2.txt'))
  assert.equal(dump.code, 0)
  assert.match(dump.stdout, /sync\.Mutex\.Lock/)
  const groups = await unhang('dump', path.join(SICK, 'goroutines.debug2.txt'), '--json', '--state', 'mutex')
  const { schema, selection } = JSON.parse(groups.stdout)
  assert.deepEqual([schema, selection], ['unhang.dump/1', { state: 'mutex', goroutines: 10, unknown: 0 }])
})

test('functions and goroutines: text and JSON, of a part too; what cannot be is told, with status 2', async () => {
  const text = await unhang('functions', SICK, '--sort', 'goroutines', '--limit', '3')
  assert.equal(text.code, 0)
  assert.match(text.stdout, /\n {5}11 .*serveStreams\.func2\.1\n(.*\n)*.*… \d+ more functions/)
  const { schema, functions } = JSON.parse((await unhang('functions', SICK, '--json', '--range', '0s-1s')).stdout)
  assert.equal(schema, 'unhang.functions/1')
  assert.ok(functions.every((row: { totalNs: number; goroutines: number }) => row.totalNs <= row.goroutines * 1e9))
  const handler = functions.find((row: { function: string }) => row.function === 'google.golang.org/grpc.(*Server).serveStreams.func2.1') // biome-ignore format: one line
  assert.equal(handler, undefined, 'nobody called in the first second')
  const json = await unhang('goroutines', SICK, '--json', '--function', 'main.main', '--limit', '1')
  const report = JSON.parse(json.stdout)
  assert.deepEqual([report.schema, report.count, report.goroutines[0].id], ['unhang.goroutines/1', 1, 1])
  assert.equal(report.goroutines[0].birthNs, null)
  const faults: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['functions', SICK, '--function', 'main.mian'], /found {5}'main\.mian'\n {8}do {8}did you mean/],
    [['goroutines', SICK, '--range', '5s-6s'], /expected {2}a range within a trace of 4 s/],
    [['goroutines', SICK, '--goroutine', '4711'], /no goroutine 4711/],
    [['functions', path.join(SICK, 'goroutines.debug2.txt')], /expected {2}an execution trace/],
    [['functions', SICK, '--region', 'x'], /a type of user regions/],
    [['goroutines', SICK, '--sort', 'goroutines'], /Allowed choices are id, birth/],
  ]
  for (const [args, says] of faults) {
    const { code, stdout, stderr } = await unhang(...args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, says)
  }
})

test('dump --diff: text and JSON, status 0; what cannot be compared is 2', async () => {
  const before = path.join(SICK, 'goroutines-before.debug2.txt')
  const diff = await unhang('dump', before, '--diff', path.join(SICK, 'goroutines.debug2.txt'))
  assert.deepEqual([diff.code, diff.stderr], [0, ''])
  assert.match(diff.stdout, /15 appeared, 2 vanished, 0 moved, 2 stand where they stood/)
  const json = await unhang('dump', before, '--json', '--diff', SICK)
  assert.deepEqual(JSON.parse(json.stdout).moves, { appeared: 15, vanished: 2, moved: 0, still: 2 })
  const wrong = await unhang('dump', before, '--diff', path.join(SICK, 'server.trace'))
  assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
})

test('whoever closes the pipe early is no reason to crash', async () => {
  const child = start(['diagnose', SICK, '--json'])
  child.stdout?.destroy()
  const { code, stderr } = await end(child)
  assert.deepEqual([code, stderr], [1, ''])
})

test('a full disk behind the output is an error with a name', async t => {
  if (!fs.existsSync('/dev/full')) return t.skip('/dev/full is not on this machine')
  const full = fs.openSync('/dev/full', 'w')
  const flags = ['--conditions=unhang-source', '--import', TSX, MAIN, '--help']
  const { code, stderr } = await end(spawn(process.execPath, flags, { stdio: ['pipe', full, 'pipe'] }))
  fs.closeSync(full)
  assert.equal(code, 2)
  assert.match(stderr, /^unhang: expected {2}room for standard output\n {8}found {5}a full disk\n {8}do {8}make room/)
})

test('capture: the folder on standard output, the steps on standard error, 0', () =>
  withServer({}, async ({ host }) => {
    const { code, stdout, stderr } = await unhang('capture', host, '-o', 'one', '--seconds', '0.1')
    assert.deepEqual([code, stdout], [0, 'one\n'])
    assert.equal(stderr, 'dump: 244 B\ntrace: 0.1 s, 116 B\ndump: 280 B\n→ one/\n')
    const quiet = await unhang('capture', host, '--seconds', '0.1', '--quiet')
    assert.deepEqual([quiet.code, quiet.stderr], [0, ''])
    assert.match(quiet.stdout, /^unhang-127\.0\.0\.1-\d+-\d{4}-\d\d-\d\dT\d{6}\n$/)
    assert.ok(fs.existsSync(path.join(home, quiet.stdout.trim(), 'manifest.json')))
    const json = await unhang('capture', host, '-o', 'two', '--json', '--seconds', '0.1')
    assert.equal(JSON.parse(json.stdout).folder, 'two')
    const again = await unhang('capture', host, '-o', 'two')
    assert.deepEqual([again.code, again.stdout], [2, ''])
    assert.match(again.stderr, /would be overwritten/)
  }))

test('the bare form: capture, answer, and the status of the answer', () => {
  const trace = fs.readFileSync(path.join(SICK, 'server.trace'))
  return withServer({ trace: send('application/octet-stream', trace) }, async ({ host }) => {
    const { code, stdout, stderr } = await unhang(host, '--seconds', '0.1', '-o', 'bare')
    assert.equal(code, 1, stderr)
    assert.match(stdout, /^HANG /m)
    assert.match(stderr, /^→ bare\/$/m)
    assert.match(stdout, /^timeline {7}unhang view bare$/m)
    const json = await unhang(host, '--seconds', '0.1', '--json', '--quiet')
    assert.equal(json.stderr, '')
    assert.equal(JSON.parse(json.stdout).verdict, 'hang')
  })
})

test('the bare form with a trace that somebody else takes: told, and the dumps are diagnosed', () => {
  const dump = fs.readFileSync(path.join(SICK, 'goroutines.debug2.txt'))
  const answers = {
    trace: send('text/plain', 'Could not enable tracing: tracing is already enabled\n', 500),
    'goroutine?debug=2': send('text/plain', dump),
  }
  return withServer(answers, async ({ host }) => {
    const { stdout, stderr } = await unhang(host, '--seconds', '0.1')
    assert.match(stderr, /expected {2}an execution trace\n.*already enabled\n.*somebody else is tracing/)
    assert.match(stdout, /AcquireLock/)
  })
})

test('not reachable: three lines, 2', async () => {
  let free = ''
  await withServer({}, async ({ host }) => {
    free = host
  })
  const { code, stdout, stderr } = await unhang(free)
  assert.deepEqual([code, stdout], [2, ''])
  assert.equal(
    stderr,
    `unhang: expected  net/http/pprof at http://${free}/debug/pprof/\n` +
      `        found     connection refused on ${free}\n` +
      '        do        Is net/http/pprof served there? Add: import _ "net/http/pprof"\n',
  )
})

test('a file given to the bare form is told where it belongs', async () => {
  fs.writeFileSync(path.join(home, 'server.trace'), TRACE)
  const { code, stderr } = await unhang('server.trace')
  assert.equal(code, 2)
  assert.match(stderr, /unhang diagnose server\.trace/)
})

test('dump takes a live server', () =>
  withServer({}, async ({ host }) => {
    const { code, stdout } = await unhang('dump', host)
    assert.equal(code, 0)
    assert.match(stdout, /^1 goroutine in 1 group\n\n1 {2}chan receive, at least 3 min\n/)
  }))

test('Ctrl-C keeps what came, writes the manifest, answers nothing: 2', () => {
  let child: ChildProcess | undefined
  const half: Answer = (_, response) => {
    response.writeHead(200).write(TRACE, () => setTimeout(() => child?.kill('SIGINT'), 50))
  }
  return withServer({ trace: half }, async ({ host }) => {
    child = start([host, '-o', 'stopped'])
    const { code, stdout, stderr } = await end(child)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /interrupted; what came is kept in stopped/)
    const manifest = JSON.parse(fs.readFileSync(path.join(home, 'stopped/manifest.json'), 'utf8'))
    assert.equal(manifest.interrupted, true)
    assert.deepEqual(fs.readFileSync(path.join(home, 'stopped/server.trace')), TRACE)
    assert.equal(fs.readFileSync(path.join(home, 'stopped/goroutines-before.debug2.txt'), 'utf8'), DEBUG2)
  })
})

test('numbers of a trace that is cut: what there is, 0, and a remark on what is lost', async () => {
  const whole = fs.readFileSync(path.join(SICK, 'server.trace'))
  const cut = path.join(home, 'cut.trace')
  fs.writeFileSync(cut, whole.subarray(0, whole.length / 2))
  for (const args of [['functions'], ['goroutines'], ['profile', '--kind', 'block'], ['mmu']]) {
    const { code, stdout, stderr } = await unhang(args[0], cut, ...args.slice(1))
    assert.equal(code, 0, stderr)
    assert.notEqual(stdout, '')
    assert.match(stderr, /^unhang: .*cut\.trace is not whole, byte [\d,]+: .* Lost: /)
  }
  const quiet = await unhang('functions', cut, '--quiet')
  assert.deepEqual([quiet.code, quiet.stderr], [0, ''])
})
