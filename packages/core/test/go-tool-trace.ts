/** Go's own trace viewer as an oracle: what it serves of a trace, asked over HTTP on this machine. */
import { execFileSync, spawn } from 'node:child_process'

/** Go reads the whole trace before it serves. */
const START_TIMEOUT_MS = 120_000

export type Viewer = {
  /** A page, as text. */
  readonly get: (path: string) => Promise<string>
  /** What a page asks for its picture, parsed; undefined where Go gives none (it panics on some traces). */
  readonly ask: (path: string) => Promise<unknown>
  readonly stop: () => void
}

/** Throws where Go cannot read the trace. */
export async function viewTrace(go: string, file: string): Promise<Viewer> {
  // The tool itself: a signal to `go` would leave it running. It opens a browser, which here is one that does nothing.
  const tool = execFileSync(go, ['tool', '-n', 'trace'], { encoding: 'utf8' }).trim()
  const child = spawn(tool, ['-http=127.0.0.1:0', file], {
    env: { ...process.env, BROWSER: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`go tool trace does not serve: ${said}`)), START_TIMEOUT_MS)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /listening on (http:\/\/\S+)/.exec(said)
      if (found) resolve(found[1])
    })
    child.once('error', reject).once('exit', () => reject(new Error(`go tool trace ended: ${said}`)))
    child.stderr.once('close', () => clearTimeout(timer))
    child.once('exit', () => clearTimeout(timer))
  }).catch(error => {
    child.kill()
    throw error
  })
  return {
    get: async path => (await fetch(address + path)).text(),
    ask: path =>
      fetch(address + path).then(
        response => (response.ok ? response.json() : undefined),
        () => undefined,
      ),
    stop: () => void child.kill(),
  }
}

/** Nanoseconds of one of Go's durations: "1m2.5s", "1.121472ms", "704ns", "0s". */
export function durationNs(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 }
  let ns = 0
  for (const [, value, unit] of text.matchAll(/([\d.]+)(h|ms|µs|ns|m|s)/g)) ns += Number(value) * units[unit]
  return text.trim().startsWith('-') ? -ns : ns
}

/** The tables of a page that have a head, cell by cell, without markup. */
export function tablesOf(html: string): readonly (readonly (readonly string[])[])[] {
  return [...html.matchAll(/<table[^>]*>([\s\S]*?)<\/table>/g)].map(([, table]) =>
    [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
      [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => plain(cell)),
    ),
  )
}

function plain(html: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, code: string) =>
      String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10)),
    )
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => named[name])
    .trim()
}
