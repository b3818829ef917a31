/** Why something did not come, in words: what was found and what to do about it. */
import { formatBytes } from '@unhang/core'
import type { Fetched, FetchFailure } from './fetch.ts'

export type FailureKind =
  | FetchFailure['kind']
  | 'refused'
  | 'dns'
  | 'tls'
  | 'status'
  | 'busy'
  | 'other'
  | 'redirect'
  | 'disk'

export type Failure = {
  readonly kind: FailureKind
  /** The HTTP status; 0 without an answer. */
  readonly status: number
  /** One sentence without its full stop. May quote the server: not printable as it is. */
  readonly found: string
  /** What to do, in one sentence. */
  readonly remedy: string
}

const SERVE_PPROF = 'Is net/http/pprof served there? Add: import _ "net/http/pprof"'

/** What kept a request from its answer; undefined when the whole body came with status 200. */
export function failureOf(fetched: Fetched, url: URL): Failure | undefined {
  if (fetched.failure && fetched.status !== 0 && fetched.status !== 200) return statusFailure(fetched, url)
  if (fetched.failure) return { ...transferFailure(fetched.failure, fetched, url), status: fetched.status }
  return fetched.status === 200 ? undefined : statusFailure(fetched, url)
}

/** An answer that is not what was asked for: a web page where a trace should be. */
export function otherContent(fetched: Fetched, url: URL, title: string): Failure {
  const html = /html|xml/i.test(fetched.contentType)
  const what = html ? 'a web page' : 'something else'
  return {
    kind: 'other',
    status: fetched.status,
    found: `${url.host} answers ${url.pathname} with ${what} (${fetched.contentType || 'no content type'}) instead of ${title}`,
    remedy: html
      ? 'is there a login in front of it, or another server on that port? Try --header, or the port that serves /debug/pprof/'
      : 'give the address that serves /debug/pprof/',
  }
}

type Words = Omit<Failure, 'status'>

function transferFailure(failure: FetchFailure, fetched: Fetched, url: URL): Words {
  const came = fetched.bytes > 0 ? ` after ${formatBytes(fetched.bytes)}` : ''
  switch (failure.kind) {
    case 'network':
      return networkFailure(failure.code, failure.message, fetched, url)
    case 'silent':
      return {
        kind: 'silent',
        found: `no byte from ${url.host} for ${failure.afterMs / 1000} s${came}`,
        remedy:
          'wait longer with --timeout SECONDS; a process that is stopped or starved of CPU does not answer at all',
      }
    case 'slow':
      return {
        kind: 'slow',
        found: `${url.host} was still sending after ${failure.afterMs / 1000} s${came}`,
        remedy: 'allow more time with --timeout SECONDS',
      }
    case 'too-large':
      return {
        kind: 'too-large',
        found: `more than ${formatBytes(failure.maxBytes)} from ${url.host} and no end of it: cut there`,
        remedy: 'allow more with --max-size SIZE, or trace for fewer --seconds',
      }
    case 'cut':
      return {
        kind: 'cut',
        found: `${url.host} broke the connection off${came}`,
        remedy: 'did the server stop or restart? Look at its log, then try again',
      }
    case 'encoding':
      return {
        kind: 'encoding',
        found: `${url.host} sent a compressed answer that does not unpack: ${failure.message}`,
        remedy: 'ask the server directly, past the proxy that compresses',
      }
    case 'stopped':
      return { kind: 'stopped', found: `${url.host} sent something else`, remedy: 'give the address of /debug/pprof/' }
    case 'interrupted':
      return { kind: 'interrupted', found: `interrupted${came}`, remedy: 'run it again and let it end' }
  }
}

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL', 'EAI_NONAME'])
const UNREACHABLE_CODES = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'])
const TLS_CODE = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/

function networkFailure(code: string, message: string, fetched: Fetched, url: URL): Words {
  const { host } = url
  if (code === 'ECONNREFUSED') return { kind: 'refused', found: `connection refused on ${host}`, remedy: SERVE_PPROF }
  if (DNS_CODES.has(code))
    return {
      kind: 'dns',
      found: `no such host: ${url.hostname} (${code})`,
      remedy: 'check the name; a target is HOST:PORT or a URL',
    }
  if (UNREACHABLE_CODES.has(code))
    return {
      kind: 'network',
      found: `${host} cannot be reached (${code})`,
      remedy: 'check the address and the network',
    }
  if (TLS_CODE.test(code)) return tlsFailure(code, message, url)
  if (code.startsWith('HPE_'))
    return {
      kind: 'other',
      found: `${host} answers, but not in HTTP (${code})`,
      remedy: 'is that the port of another protocol, such as gRPC? Give the port that serves /debug/pprof/',
    }
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return {
      kind: 'cut',
      found: `${host} closed the connection ${fetched.bytes > 0 ? `after ${formatBytes(fetched.bytes)}` : 'without an answer'}`,
      remedy: 'is that the port of another protocol, such as gRPC or https? Give the one that serves /debug/pprof/',
    }
  return { kind: 'network', found: `${host}: ${message || code}`, remedy: 'check the address and the network' }
}

function tlsFailure(code: string, message: string, url: URL): Words {
  const found = `no TLS connection to ${url.host}: ${message.slice(0, 100)} (${code})`
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return { kind: 'tls', found, remedy: `does it speak plain http? Try http://${url.host}` }
  return {
    kind: 'tls',
    found,
    remedy: 'if its certificate is your own, name the authority: NODE_EXTRA_CA_CERTS=ca.pem unhang …',
  }
}

function statusFailure(fetched: Fetched, url: URL): Failure {
  const { status } = fetched
  const text = fetched.refusal.trim()
  const isMarkup = /html/i.test(fetched.contentType) || text.startsWith('<')
  const found = `${status} from ${url.host}${url.pathname}${text && !isMarkup ? `: ${firstLine(text)}` : ''}`
  return { status, found, ...statusKind(fetched, url, text) }
}

function statusKind(fetched: Fetched, url: URL, text: string): Pick<Failure, 'kind' | 'remedy'> {
  const { status } = fetched
  // net/http/pprof: "Could not enable tracing: " and runtime.StartTrace's "tracing is already enabled" (Go 1.11 to 1.21),
  // or "execution tracer already enabled" (since 1.22).
  if (status === 500 && /trac(?:ing|er)[^\n]*already/i.test(text))
    return { kind: 'busy', remedy: 'somebody else is tracing this process: wait until they have ended, then try again' }
  if (status >= 300 && status < 400) return { kind: 'redirect', remedy: redirectRemedy(fetched.location) }
  if (status === 401 || status === 403)
    return { kind: 'status', remedy: "log in with --header 'Authorization: Bearer TOKEN' or --header 'Cookie: …'" }
  if (status === 404 || status === 405)
    return { kind: 'status', remedy: `${SERVE_PPROF}; or give the path that it is served under` }
  // net/http/pprof: "profile duration exceeds server's WriteTimeout".
  if (status === 400 && /WriteTimeout/.test(text))
    return { kind: 'status', remedy: 'trace for fewer --seconds than the WriteTimeout of the http.Server' }
  if (status === 400 && /HTTPS server/.test(text)) return { kind: 'tls', remedy: `use https://${url.host}` }
  return { kind: 'status', remedy: "look at the server's log for the reason" }
}

function redirectRemedy(location: string): string {
  return location ? `redirects are not followed; give the address itself: ${location}` : 'give the address itself'
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0].slice(0, 200)
}
