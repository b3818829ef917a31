/** `go tool trace` as a server, asked over HTTP: what its pages show, as JSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

const START_TIMEOUT_MS = 120_000

export type GoTraceServer = {
  /** The answer to a path, parsed; undefined where Go gives none (it panics on some traces). */
  readonly ask: (path: string) => Promise<unknown>
  readonly stop: () => void
}

/** Opens a trace; the first one of all builds the tool. */
export async function goTraceServer(go: string, file: string): Promise<GoTraceServer> {
  const address = `127.0.0.1:${await freePort()}`
  // "true" is the browser that it opens. It is a child of `go`: both are stopped, as one group.
  const child = spawn(go, ['tool', 'trace', `-http=${address}`, file], {
    env: { ...process.env, BROWSER: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }
  try {
    await listening(child)
  } catch (error) {
    stop()
    throw error
  }
  return { ask: path => ask(`http://${address}${path}`), stop }
}

function listening(child: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`go tool trace is silent: ${said}`)), START_TIMEOUT_MS)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (!said.includes('listening on')) return
      clearTimeout(timer)
      resolve()
    })
    child.on('exit', () => {
      clearTimeout(timer)
      reject(new Error(`go tool trace ended: ${said}`))
    })
  })
}

async function ask(url: string): Promise<unknown> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      const response = await fetch(url)
      return response.ok ? await response.json() : undefined
    } catch (error) {
      const code = (error as { cause?: { code?: string } }).cause?.code
      // It says that it listens before it answers.
      if (code !== 'ECONNREFUSED') return undefined
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  throw new Error(`nobody answers at ${url}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
