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
  /** Not every server has it: it is asked for where the index page says so. */
  readonly isOffered?: (indexPage: string) => boolean
  /** Do the first bytes look like it? At least `SNIFF_SIZE` bytes are given, or all there are. */
  readonly looksRight: (begin: Uint8Array) => boolean
}

/** Longer than "goroutine profile: total " and 15 digits. */
export const SNIFF_SIZE = 64

/** Every goroutine with its id, state and stack: Go stops the world for as long as it writes them. */
export const FULL_DUMP: Endpoint = {
  what: 'dump',
  form: 'debug2',
  when: 'after',
  file: 'goroutines.debug2.txt',
  path: 'goroutine',
  params: { debug: '2' },
  title: 'a goroutine dump (debug=2)',
  looksRight: begin => /^\s*goroutine \d/.test(latin1(begin)),
}

/** Equal stacks with their count, which the first line sums up: cheap, however many there are. */
export const CENSUS: Endpoint = {
  ...FULL_DUMP,
  form: 'debug1',
  file: 'goroutines.debug1.txt',
  params: { debug: '1' },
  title: 'a goroutine dump (debug=1)',
  looksRight: begin => latin1(begin).startsWith('goroutine profile:'),
}

/** The same as a profile: the cheapest form. It shows the runtime's functions on top of a stack, and so what is waited for. */
export const PROFILE: Endpoint = {
  ...FULL_DUMP,
  form: 'proto',
  file: 'goroutines.pb.gz',
  params: { debug: '0' },
  title: 'a goroutine dump (protobuf)',
  // gzip, or a bare profile, whose first field is sample_type (`profile.proto`: field 1, length-delimited).
  looksRight: begin => (begin[0] === 0x1f && begin[1] === 0x8b) || begin[0] === 0x0a,
}

/**
 * Those that nothing alive can wake: Go 1.26 and later, built with GOEXPERIMENT=goroutineleakprofile. Asked for it, Go
 * collects garbage once and searches on the way; every full dump after that marks them, too.
 */
const LEAKS: Endpoint = {
  ...PROFILE,
  file: 'goroutineleak.pb.gz',
  path: 'goroutineleak',
  title: 'the leak profile (goroutineleak)',
  isOffered: page => /\bgoroutineleak\?debug=/.test(page),
}

/** How many goroutines a census counts whose first bytes these are; undefined: it does not say. */
export function countOf(begin: Uint8Array): number | undefined {
  const match = /^goroutine profile: total (\d{1,15})\s/.exec(latin1(begin))
  return match ? Number(match[1]) : undefined
}

/**
 * All of it, for a trace of so many seconds. The full dump, which may hold the server up, comes after all that shows how it
 * was; the leak profile is left out where the server does not offer it.
 */
export function endpointsFor(seconds: number): readonly Endpoint[] {
  return [
    { ...CENSUS, when: 'before', file: 'goroutines-before.debug1.txt' },
    { ...FULL_DUMP, when: 'before', file: 'goroutines-before.debug2.txt' },
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
    CENSUS,
    PROFILE,
    LEAKS,
    FULL_DUMP,
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
