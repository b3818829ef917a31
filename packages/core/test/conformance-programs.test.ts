/**
 * The programs that Go tests its tracer with, built from the installed Go's own sources and traced live, each in
 * the variants that Go's tests use (`internal/trace/trace_test.go`), must give the numbers that Go's reader gives. With
 * UNHANG_DEEP=1 older toolchains (fetched by the go command) run theirs too.
 */
import assert from 'node:assert/strict'
import { type ExecFileSyncOptions, execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { summarize } from '../src/analysis/summary.ts'
import { disagreements } from './agreement.ts'
import { openTrace } from './open-trace.ts'
import { askOracle, oracleProgram } from './oracle.ts'
import { findTool, requireTool } from './require-tool.ts'

/**
 * GODEBUG of each variant. Stress starts a generation every millisecond; Go's own tests do so without any pause, which on a
 * busy machine makes one of the programs write without end.
 */
const VARIANTS = {
  default: 'tracecheckstackownership=1',
  'async preemption off': 'tracecheckstackownership=1,asyncpreemptoff=1',
  stress: 'tracecheckstackownership=1,traceadvanceperiod=1000000',
  'heap experiment': 'tracecheckstackownership=1,traceallocfree=1',
}
/** The longest of them takes two seconds on two cores. */
const RUN_TIMEOUT_MS = 60_000
/** The first build compiles the standard library. */
const BUILD_TIMEOUT_MS = 240_000
/** The longest trace of them, under the experiment, is a quarter of this. */
const MAX_TRACE_BYTES = 64 << 20
/** One of each format, and Go 1.24, which writes that of 1.23. Go 1.21 has no such programs, and takes the installed Go's. */
const OLDER = ['go1.21.13', 'go1.22.12', 'go1.23.12', 'go1.24.10', 'go1.25.5']
const PROGRAM_FOLDERS = ['src/internal/trace/testdata/testprog', 'src/internal/trace/v2/testdata/testprog']

const go = findTool('go')
const folder = mkdtempSync(join(tmpdir(), 'unhang-programs-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A Go to build with: the installed one (`local`), or one that it fetches. */
type Toolchain = { readonly name: string; readonly env: NodeJS.ProcessEnv }

function toolchains(): Toolchain[] {
  if (!go) return []
  const older = process.env.UNHANG_DEEP === '1' ? OLDER : []
  return ['local', ...older].map(name => ({ name, env: { ...process.env, GOTOOLCHAIN: name } }))
}

function programFolder(toolchain: Toolchain): string | undefined {
  const roots = [toolchain.env, { ...process.env, GOTOOLCHAIN: 'local' }].map(env =>
    execFileSync(go ?? 'go', ['env', 'GOROOT'], { env, cwd: folder, encoding: 'utf8' }).trim(),
  )
  return roots.flatMap(root => PROGRAM_FOLDERS.map(path => join(root, path))).find(path => existsSync(path))
}

/** Builds a program; undefined (and the test skipped) where it needs a C compiler or a newer standard library. */
function build(t: TestContext, toolchain: Toolchain, source: string, name: string): string | undefined {
  const program = join(folder, `${toolchain.name}-${name}`)
  const options: ExecFileSyncOptions = { cwd: folder, env: toolchain.env, stdio: 'pipe', timeout: BUILD_TIMEOUT_MS }
  try {
    execFileSync(go ?? 'go', ['build', '-o', program, source], options)
    return program
  } catch (error) {
    const message = String((error as { stderr?: unknown }).stderr || error)
    const newer = toolchain.name !== 'local'
    if (!newer && !/C compiler|cgo|build constraints exclude all/.test(message)) throw new Error(message)
    t.skip(`needs a ${newer ? 'newer Go' : 'C compiler'}: ${message.trim().split('\n').at(-1)}`)
    return undefined
  }
}

/** The trace that a program writes to its standard output. */
async function traceOf(program: string, debug: string): Promise<Uint8Array> {
  const { stdout } = await promisify(execFile)(program, [], {
    env: { ...process.env, GODEBUG: debug },
    encoding: 'buffer',
    maxBuffer: MAX_TRACE_BYTES,
    timeout: RUN_TIMEOUT_MS,
  })
  return stdout
}

async function checkLive(program: string, debug: string): Promise<void> {
  const bytes = await traceOf(program, debug)
  const trace = openTrace(bytes)
  assert.ok(trace.goroutines.length > 0, 'a trace of a running program has goroutines')
  const oracle = oracleProgram() ? await askOracle(bytes) : undefined
  // Until Go 1.21 a callback from C can leave events that nobody can order, Go's own reader neither.
  if (trace.version < 22 && oracle?.error) return assert.match(oracle.error, /no consistent ordering/)
  assert.equal(oracle?.error, undefined)
  assert.deepEqual(trace.problems, [])
  if (oracle) assert.deepEqual(disagreements(summarize(trace), oracle), [])
}

for (const toolchain of toolchains()) {
  const sources = programFolder(toolchain)
  for (const name of sources ? readdirSync(sources).filter(file => file.endsWith('.go')) : [])
    test(`${toolchain.name}: ${name}`, async t => {
      const program = build(t, toolchain, join(sources ?? '', name), name.replace(/\.go$/, ''))
      if (!program) return
      for (const [variant, debug] of Object.entries(VARIANTS)) await t.test(variant, () => checkLive(program, debug))
    })
}

test("Go's own programs are there", t => {
  if (!requireTool(t, 'go') || programFolder({ name: 'local', env: process.env })) return
  t.skip("the installed Go is older than 1.22, or comes without its sources' test data")
})
