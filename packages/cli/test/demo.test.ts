import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Diagnosis, Finding } from '@unhang/core'
import { isRequired, requireTool } from '../../core/test/require-tool.ts'
import { DEFAULT_FETCH } from '../src/capture/options.ts'
import { newestRecording, recordedActs } from '../src/demo/acts.ts'
import { FULL_GOROUTINES, goroutinesFor } from '../src/demo/amount.ts'
import { buildExample } from '../src/demo/build.ts'
import { CLIENT_WAITS, differenceFrom, FIXED_IS_HEALTHY, SERVER_HANGS } from '../src/demo/expectation.ts'
import { Experiment, ExperimentError } from '../src/demo/experiment.ts'
import { findPlaces } from '../src/demo/places.ts'
import { settingText } from '../src/demo/words.ts'
import { findShown } from '../src/inputs/shown.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = join(ROOT, 'packages/cli/src/main.ts')
const EXAMPLE = join(ROOT, 'examples/go-lock')
const never = new AbortController().signal

function scratch(t: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'unhang-demo-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a million goroutines from 8 GB on, below that what fits, rounded down to two digits', () => {
  const cases = [
    [64e9, FULL_GOROUTINES],
    [8e9, FULL_GOROUTINES],
    [7.99e9, 990_000],
    [1e9, 120_000],
    [100e6, 12_000],
    [1e6, 2_000],
    [0, 2_000],
    [Number.NaN, 2_000],
  ]
  for (const [bytes, goroutines] of cases) assert.equal(goroutinesFor(bytes), goroutines, `${bytes} bytes`)
})

test('where fewer goroutines fit, the demo says so, and why', () => {
  const setting = { mode: 'live', goVersion: 'go1.26.8', asked: false } as const
  assert.equal(
    settingText({ ...setting, goroutines: 500_000, availableBytes: 4e9 }),
    '  the client has 500,000 goroutines: 1,000,000 need 8 GB of free memory, and here are 4 GB\n',
  )
  assert.equal(
    settingText({ ...setting, goroutines: FULL_GOROUTINES, availableBytes: 9e9 }),
    '  the client has 1,000,000 goroutines\n',
  )
  assert.equal(
    settingText({ ...setting, goroutines: 5, availableBytes: 4e9, asked: true }),
    '  the client has 5 goroutines\n',
  )
  const reason = 'Go is not on this machine.'
  assert.match(settingText({ mode: 'recorded', goVersion: 'go1.26.8', reason }), /^Go is not .*\n.*recorded/)
})

test('a checkout is recognised from sources as from the build', () => {
  const places = { example: EXAMPLE, captures: join(ROOT, 'testdata/captures') }
  for (const file of ['src/demo/places.ts', 'dist/main.js', 'dist/chunks/demo-ABC.js'])
    assert.deepEqual(findPlaces(new URL(`../${file}`, import.meta.url).href), places)
  assert.deepEqual(findPlaces('file:///nowhere/at/all.js'), { example: undefined, captures: undefined })
})

test('recordings are found by version, and every one of them is whole', () => {
  const captures = join(ROOT, 'testdata/captures')
  assert.match(String(newestRecording(captures)), /^go1\.26\./)
  for (const version of readdirSync(captures).filter(name => name.startsWith('go')))
    assert.equal(recordedActs(join(captures, version)).length, 4, version)
  assert.deepEqual(recordedActs(join(captures, 'go1.0')), [])
})

const FINDING: Finding = {
  kind: 'mutex',
  cause: 'forgotten-unlock',
  certainty: 'likely',
  site: { function: 'main.(*server).AcquireLock', file: 'example.com/go-lock/server/main.go', line: 40 },
  waiters: { count: 10, goroutines: [], longestNs: 1e9, sinceStart: false },
  holder: { state: 'exited' },
  evidence: [],
  advice: '',
}

function diagnosis(verdict: Diagnosis['verdict'], ...findings: Finding[]): Diagnosis {
  return { schema: 'unhang.diagnosis/1', verdict, inputs: [], findings, looked: { goroutines: 29, placeUnknown: 0 } }
}

test('an answer other than the expected one is told apart, in words', () => {
  const cases: readonly [Diagnosis, typeof SERVER_HANGS, string | undefined][] = [
    [diagnosis('hang', FINDING), SERVER_HANGS, undefined],
    [diagnosis('healthy'), SERVER_HANGS, 'expected hang, found healthy'],
    [
      diagnosis('hang', { ...FINDING, cause: 'unknown' }),
      SERVER_HANGS,
      'expected cause forgotten-unlock, found unknown',
    ],
    [
      diagnosis('hang', { ...FINDING, certainty: 'possible' }),
      SERVER_HANGS,
      'expected cause forgotten-unlock, found none',
    ],
    [
      diagnosis('hang', { ...FINDING, waiters: { ...FINDING.waiters, count: 9 } }),
      SERVER_HANGS,
      'expected 10 waiters, found 9',
    ],
    [
      diagnosis('hang', { ...FINDING, site: { ...FINDING.site, function: 'main.main' } }),
      SERVER_HANGS,
      'expected main.(*server).AcquireLock, found main.main',
    ],
    [diagnosis('hang', { ...FINDING, cause: 'remote' }), CLIENT_WAITS, undefined],
    [diagnosis('healthy'), FIXED_IS_HEALTHY, undefined],
    [diagnosis('hang', FINDING), FIXED_IS_HEALTHY, 'expected healthy, found hang'],
  ]
  for (const [given, expected, difference] of cases) assert.equal(differenceFrom(expected, given), difference)
})

test('where there is no Go, the reason says so in a line', async t => {
  const built = await buildExample(EXAMPLE, scratch(t), never, { go: join(tmpdir(), 'no-such-go') })
  assert.deepEqual(built, { ok: false, reason: 'Go is not on this machine.' })
})

test('where Go cannot get its modules, the reason says which', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const before = { ...process.env }
  t.after(() => {
    process.env = before
  })
  process.env.GOPROXY = 'off'
  process.env.GOMODCACHE = scratch(t)
  const built = await buildExample(EXAMPLE, scratch(t), never, { go })
  assert.ok(!built.ok)
  assert.match(built.reason, /^Go is here \(go1\.\S+\), but cannot get the modules it needs: .*GOPROXY=off/)
})

test('a program that does not come up is an error with what it said, and nothing of it stays', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const folder = scratch(t)
  const experiment = new Experiment(folder)
  t.after(() => experiment.close())
  await assert.rejects(experiment.startServer({ fixed: false }), ExperimentError)
  await experiment.stop()
})

test('go vet has nothing to say about the example', t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { status, stderr } = spawnSync(go, ['vet', './...'], { cwd: EXAMPLE, encoding: 'utf8' })
  const isOffline = /dial tcp|GOPROXY=off|no such host/.test(stderr)
  if (isOffline && !isRequired('go')) return t.skip(`Go cannot get its modules: ${stderr.trim().split('\n').at(-1)}`)
  assert.equal(status, 0, stderr)
})

/** `unhang demo` as a process of its own, its temporary files in a folder of ours. */
function startDemo(t: { after(work: () => void): void }, args: string[], env: NodeJS.ProcessEnv = {}) {
  const temporary = scratch(t)
  const node = ['--conditions=unhang-source', '--import', import.meta.resolve('tsx'), MAIN, 'demo', ...args]
  const child = spawn(process.execPath, node, {
    env: { ...process.env, ...env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.on('close', code => resolve({ code, stdout, stderr })),
  )
  return { child, ended, temporary, said: () => stderr }
}

/** Nothing stays: no file, and (where there is a /proc to look into) no process that was started from the folder. */
function assertNothingLeft(temporary: string): void {
  const left = readdirSync(temporary).filter(name => name.startsWith('unhang-'))
  assert.deepEqual(left, [])
  if (!existsSync('/proc/self/exe')) return
  const running = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(executableOf)
    .filter(file => file.startsWith(temporary))
  assert.deepEqual(running, [])
}

function executableOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return '' // it has ended, or belongs to somebody else
  }
}

type DemoJson = {
  readonly mode: string
  readonly goroutines?: number
  readonly asExpected: boolean
  readonly acts: readonly { readonly name: string; readonly skipped?: string; readonly difference?: string }[]
}

const ALL_ACTS = ['caught', 'late', 'client', 'fixed']

test('recorded: each of the four answers is the expected one', async t => {
  const { ended, temporary } = startDemo(t, ['--recorded', '--json'])
  const { code, stdout, stderr } = await ended
  const shown: DemoJson = JSON.parse(stdout)
  assert.equal(shown.mode, 'recorded')
  assert.deepEqual(
    shown.acts.map(({ name, skipped, difference }) => [name, skipped ?? difference]),
    ALL_ACTS.map(name => [name, undefined]),
  )
  assert.deepEqual([code, stderr], [0, ''])
  assertNothingLeft(temporary)
})

test('without Go the demo says so, shows the recording, and names the culprit', async t => {
  const { code, stdout, stderr } = await startDemo(t, [], { PATH: '' }).ended
  assert.match(stdout, /Go is not on this machine\.\nWhat follows was recorded/)
  assert.match(stdout, /main\.\(\*server\)\.AcquireLock/)
  assert.match(stdout, /mu\.Lock\(\)/)
  // Nobody is asked where nobody can answer.
  assert.match(
    stdout,
    /\ntimeline {3}unhang view \S+server-caught\n {11}unhang view \S+client-late {3}\(the client\)\n$/,
  )
  assert.equal(code, 0, stderr)
})

test('where nothing can be run from the temporary folder, the recording is shown, and why', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  // A go command that builds two files which are no programs.
  const bin = scratch(t)
  const script =
    '#!/bin/sh\nout=; for a; do [ "$last" = -o ] && out=$a; last=$a; done\n[ -n "$out" ] && touch "$out/server" "$out/client"; echo go1.99'
  writeFileSync(join(bin, 'go'), script, { mode: 0o755 })
  const { ended, temporary } = startDemo(t, [], { PATH: `${bin}${delimiter}${process.env.PATH}` })
  const { code, stdout, stderr } = await ended
  assert.match(stdout, /The experiment cannot be run here: the experiment's server could not be started .*EACCES/)
  assert.match(stdout, /was recorded/)
  assert.equal(code, 0, stderr)
  assertNothingLeft(temporary)
})

test('live: the same four answers from programs that run, and nothing of them stays', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { ended, temporary } = startDemo(t, ['--json', '-n', '2000'], { PATH: withFolderOf(go) })
  const { code, stdout, stderr } = await ended
  const shown: DemoJson & { reason?: string } = JSON.parse(stdout)
  assertNothingLeft(temporary)
  if (shown.mode === 'recorded' && !isRequired('go')) return t.skip(String(shown.reason))
  assert.deepEqual([shown.mode, shown.goroutines], ['live', 2000], shown.reason)
  for (const { name, skipped, difference } of shown.acts.slice(0, 3))
    assert.equal(skipped ?? difference, undefined, name)
  assert.equal(shown.asExpected, true)
  assert.equal(code, 0, stderr)
})

test('live, for people: the captures are kept where the last lines say, and nothing else', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { ended, temporary } = startDemo(t, ['-n', '2000'], { PATH: withFolderOf(go) })
  const { code, stdout, stderr } = await ended
  if (stdout.includes('was recorded') && !isRequired('go')) return t.skip('Go cannot get its modules')
  assert.equal(code, 0, stderr)
  const folders = [...stdout.matchAll(/^(?:timeline| {8}) {3}unhang view (\S+)/gm)].map(match => match[1])
  assert.ok(folders.length > 0, stdout)
  for (const folder of folders) {
    assert.equal(dirname(dirname(folder)), temporary)
    const kinds = (await findShown([folder], DEFAULT_FETCH, () => {})).map(({ name }) => name.endsWith('.trace'))
    assert.ok(kinds.includes(true) && kinds.includes(false), folder)
  }
  const kept = readdirSync(dirname(folders[0])).sort()
  assert.deepEqual(
    kept.filter(name => !['client-late', 'server-fixed'].includes(name)),
    ['server-caught', 'server-late'],
  )
})

for (const name of ['SIGINT', 'SIGTERM'] as const)
  test(`${name} in the middle of the first act ends everything at once`, async t => {
    const go = requireTool(t, 'go')
    if (!go) return
    const { child, ended, temporary, said } = startDemo(t, ['-n', '2000'], { PATH: withFolderOf(go) })
    // The first dump has been taken: server up, trace running.
    while (!said().includes('dump:') && child.exitCode === null) await delay(50)
    child.kill(name)
    const { code, stdout, stderr } = await ended
    assertNothingLeft(temporary)
    if (stdout.includes('was recorded') && !isRequired('go')) return t.skip('Go cannot get its modules')
    assert.match(stderr, /expected {2}the demo to run to its end\n +found {5}an interruption/)
    assert.equal(code, 2)
  })

const withFolderOf = (file: string) => `${dirname(file)}${delimiter}${process.env.PATH}`
