/**
 * One request to a server nobody vouches for: limits on silence, on the whole time and on size; every byte that came is
 * handed on, also when the rest never does. No redirect is followed here, and no connection is kept.
 */
import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import zlib from 'node:zlib'

export type FetchRequest = {
  readonly url: URL
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The longest time without a byte. */
  readonly silenceMs: number
  /** The longest time altogether: a server that drips a byte a second ends here. */
  readonly totalMs: number
  /** Of the body, decompressed. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** Why a body is not there, or not whole. */
export type FetchFailure =
  | { readonly kind: 'network'; readonly code: string; readonly message: string }
  | { readonly kind: 'silent'; readonly afterMs: number }
  | { readonly kind: 'slow'; readonly afterMs: number }
  | { readonly kind: 'too-large'; readonly maxBytes: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'encoding'; readonly message: string }
  | { readonly kind: 'stopped' } // the sink wanted no more
  | { readonly kind: 'interrupted' } // Ctrl-C

export type Fetched = {
  /** 0: no answer came. */
  readonly status: number
  readonly contentType: string
  /** The Location header of a redirect. */
  readonly location: string
  /** Bytes of the body that came, decompressed. */
  readonly bytes: number
  /** The begin of the body of an answer other than 200. */
  readonly refusal: string
  /** undefined: the whole body came. */
  readonly failure: FetchFailure | undefined
}

/** Takes the body of a 200 answer piece by piece; false: no more, please. */
export type Sink = (chunk: Uint8Array) => boolean

/** Enough of a refusal's text to say why. */
const REFUSAL_LIMIT = 4096

/** Never rejects: what went wrong stands in `failure`. */
export function fetchInto(request: FetchRequest, sink: Sink): Promise<Fetched> {
  return new Promise(resolve => new Transfer(request, sink, resolve).start())
}

/** A request under way: its timers, its counters, and its one end. */
class Transfer {
  private readonly request: FetchRequest
  private readonly sink: Sink
  private readonly resolve: (fetched: Fetched) => void
  private client: http.ClientRequest | undefined
  private response: http.IncomingMessage | undefined
  private body: Readable | undefined
  private silence: NodeJS.Timeout | undefined
  private total: NodeJS.Timeout | undefined
  private bytes = 0
  private refusal: Uint8Array[] = []
  private ended = false
  private readonly interrupt = () => this.end({ kind: 'interrupted' })

  constructor(request: FetchRequest, sink: Sink, resolve: (fetched: Fetched) => void) {
    this.request = request
    this.sink = sink
    this.resolve = resolve
  }

  start(): void {
    const { totalMs, signal } = this.request
    signal.addEventListener('abort', this.interrupt, { once: true })
    this.total = setTimeout(() => this.end({ kind: 'slow', afterMs: totalMs }), totalMs)
    this.heard()
    if (signal.aborted) this.interrupt()
    else this.ask()
  }

  private ask(): void {
    const { url, headers } = this.request
    try {
      this.client = (url.protocol === 'https:' ? https : http).request(url, {
        agent: false,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'unhang', ...Object.fromEntries(headers) },
      })
    } catch (error) {
      this.end(networkFailure(error))
      return
    }
    this.client.on('response', response => this.answer(response))
    this.client.on('error', error => this.end(networkFailure(error)))
    this.client.end()
  }

  private answer(response: http.IncomingMessage): void {
    this.response = response
    this.heard()
    const wanted = response.statusCode === 200
    const body = wanted ? decoded(response) : response
    if (body === undefined) this.end({ kind: 'encoding', message: 'its Content-Encoding is not known' })
    else this.receive(response, body, wanted)
  }

  private receive(response: http.IncomingMessage, body: Readable, wanted: boolean): void {
    this.body = body
    response.on('data', () => this.heard())
    body.on('data', (chunk: Buffer) => this.take(chunk, wanted))
    body.on('end', () => this.end(response.complete ? undefined : { kind: 'cut' }))
    if (body !== response) {
      body.on('error', error => this.end({ kind: 'encoding', message: error.message }))
      // A decompressor gives what it holds when its input ends, however that comes about.
      response.on('error', () => (body as zlib.Gunzip).end())
    } else response.on('error', () => this.end({ kind: 'cut' }))
  }

  private take(chunk: Buffer, wanted: boolean): void {
    if (this.ended) return
    const room = this.request.maxBytes - this.bytes
    const piece = chunk.length > room ? chunk.subarray(0, room) : chunk
    this.bytes += piece.length
    if (!wanted) this.refusal.push(piece)
    else if (!this.sink(piece)) this.end({ kind: 'stopped' })
    if (piece.length < chunk.length) this.end({ kind: 'too-large', maxBytes: this.request.maxBytes })
    else if (!wanted && this.bytes >= REFUSAL_LIMIT) this.end(undefined)
  }

  private heard(): void {
    const { silenceMs } = this.request
    if (this.ended) return
    if (this.silence) this.silence.refresh()
    else this.silence = setTimeout(() => this.end({ kind: 'silent', afterMs: silenceMs }), silenceMs)
  }

  private end(failure: FetchFailure | undefined): void {
    if (this.ended) return
    this.ended = true
    clearTimeout(this.silence)
    clearTimeout(this.total)
    this.request.signal.removeEventListener('abort', this.interrupt)
    this.client?.destroy()
    if (this.body !== this.response) this.body?.destroy()
    this.resolve({
      status: this.response?.statusCode ?? 0,
      contentType: this.response?.headers['content-type'] ?? '',
      location: this.response?.headers.location ?? '',
      bytes: this.bytes,
      refusal: Buffer.concat(this.refusal).toString('utf8', 0, REFUSAL_LIMIT),
      failure,
    })
  }
}

/** The body without what a proxy wrapped around it; undefined for an encoding we cannot undo. */
function decoded(response: http.IncomingMessage): Readable | undefined {
  // Sync flush: of a body that was cut short, all that can be decompressed is given.
  const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
  switch (response.headers['content-encoding']?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return response
    case 'gzip':
    case 'x-gzip':
      return response.pipe(zlib.createGunzip(options))
    case 'deflate':
      return response.pipe(zlib.createInflate(options))
    case 'br':
      return response.pipe(zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }))
    default:
      return undefined
  }
}

/** The code stands in the error, or, where several addresses were tried (localhost), in the first of its errors. */
function networkFailure(error: unknown): FetchFailure {
  const outer = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] }
  const inner = outer.errors?.[0] ?? outer
  return { kind: 'network', code: inner.code ?? outer.code ?? '', message: inner.message || outer.message }
}
