/**
 * Asks `tools/oracle` (Go's own reader of traces) what is in a trace. Built once into `.cache/`, under the hash of its
 * sources and of the Go that builds it. Without Go, or where Go cannot get the module, the answers stored beside
 * captures as `NAME.oracle.json` are all there is.
 */
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Summary } from '../src/analysis/summary.ts'
import { findTool } from './require-tool.ts'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SOURCES = join(ROOT, 'tools', 'oracle')
const CACHE = join(ROOT, '.cache')
/** A trace that takes Go's reader longer than this has sent it into a loop. */
const RUN_TIMEOUT_MS = 120_000
const BUILD_TIMEOUT_MS = 240_000

let built: string | undefined | false = false

/** The oracle's executable; undefined (said once, in a line) where it cannot be built. */
export function oracleProgram(): string | undefined {
  if (built === false) built = build()
  return built
}

function build(): string | undefined {
  const go = findTool('go')
  if (!go) return without('go is not on this machine')
  try {
    const version = execFileSync(go, ['version'], { cwd: SOURCES, encoding: 'utf8' })
    const hash = createHash('sha256').update(version)
    for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCES, name)))
    const program = join(CACHE, `oracle-${hash.digest('hex').slice(0, 16)}`)
    if (!existsSync(program)) compile(go, program)
    return program
  } catch (error) {
    const lines = String((error as { stderr?: unknown }).stderr || error)
      .trim()
      .split('\n')
    return without(`go cannot build it: ${lines[lines.length - 1]}`)
  }
}

/** Test files run side by side: each builds under a name of its own and moves it into place whole. */
function compile(go: string, program: string): void {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'build-'))
  try {
    const made = join(folder, 'oracle')
    execFileSync(go, ['build', '-o', made, '.'], { cwd: SOURCES, stdio: 'pipe', timeout: BUILD_TIMEOUT_MS })
    renameSync(made, program)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function without(reason: string): undefined {
  console.log(`oracle: ${reason}; only stored answers (*.oracle.json) are compared`)
  return undefined
}

/** What the oracle says of a trace in a file. Call only where `oracleProgram` returns one. */
export function askOracleOfFile(file: string): Promise<Summary> {
  const program = oracleProgram()
  if (!program) throw new Error('there is no oracle on this machine')
  return new Promise((resolve, reject) => {
    execFile(program, [file], { timeout: RUN_TIMEOUT_MS, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`the oracle failed on ${file}: ${stderr || error.message}`, { cause: error }))
      else resolve(JSON.parse(stdout) as Summary)
    })
  })
}

/** What the oracle says of a trace in memory. */
export async function askOracle(bytes: Uint8Array): Promise<Summary> {
  const folder = mkdtempSync(join(tmpdir(), 'unhang-oracle-'))
  try {
    const file = join(folder, 'a.trace')
    writeFileSync(file, bytes)
    return await askOracleOfFile(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The stored answer beside a capture: `server.trace` has `server.oracle.json`. */
export function storedAnswer(traceFile: string): Summary | undefined {
  const file = traceFile.replace(/\.trace$/, '.oracle.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Summary) : undefined
}
