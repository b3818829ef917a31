/**
 * The example programs, live: builds a module of `examples/`, starts its programs, and asks them with the real command
 * line (in this process: sixty starts of Node.js take longer than all captures together).
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Diagnosis, Finding } from '@unhang/core'
import { parseCommandLine } from '../src/commands/program.ts'
import { run } from '../src/commands/run.ts'
import { Complaint, complaintText } from '../src/complaint.ts'
import { createOutput } from '../src/print/output.ts'

export const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url))

/** The longest that anything may take before it is taken for dead; a machine that is busy needs a fraction. */
const LONGEST_MS = 90_000

/** The programs of a module: each is a folder. */
export function programsOf(module: string): readonly string[] {
  const folders = fs.readdirSync(path.join(EXAMPLES, module), { withFileTypes: true })
  return folders
    .filter(folder => folder.isDirectory() && folder.name !== 'internal')
    .map(({ name }) => name)
    .sort()
}

/** Builds every program of a module into a folder: each has the name of its own folder. */
export async function buildModule(go: string, module: string, folder: string): Promise<void> {
  const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-o', `${folder}/`, './...']
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '', CGO_ENABLED: '0' }
  await promisify(execFile)(go, args, { cwd: path.join(EXAMPLES, module), env })
}

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** What `unhang ARGS` does and prints. */
export async function unhang(...args: string[]): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  const out = { write: (text: string) => (stdout += text) }
  const err = { write: (text: string) => (stderr += text) }
  const parsed = parseCommandLine(args, '0')
  if ('exitCode' in parsed) return { ...parsed, code: parsed.exitCode }
  try {
    const code = await run(parsed.plan, createOutput(parsed.plan, out, err, {}), '0')
    return { code, stdout, stderr }
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    return { code: 2, stdout, stderr: stderr + complaintText(error) }
  }
}

/** Captures a server into a folder; all of it must come. */
export async function captureInto(folder: string, address: string, seconds: number): Promise<void> {
  const { code, stderr } = await unhang('capture', address, '-o', folder, '--seconds', String(seconds), '--quiet')
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
}

export type Answered = { readonly code: number; readonly diagnosis: Diagnosis }

/** `unhang diagnose --json`, with the examples' own source at hand. */
export async function diagnoseJson(module: string, ...names: string[]): Promise<Answered> {
  const { code, stdout, stderr } = await unhang('diagnose', ...names, '--json', '--src', path.join(EXAMPLES, module))
  assert.equal(stderr, '')
  return { code, diagnosis: JSON.parse(stdout) as Diagnosis }
}

export type Program = {
  /** HOST:PORT of /debug/pprof/. */
  readonly address: string
  /** Asks for a path there and gives what comes back. */
  readonly get: (path: string) => Promise<string>
  readonly stop: () => void
}

/** Starts a program, which says first where its /debug/pprof/ is. */
export async function startProgram(file: string, ...args: string[]): Promise<Program> {
  const child: ChildProcess = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr?.on('data', text => {
    stderr += text
  })
  const address = await new Promise<string>((resolve, reject) => {
    let stdout = ''
    child.stdout?.on('data', text => {
      stdout += text
      const match = /^pprof http:\/\/([^/]+)\//m.exec(stdout)
      if (match) resolve(match[1])
    })
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`${file} ended with ${code} before it said where it is\n${stderr}`)))
  })
  return {
    address,
    get: async path => (await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(LONGEST_MS) })).text(),
    stop: () => child.kill('SIGKILL'),
  }
}

/** Waits until something is so, or says what never came. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LONGEST_MS
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${LONGEST_MS / 1000} s: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Returns when somebody's trace of the program is under way. */
export function untilTraced({ get }: Program): Promise<void> {
  // `net/http/pprof.Trace` sleeps while the trace is written.
  return until('a trace', async () => (await get('/debug/pprof/goroutine?debug=2')).includes('\nnet/http/pprof.sleep('))
}

/** The goroutines that wait with the function in their stack, as a dump of now says: ids, ascending. */
export async function waitingIn({ get }: Program, name: string): Promise<readonly number[]> {
  const blocks = (await get('/debug/pprof/goroutine?debug=2')).split('\n\n')
  const waiting = blocks.filter(
    block => block.includes(`\n${name}(`) && !/^\S+ \d+.* \[(?:running|runnable)/.test(block),
  )
  return waiting.map(block => Number(block.split(' ', 2)[1])).sort((a, b) => a - b)
}

/** Returns when so many wait in the function, and as many did so a moment before; with `others` whoever they are. */
export async function untilStuck(program: Program, name: string, count: number, others = false): Promise<void> {
  let before: readonly number[] = []
  await until(`${count} goroutines that stay in ${name}`, async () => {
    const now = await waitingIn(program, name)
    const stay = others ? now : now.filter(id => before.includes(id))
    before = now
    return stay.length >= count
  })
}

/** A finding in a line, for what a failed test says. */
export const line = ({ certainty, cause, kind, site, waiters, holder }: Finding) =>
  `${certainty} ${cause} ${kind} ${site.function}:${site.line}, ${waiters.count} wait, holder ${holder.state} ${holder.function ?? ''}`
