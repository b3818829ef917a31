/** What a Go server offers below `/debug/pprof/` and what we take of it, in the order in which we take it. */

export type EndpointWhat = 'dump' | 'trace' | 'cmdline' | 'index'
export type DumpForm = 'debug2' | 'debug1' | 'proto'

export type Endpoint = {
  readonly what: EndpointWhat
  readonly form: DumpForm | undefined
  /** Relative to the trace; the first and the last dump tell what did not move in between. */
  readonly when: 'before' | 'during' | 'after'
  /** The file it is written to. */
  readonly file: string
  /** Below the base, with parameters. */
  readonly path: string
  readonly params: { readonly [name: string]: string }
  /** Its name in messages: "a goroutine dump (debug=2)". */
  readonly title: string
  /** Do the first bytes look like it? At least `SNIFF_SIZE` bytes are given, or all there are. */
  readonly looksRight: (begin: Uint8Array) => boolean
}

export const SNIFF_SIZE = 32

const FIRST_DUMP: Endpoint = {
  what: 'dump',
  form: 'debug2',
  when: 'before',
  file: 'goroutines-before.debug2.txt',
  path: 'goroutine',
  params: { debug: '2' },
  title: 'a goroutine dump (debug=2)',
  looksRight: begin => /^\s*goroutine \d/.test(latin1(begin)),
}

/** All of it, for a trace of so many seconds. */
export function endpointsFor(seconds: number): readonly Endpoint[] {
  return [
    FIRST_DUMP,
    {
      what: 'trace',
      form: undefined,
      when: 'during',
      file: 'server.trace',
      path: 'trace',
      params: { seconds: String(seconds) },
      title: 'an execution trace',
      looksRight: begin => latin1(begin).startsWith('go 1.'),
    },
    { ...FIRST_DUMP, when: 'after', file: 'goroutines.debug2.txt' },
    {
      ...FIRST_DUMP,
      form: 'debug1',
      when: 'after',
      file: 'goroutines.debug1.txt',
      params: { debug: '1' },
      title: 'a goroutine dump (debug=1)',
      looksRight: begin => latin1(begin).startsWith('goroutine profile:'),
    },
    {
      ...FIRST_DUMP,
      form: 'proto',
      when: 'after',
      file: 'goroutines.pb.gz',
      params: { debug: '0' },
      title: 'a goroutine dump (protobuf)',
      // gzip, or a bare profile, whose first field is sample_type (`profile.proto`: field 1, length-delimited).
      looksRight: begin => (begin[0] === 0x1f && begin[1] === 0x8b) || begin[0] === 0x0a,
    },
    {
      what: 'cmdline',
      form: undefined,
      when: 'after',
      file: 'cmdline.txt',
      path: 'cmdline',
      params: {},
      title: 'the command line',
      looksRight: begin => !looksLikeMarkup(begin),
    },
  ]
}

/** The index page: HTML that links to the profiles. Written as text, so that a double click runs nothing of it. */
export const INDEX_FILE = 'index.txt'

/** Is this the page that net/http/pprof serves (`Index` in pprof.go), or one that links to the same profiles? */
export function looksLikeIndex(page: string): boolean {
  return /\bgoroutine\b/.test(page) && /\bdebug\/pprof|href=['"]?(?:goroutine|\/?[^'"]*\/goroutine)\?debug=/.test(page)
}

export function looksLikeMarkup(begin: Uint8Array): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(latin1(begin))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFF_SIZE)).toString('latin1')
}
