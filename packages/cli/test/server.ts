/** Servers on 127.0.0.1 that play what real ones do wrong, so that no test needs a network. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export const INDEX = `<html><head><title>/debug/pprof/</title></head><body>
<a href='goroutine?debug=1'>goroutine</a> <a href='trace?debug=1'>trace</a></body></html>`
export const DEBUG2 = `goroutine 7 [chan receive, 3 minutes]:
main.worker(0xc000012345)
\t/app/worker.go:26 +0x1d
created by main.main in goroutine 1
\t/app/main.go:12 +0x25
`
export const DEBUG1 = `goroutine profile: total 1
1 @ 0x43b1c5 0x4d6b29
#\t0x4d6b28\tmain.worker+0x48\t/app/worker.go:26
`
/** gzip of nothing much: `capture` looks at the first bytes alone. */
export const PROTO = Buffer.from('1f8b08000000000000ff030000000000000000000000', 'hex')
export const TRACE = Buffer.concat([Buffer.from('go 1.22 trace\0\0\0'), Buffer.alloc(100)])

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void

export type Play = {
  readonly port: number
  /** "127.0.0.1:12345" */
  readonly host: string
  readonly url: string
  /** Method, path and query of what came. */
  readonly requests: string[]
  /** Headers of what came. */
  readonly headers: http.IncomingHttpHeaders[]
}

/** A well-behaved server's answers by the path below /debug/pprof/ (the dump's with its form). */
export const GOOD: { readonly [key: string]: Answer } = {
  '': send('text/html; charset=utf-8', INDEX),
  'goroutine?debug=2': send('text/plain; charset=utf-8', DEBUG2),
  'goroutine?debug=1': send('text/plain; charset=utf-8', DEBUG1),
  'goroutine?debug=0': send('application/octet-stream', PROTO),
  trace: send('application/octet-stream', TRACE),
  cmdline: send('text/plain; charset=utf-8', '/app/server\0-v'),
}

export function send(type: string, body: string | Uint8Array, status = 200): Answer {
  return (_, response) => void response.writeHead(status, { 'content-type': type }).end(body)
}

/** Runs `work` against a server that answers well, but for `answers`; prefix: what stands before /debug/pprof/. */
export async function withServer(
  answers: { readonly [key: string]: Answer },
  work: (play: Play) => Promise<void>,
  prefix = '/debug/pprof/',
): Promise<void> {
  const requests: string[] = []
  const headers: http.IncomingHttpHeaders[] = []
  const all = { ...GOOD, ...answers }
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    const url = new URL(request.url ?? '', 'http://x')
    const name = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : undefined
    const key = name === 'goroutine' ? `${name}?debug=${url.searchParams.get('debug') ?? 0}` : (name ?? '404')
    const answer = all['*'] ?? all[key] ?? send('text/plain; charset=utf-8', '404 page not found\n', 404)
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await work({ port, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, requests, headers })
  } finally {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}
