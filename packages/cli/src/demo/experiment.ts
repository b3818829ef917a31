/**
 * The experiment's programs while they run: started with ports of their own choice, and always ended. Whatever happens
 * to this process, nothing of the experiment may stay behind on somebody's machine.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export type Server = {
  /** Where the client finds it, host:port. */
  readonly grpc: string
  /** The URL of its /debug/pprof/. */
  readonly pprof: string
}

export type Client = { readonly pprof: string }

export type Load = {
  readonly goroutines: number
  /** Go on calling for so long; undefined: one call for each goroutine. */
  readonly forSeconds?: number
  /** How long a goroutine rests between two calls. */
  readonly pauseSeconds?: number
  /** Wait so long before the first call. */
  readonly afterSeconds?: number
}

/** Both listen before they print; half a second is usual, a machine that swaps takes longer. */
const START_LIMIT_MS = 15_000
/** If this process is killed outright, its children end by themselves: later than any demo does. */
const DEFAULT_EXIT_AFTER_SECONDS = 180

/** A program of the experiment did not do its part. */
export class ExperimentError extends Error {}

/** Runs the programs that `buildExample` made in a folder. */
export class Experiment {
  readonly #folder: string
  readonly #exitAfter: string
  readonly #children = new Set<ChildProcess>()
  readonly #atExit = () => this.#kill()

  /** `exitAfterSeconds`: after which the programs end by themselves, whatever becomes of this process. */
  constructor(folder: string, exitAfterSeconds = DEFAULT_EXIT_AFTER_SECONDS) {
    this.#folder = folder
    this.#exitAfter = `${exitAfterSeconds}s`
    process.on('exit', this.#atExit)
  }

  /** Starts a server; throws where it does not come up. */
  async startServer(options: { readonly fixed: boolean }): Promise<Server> {
    const lines = await this.#start('server', options.fixed ? ['-fixed'] : [], 2)
    return { grpc: announced(lines, 'grpc'), pprof: announced(lines, 'pprof') }
  }

  /** Starts a client of the server; throws where it does not come up. */
  async startClient(server: Server, load: Load): Promise<Client> {
    const { goroutines, forSeconds, pauseSeconds, afterSeconds } = load
    const times = Object.entries({ '-for': forSeconds, '-pause': pauseSeconds, '-after': afterSeconds })
      .filter(([, seconds]) => seconds !== undefined)
      .flatMap(([flag, seconds]) => [flag, `${seconds}s`])
    const args = ['-n', String(goroutines), ...times]
    const lines = await this.#start('client', ['-addr', server.grpc, ...args], 1)
    return { pprof: announced(lines, 'pprof') }
  }

  /** Ends what runs, and waits until it has ended: a million goroutines give their memory back in a second. */
  async stop(): Promise<void> {
    const ended = [...this.#children].map(child => new Promise(resolve => child.once('close', resolve)))
    this.#kill()
    await Promise.all(ended)
  }

  /** Ends what runs, for good. */
  async close(): Promise<void> {
    await this.stop()
    process.off('exit', this.#atExit)
  }

  #kill(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #start(name: string, args: string[], lineCount: number): Promise<string[]> {
    const local = name === 'server' ? ['-addr', '127.0.0.1:0'] : []
    const all = [...local, '-debug', '127.0.0.1:0', '-exit-after', this.#exitAfter, ...args]
    // The folder is a temporary one: a capture of the command line has no use for it.
    const child = spawn(join(this.#folder, name), all, { argv0: `./${name}`, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    child.once('error', () => this.#children.delete(child))
    return firstLines(child, name, lineCount)
  }
}

/** The first lines that a program prints; rejects where it ends or stays silent before. */
function firstLines(child: ChildProcess, name: string, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new ExperimentError(`the experiment's ${name} ${why}${text && `: ${text.trim()}`}`))
    }
    const timer = setTimeout(() => fail(`did not come up in ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS)
    child.once('error', error => fail(`could not be started (${error.message})`))
    child.once('close', () => fail('ended before it served'))
    // The listener stays: a pipe that nobody empties would stop the program that writes to it.
    child.stderr?.on('data', chunk => {
      if (text.length < 10_000) text += chunk
      const lines = text.split('\n')
      if (lines.length <= count) return
      clearTimeout(timer)
      resolve(lines.slice(0, count))
    })
  })
}

/** What a program said of one thing: "grpc  127.0.0.1:41234". */
function announced(lines: readonly string[], name: string): string {
  const line = lines.find(text => text.startsWith(`${name} `))
  if (!line)
    throw new ExperimentError(`expected the experiment to print a line with ${name}, found: ${lines.join(' / ')}`)
  return line.slice(name.length).trim()
}
