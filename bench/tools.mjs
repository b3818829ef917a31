/** The programs of the bench: the Go ones in this folder, built into .cache/bench, and how a run of any is measured. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const CACHE = join(ROOT, '.cache', 'bench')
export const UNHANG = join(ROOT, 'packages', 'cli', 'bin', 'unhang.js')

/** The slowest reader known needs 40 s for the largest of the files. */
const READER_TIMEOUT = '5m'
/** `go tool trace` eats all memory on a big file; on those of the bench it needs at most 40 s. */
const PAGE_TIMEOUT = '2m'
/** A dump is read so often in one process: the first time is what people wait for, the best what the reader can do. */
const READINGS = 5

/** "go version go1.26.8 linux/amd64", or undefined without Go. */
export function goVersion() {
  const { status, stdout } = spawnSync('go', ['version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** Builds the programs; throws with Go's own words where that fails (its modules are out of reach). */
export function buildTools() {
  mkdirSync(join(CACHE, 'bin'), { recursive: true })
  run('go', ['build', '-o', join(CACHE, 'bin/'), './...'], join(ROOT, 'bench'))
}

const tool = name => join(CACHE, 'bin', name)

/** Writes a trace of a kind and returns its path. */
export function writeTrace(kind, flags, name = kind) {
  const file = join(CACHE, `${name}.trace`)
  run(tool('workload'), ['-kind', kind, '-o', file, ...flags])
  return file
}

/** unhang's whole way: process start, model, diagnosis, printed. Status 1 says that it found something. */
export function runUnhang(file) {
  const measured = measure(['-timeout', READER_TIMEOUT], [process.execPath, UNHANG, 'diagnose', file, '--json'])
  if (measured.exitCode !== 0 && measured.exitCode !== 1) throw failureOf('unhang diagnose', measured)
  return measured
}

/** Go's reader over the same file; `events` is how many it saw. */
export function runGoReader(file) {
  const measured = measure(['-timeout', READER_TIMEOUT], [tool('goreader'), file])
  if (measured.exitCode !== 0) throw failureOf('goreader', measured)
  return { ...measured, events: Number(measured.stdout) }
}

/** `go tool trace` until its page is served; undefined where it was not within two minutes. */
export function runGoToolTrace(file) {
  const program = run('go', ['tool', '-n', 'trace']).trim()
  // It opens a browser by itself: `true` opens none.
  const measured = measure(['-timeout', PAGE_TIMEOUT, '-until-served'], [program, '-http={address}', file], {
    BROWSER: 'true',
  })
  if (!measured.timedOut && measured.exitCode !== -1) throw failureOf('go tool trace', measured)
  return measured.timedOut ? undefined : figuresOf(measured)
}

/** How many events of Go's reader unhang's tables stand for: both must have read the same. */
export function countEvents(file) {
  const { transitions, events } = JSON.parse(run(process.execPath, [UNHANG, 'summary', file, '--json']))
  return [...Object.values(transitions), ...Object.values(events)].reduce((sum, count) => sum + count, 0)
}

/** Writes a folder of dumps of a process with so many goroutines: see `dumps/main.go`. */
export function writeDumps(folder, goroutines) {
  mkdirSync(folder, { recursive: true })
  run(tool('dumps'), ['-n', String(goroutines), '-o', folder])
}

/** A dump read in a process of its own, several times over: `readMs` of each, without the start of the process. */
export function runReadDump(file) {
  return JSON.parse(run(process.execPath, [join(ROOT, 'bench', 'read-dump.mjs'), file, String(READINGS)]))
}

/** Go's `bufio.Scanner` over the lines of the same file; `headers` is how many began a goroutine. */
export function runLineScan(file) {
  const measured = measure(['-timeout', READER_TIMEOUT], [tool('linescan'), file])
  if (measured.exitCode !== 0) throw failureOf('linescan', measured)
  return { ...measured, headers: Number(measured.stdout) }
}

/** The whole of `unhang dump FILE...`: its figures, or what it prints. */
export function runDump(files, flags = ['--json'], isPrinted = false) {
  const command = [UNHANG, 'dump', ...files, ...flags]
  if (isPrinted) return run(process.execPath, command)
  const measured = measure(['-timeout', READER_TIMEOUT], [process.execPath, ...command])
  if (measured.exitCode !== 0) throw failureOf('unhang dump', measured)
  return measured
}

/** Each analysis of a trace that is open, in a process of its own: see `read-analyses.mjs`. */
export function runReadAnalyses(file, rounds) {
  return JSON.parse(
    run(process.execPath, ['--expose-gc', join(ROOT, 'bench', 'read-analyses.mjs'), file, String(rounds)]),
  )
}

/** A command of unhang's as a whole process. */
export function runCommand(args) {
  const measured = measure(['-timeout', READER_TIMEOUT], [process.execPath, UNHANG, ...args])
  if (measured.exitCode !== 0) throw failureOf(`unhang ${args.join(' ')}`, measured)
  return figuresOf(measured)
}

/** `go tool trace -pprof=KIND`, whole; undefined where it is not done in time. */
export function runGoProfile(file, kind) {
  const program = run('go', ['tool', '-n', 'trace']).trim()
  const measured = measure(['-timeout', READER_TIMEOUT], [program, `-pprof=${kind}`, file])
  if (!measured.timedOut && measured.exitCode !== 0) throw failureOf('go tool trace -pprof', measured)
  return measured.timedOut ? undefined : figuresOf(measured)
}

function figuresOf({ wallMs, cpuMs, rssBytes }) {
  return { wallMs, cpuMs, rssBytes }
}

/** Another parser over the same file; undefined where it finds nothing there, or is not done within two minutes. */
export function runPanicparse(file) {
  const measured = measure(['-timeout', PAGE_TIMEOUT], [tool('panicparse'), file])
  return measured.exitCode === 0 ? measured : undefined
}

function measure(limits, command, environment = {}) {
  return JSON.parse(run(tool('measure'), [...limits, ...command], ROOT, environment))
}

function run(program, args, cwd = ROOT, environment = {}) {
  const env = { ...process.env, ...environment }
  const options = { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 }
  const { status, stdout, stderr, error } = spawnSync(program, args, options)
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit status ${status}\n${stderr.trim()}`)
  return stdout
}

function failureOf(name, { exitCode, timedOut, stderr }) {
  const how = timedOut ? `not done after ${READER_TIMEOUT}` : `exit status ${exitCode}`
  return new Error(`${name}: ${how}\n${stderr.trim()}`)
}
