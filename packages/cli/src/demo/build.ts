/** Builds the experiment's two programs with the machine's Go, or says in one line why that cannot be. */
import { spawn } from 'node:child_process'

/** What was built, or why not. */
export type Built =
  | { readonly ok: true; readonly goVersion: string }
  /** `reason` goes on a line of its own and begins with a capital. */
  | { readonly ok: false; readonly reason: string }

export type BuildOptions = {
  /** The go command; looked for on PATH. */
  readonly go?: string
  /** Called when Go is found, before it is used: what follows takes seconds. */
  readonly onGo?: (goVersion: string) => void
}

/** Some 10 MB from the module proxy; a dead network is found out sooner than its own time limits would. */
const FETCH_LIMIT_MS = 60_000
/** A cold build of net/http and gRPC took 16 s on two busy cores. */
const BUILD_LIMIT_MS = 300_000

const ENVIRONMENT = {
  // A go.work above the example, or flags meant for other modules, must not reach in.
  GOWORK: 'off',
  GOFLAGS: '',
  // Without a C compiler, and the same on every machine.
  CGO_ENABLED: '0',
}

/**
 * Builds `server` and `client` of the module in `example` into `folder`, with -trimpath: the captures then name
 * `example.com/go-lock/…`, wherever this was built. Never throws for what Go says; an abort ends it as a failure.
 */
export async function buildExample(
  example: string,
  folder: string,
  signal: AbortSignal,
  { go = 'go', onGo }: BuildOptions = {},
): Promise<Built> {
  const run = (args: string[], limitMs: number) => runGo(go, args, example, limitMs, signal)
  const version = await run(['env', 'GOVERSION'], 10_000)
  if (version.missing) return { ok: false, reason: 'Go is not on this machine.' }
  if (!version.ok) return { ok: false, reason: `Go is here, but does not run: ${version.complaint}` }
  const goVersion = version.stdout.trim()
  onGo?.(goVersion)
  const modules = await run(['list', '-mod=readonly', '-deps', './server', './client'], FETCH_LIMIT_MS)
  if (!modules.ok)
    return {
      ok: false,
      reason: `Go is here (${goVersion}), but cannot get the modules it needs: ${withoutPlace(modules.complaint)}`,
    }
  const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-o', `${folder}/`, './server', './client']
  const built = await run(args, BUILD_LIMIT_MS)
  if (built.ok) return { ok: true, goVersion }
  return { ok: false, reason: `Go is here (${goVersion}), but cannot build the example: ${built.complaint}` }
}

type Run = { readonly ok: boolean; readonly missing: boolean; readonly stdout: string; readonly complaint: string }

/** Enough of Go's messages to find the line that says why; a `go list` of this example prints 10 kB. */
const KEPT_CHARACTERS = 100_000

function runGo(go: string, args: string[], cwd: string, limitMs: number, signal: AbortSignal): Promise<Run> {
  return new Promise(resolve => {
    const env = { ...process.env, ...ENVIRONMENT }
    // A group of its own: the compilers that go starts end with it.
    const child = spawn(go, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let stdout = ''
    let stderr = ''
    let late = ''
    const kill = (why: string) => {
      late = why
      killGroup(child.pid)
    }
    const timer = setTimeout(() => kill(`no end after ${limitMs / 1000} s`), limitMs)
    const abort = () => kill('interrupted')
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    const done = (run: Run) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve(run)
    }
    child.stdout.on('data', chunk => {
      if (stdout.length < KEPT_CHARACTERS) stdout += chunk
    })
    child.stderr.on('data', chunk => {
      if (stderr.length < KEPT_CHARACTERS) stderr += chunk
    })
    child.on('error', error => done({ ok: false, missing: isMissing(error), stdout, complaint: error.message }))
    child.on('close', code => done({ ok: code === 0, missing: false, stdout, complaint: late || lastLine(stderr) }))
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

const isMissing = (error: Error) => 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')

/** A module that cannot be had is no fault of the line that imports it. */
const withoutPlace = (complaint: string) => complaint.replace(/^\S+\.go:\d+:\d+: /, '')

/** Go says last what stopped it; what it downloads comes before. */
function lastLine(stderr: string): string {
  return stderr.trimEnd().split('\n').at(-1)?.trim() || 'it says nothing'
}
