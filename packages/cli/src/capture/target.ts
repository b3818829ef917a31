/** Which server is meant: what people type becomes the addresses where `/debug/pprof/` may be. */
import { Complaint } from '../complaint.ts'
import type { Header } from './options.ts'

const PPROF = '/debug/pprof/'

export type Target = {
  /** As in "localhost:6060", for messages and for the folder's name. */
  readonly host: string
  /** Where the index may be, likeliest first; each ends with a slash. */
  readonly bases: readonly URL[]
  /** What was in the URL behind `?`: goes along with every request. */
  readonly query: readonly Header[]
  /** From `user:password@` in the URL. */
  readonly headers: readonly Header[]
  /** The address itself, without a login. */
  readonly address: URL
  /** false: the address names a file ("goroutine?debug=2", "server.trace"), and no server. */
  readonly isBase: boolean
}

/** Is this text a URL, or a HOST:PORT, rather than the name of a file? */
export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** Is this HOST:PORT (or ":6060")? A file may be called so as well: look for it first. */
export function isHostPort(text: string): boolean {
  return /^(?:[A-Za-z0-9._-]*|\[[0-9A-Fa-f:.%]+\]):\d{1,5}(?:\/|$)/.test(text)
}

/** Reads HOST:PORT, :PORT, HOST.DOMAIN or an http(s) URL. Throws a Complaint for anything else. */
export function readTarget(text: string): Target {
  const url = parseUrl(text)
  const headers: Header[] = []
  if (url.username || url.password) {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.push(['Authorization', `Basic ${Buffer.from(login).toString('base64')}`])
    url.username = ''
    url.password = ''
  }
  return {
    host: url.host,
    bases: basesOf(url),
    query: [...url.searchParams].filter(([name]) => name !== 'debug' && name !== 'seconds'),
    headers,
    address: url,
    isBase: !namesFile(url.pathname),
  }
}

function parseUrl(text: string): URL {
  const withHost = text.startsWith(':') ? `localhost${text}` : text
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(withHost) ? withHost : `http://${withHost}`
  let url: URL | undefined
  try {
    url = new URL(full)
    // Broken escapes in a login would otherwise throw where it is used.
    decodeURIComponent(url.username + url.password)
  } catch {
    url = undefined
  }
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new Complaint(
      'a server as HOST:PORT or as an http(s) URL',
      JSON.stringify(text),
      'give it as in: unhang localhost:6060',
    )
  url.hash = ''
  return url
}

/** Everything up to `/debug/pprof/`; without it, there below the path given, then the path itself. */
function basesOf(url: URL): readonly URL[] {
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  const at = path.indexOf(PPROF)
  if (at !== -1) return [withPath(url, path.slice(0, at + PPROF.length))]
  const below = withPath(url, path.slice(0, -1) + PPROF)
  return path === '/' ? [below] : [below, withPath(url, path)]
}

function namesFile(path: string): boolean {
  const at = path.indexOf(PPROF)
  if (at !== -1) return path.length > at + PPROF.length
  return /\/[^/]+\.[^/]+$/.test(path)
}

function withPath(url: URL, path: string): URL {
  const base = new URL(url.origin)
  base.pathname = path
  return base
}

/** The URL of an endpoint below a base: `endpointUrl(base, 'goroutine', { debug: '2' }, target.query)`. */
export function endpointUrl(
  base: URL,
  name: string,
  params: { readonly [name: string]: string },
  query: readonly Header[],
): URL {
  const url = new URL(name, base)
  for (const [key, value] of Object.entries(params)) url.searchParams.set(key, value)
  for (const [key, value] of query) url.searchParams.append(key, value)
  return url
}

/** The URL without what may be a secret: manifests are attached to incidents. */
export function publicUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  for (const key of new Set(shown.searchParams.keys()))
    if (key !== 'debug' && key !== 'seconds') shown.searchParams.set(key, 'hidden')
  return shown.href
}
