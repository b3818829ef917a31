/**
 * The page's server as a function: a request in, an answer out, both plain data. It hands out the page, the captures
 * that were named, lines of source around a place that a capture names, and what the source says to an answer; to nobody
 * but its own page.
 *
 *  1. is it meant for us? Another name in `Host` is another site's, which a resolver led here (DNS rebinding)
 *  2. does our page ask? Any page in the user's browser can send requests to this machine
 *  3. is it GET or HEAD? Nothing here can be changed. POST is for a question too long for an address, and is JSON, which
 *     no other page can send without asking first
 *  4. is the path one of those we know, letter by letter? No path is ever decoded or put together with a folder
 */
import type { Diagnosis, Standings } from '@unhang/core'
import type { Shown } from '../inputs/shown.ts'
import type { SourceLine } from '../inputs/source.ts'
import type { SourceNow } from '../inputs/source-now.ts'
import { askedOf } from './asked.ts'
import { closeFile, type OpenFile, openContent } from './content.ts'
import type { Page, PageFile } from './page.ts'

/** `target` is what stands behind the method: path and query, as they came. Names of headers are in lower case. */
export type Request = {
  readonly method: string
  readonly target: string
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
}

/** `body`: undefined for HEAD; an open file is for the receiver to close. */
export type Answer = {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array | OpenFile | undefined
  /** What is answered instead to the body of the request, once it is read; the rest is for one that is too long. */
  readonly toBody?: (body: Uint8Array) => Answer
}

export type Handle = (request: Request) => Answer

export type AppOptions = {
  readonly port: number
  readonly page: Page
  readonly captures: readonly Shown[]
  /** What the user was told about what is not among the captures. */
  readonly remarks: readonly string[]
  readonly source: Pick<SourceNow, 'lines' | 'edited' | 'since' | 'renew'>
  /** What the source says to an answer: the answer with it, and whether there is any source. */
  readonly tell: (
    diagnosis: Diagnosis,
    processes: readonly Standings[],
  ) => { readonly diagnosis: Diagnosis; readonly isHere: boolean }
}

export const CAPTURES_SCHEMA = 'unhang.captures/1'

/** Lines of source before and after the one that is asked for. */
const AROUND = 2
/** Longer lines are generated. */
const LINE_LIMIT = 1000
/** Names of more files tell nobody more. */
const EDITED_LIMIT = 20

/** Everything comes from here, nothing is fetched from elsewhere, and no other page can hold this one in a frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Graphviz is WebAssembly. A worker has the policy that its own script came with, and this one sees no capture. */
const GRAPH_WORKER = '/graph.js'
const GRAPH_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")

const SECURITY = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Captures are not for the browser's disk, and the next version of the page is served at the same address.
  'cache-control': 'no-store',
}

const JSON_TYPE = 'application/json; charset=utf-8'

export function createApp(options: AppOptions): Handle {
  const hosts = ownHosts(options.port)
  return request => {
    const answer = refusalOf(request, hosts) ?? answerTo(request, options)
    if (request.method !== 'HEAD') return answer
    if (answer.body && 'fd' in answer.body) closeFile(answer.body)
    return { ...answer, body: undefined }
  }
}

/** What `Host` may say: all names of this machine that need no resolver. */
function ownHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  // Browsers leave the default port out.
  return new Set(names.flatMap(name => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])))
}

function refusalOf({ method, target, headers }: Request, hosts: ReadonlySet<string>): Answer | undefined {
  const { host, origin } = headers
  if (typeof host !== 'string' || !hosts.has(host.toLowerCase())) return wrongHost(hosts)
  if (origin !== undefined && !(typeof origin === 'string' && isOwn(origin, hosts)))
    return text(403, 'This server answers its own page alone.')
  if (isForeign(headers['sec-fetch-site']) && !isLinkTo(target, headers))
    return text(403, 'This server answers its own page alone.')
  if (method === 'GET' || method === 'HEAD' || isQuestion(method, target)) return undefined
  return text(405, 'GET and HEAD alone.', { allow: 'GET, HEAD' })
}

const isQuestion = (method: string, target: string) => method === 'POST' && target === '/source'

function wrongHost(hosts: ReadonlySet<string>): Answer {
  const [first] = hosts
  return text(421, `This server is http://${first}/ alone. Behind a tunnel, forward the same port number.`)
}

const isOwn = (origin: string, hosts: ReadonlySet<string>) =>
  origin.startsWith('http://') && hosts.has(origin.slice('http://'.length).toLowerCase())

/** "same-site" is foreign as well: other ports of this machine are the same site. */
const isForeign = (site: unknown) => site !== undefined && site !== 'same-origin' && site !== 'none'

/** Somebody clicked our address in a chat or a terminal in a browser: a new page, of which that site sees nothing. */
function isLinkTo(target: string, headers: Request['headers']): boolean {
  return pathOf(target) === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

const pathOf = (target: string) => target.split('?', 1)[0]

function answerTo({ method, target, headers }: Request, options: AppOptions): Answer {
  if (isQuestion(method, target)) return toQuestion(headers, options)
  const path = pathOf(target)
  const file = options.page.get(path)
  if (file) return pageFile(path, file)
  if (path === '/favicon.ico') return { status: 204, headers: SECURITY, body: undefined }
  if (path === '/captures.json') return beginning(options)
  if (path === '/edited') return json(editedOf(options))
  if (path === '/source') return sourceAt(target.slice(path.length + 1), options)
  const [, number] = /^\/captures\/(0|[1-9]\d{0,5})$/.exec(path) ?? []
  const capture = number === undefined ? undefined : options.captures[Number(number)]
  return capture ? captureAnswer(capture) : text(404, 'There is nothing here.')
}

function pageFile(path: string, { type, bytes }: PageFile): Answer {
  const answer = whole(200, type, bytes)
  if (path !== GRAPH_WORKER) return answer
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': GRAPH_POLICY } }
}

/** Whoever begins to look sees the source as it is now. */
function beginning(options: AppOptions): Answer {
  options.source.renew()
  return json(listOf(options))
}

/** Which files of source are others than those that were read, by the ends of their paths, and when these were read. */
function editedOf({ source }: AppOptions) {
  const files = source.edited().map(file => file.split(/[/\\]/).slice(-2).join('/'))
  return { files: files.slice(0, EDITED_LIMIT), sinceMs: source.since() }
}

function listOf({ captures, remarks }: AppOptions) {
  const files = captures.map(({ name, size, cut }, i) => ({ name, size, url: `/captures/${i}`, ...(cut && { cut }) }))
  return { schema: CAPTURES_SCHEMA, files, remarks }
}

function captureAnswer({ name, content }: Shown): Answer {
  const opened = openContent(content)
  if ('missing' in opened) return text(404, `${name}: ${opened.missing}. Was it moved? Then: unhang view FILE`)
  if (opened instanceof Uint8Array) return whole(200, 'application/octet-stream', opened)
  return { status: 200, headers: typed('application/octet-stream', opened.size), body: opened }
}

function sourceAt(query: string, { source }: AppOptions): Answer {
  const asked = new URLSearchParams(query)
  const line = asked.get('line') ?? ''
  const site = { function: asked.get('function') ?? '', file: asked.get('file') ?? '', line: Number(line) }
  const lines = /^[1-9]\d{0,8}$/.test(line) && site.file !== '' ? source.lines(site, AROUND) : undefined
  // That it is not here is an answer, not a fault: a browser would note a 404 among the page's errors.
  return json({ lines: (lines ?? []).map(cutLine) })
}

const cutLine = ({ line, text }: SourceLine): SourceLine => ({ line, text: text.slice(0, LINE_LIMIT) })

/** What the source says to the answer that the page has found. */
function toQuestion(headers: Request['headers'], { tell, source }: AppOptions): Answer {
  if (headers['content-type'] !== 'application/json') return text(415, 'A question is application/json.')
  return {
    ...text(413, 'This question is too long.'),
    toBody: body => {
      const asked = askedOf(body)
      if (!asked) return text(400, 'This is no question about an answer.')
      source.renew()
      return json(tell(asked.diagnosis, asked.processes))
    },
  }
}

function typed(type: string, size: number): Answer['headers'] {
  return { ...SECURITY, 'content-type': type, 'content-length': String(size) }
}

function whole(status: number, type: string, bytes: Uint8Array): Answer {
  return { status, headers: typed(type, bytes.length), body: bytes }
}

function json(value: unknown): Answer {
  return whole(200, JSON_TYPE, Buffer.from(JSON.stringify(value)))
}

/** For people who look at what their tools were answered; the page shows it as it is. */
export function text(status: number, message: string, more: Answer['headers'] = {}): Answer {
  const answer = whole(status, 'text/plain; charset=utf-8', Buffer.from(`${message}\n`))
  return { ...answer, headers: { ...answer.headers, ...more } }
}
