/**
 * What the user named becomes captures: files, folders, standard input and the addresses of files, each told by its
 * first bytes. What a named input is not is an error; what else lies in a folder is passed over with a word.
 */
import {
  type Capture,
  FormatError,
  type InputKind,
  identify,
  isGzip,
  openCapture,
  splitCapture,
  WARM_UP_FROM,
  warmUpTraceReader,
} from '@unhang/core'
import type { FetchOptions } from '../capture/options.ts'
import { isHostPort, isUrl, publicUrl, readTarget } from '../capture/target.ts'
import { Complaint } from '../complaint.ts'
import { printable } from '../print/printable.ts'
import { BYTES_LIMIT, type Candidate, candidatesOf, exists, InputFile, placeOf } from './files.ts'
import { kindWithin } from './kind.ts'
import { unzipped } from './unzip.ts'

export type Input = { readonly name: string; readonly capture: Capture }

export type OpenOptions = FetchOptions & {
  /** Leave the other kind alone where it lies in a folder: a trace is large, and opening one takes its time. */
  readonly wanted?: Capture['kind']
  /** Open the first of that kind in a folder alone: of what else is there this is told, by its begin. */
  readonly leaveOut?: (name: string) => void
}

/** Says something that is no error. */
export type Remark = (text: string) => void

/** Enough for `identify`: a dump may stand behind some lines of a log. */
export const PEEK_SIZE = 64 * 1024

/**
 * Opens all of them, in the order given; a folder's in the order of its manifest. Each is opened once, for what one
 * dump shows twice would pass for what did not move in between. Throws a Complaint for the first named one that is no
 * capture, or when there is none at all.
 */
export async function openInputs(
  names: readonly string[],
  options: OpenOptions,
  remark: Remark,
): Promise<readonly Input[]> {
  const inputs: Input[] = []
  const passedOver: string[] = []
  const seen = new Set<string>()
  for (const name of names) {
    if (isUrl(name)) inputs.push(...(await openAddress(name, options, remark)))
    else
      for (const candidate of candidatesOf(name)) {
        const place = placeOf(candidate.path)
        if (seen.has(place)) remark(`unhang: ${printable(candidate.path)} is named twice: taken once\n`)
        else await openCandidate(candidate, inputs, passedOver, remark, options)
        seen.add(place)
      }
  }
  if (passedOver.length > 0) remark(`unhang: passed over, for they are no captures: ${listed(passedOver)}\n`)
  if (inputs.length > 0) return inputs
  throw noCaptures(names)
}

export function noCaptures(names: readonly string[]): Complaint {
  return new Complaint(
    'a trace or a goroutine dump',
    `none in ${names.join(', ')}`,
    'capture one: unhang capture HOST:PORT',
  )
}

async function openCandidate(
  candidate: Candidate,
  inputs: Input[],
  passedOver: string[],
  remark: Remark,
  { wanted, leaveOut }: OpenOptions,
): Promise<void> {
  const file = new InputFile(candidate.path)
  try {
    const kind = identify(file.peek(PEEK_SIZE))
    if (kind === 'executable') remark(isProgram(file.name))
    else if (!candidate.named && !mayBeCapture(kind)) passedOver.push(file.name)
    else if (!candidate.named && wanted && kind !== wanted && kind !== 'gzip') return
    else if (!candidate.named && leaveOut && inputs.some(({ capture }) => capture.kind === wanted)) {
      if (kindWithin(file.peek(PEEK_SIZE)) === wanted) leaveOut(file.name)
    } else {
      const capture = markedCut(await open(file.name, await needed(file, kind)), candidate.cut)
      inputs.push(...splitCapture(file.name, capture))
    }
  } catch (error) {
    if (candidate.named || !(error instanceof Complaint)) throw error
    passedOver.push(`${file.name} (${foundIn(file.name, error)})`)
  } finally {
    file.close()
  }
}

/** `go tool trace` wants the program as well; this needs it for nothing. */
export function isProgram(name: string): string {
  return `unhang: ${printable(name)} is a program, which is not needed: passed over\n`
}

/** A dump that was cut behind a goroutine looks whole; whoever captured it knows better. */
export function markedCut(capture: Capture, cut: string | undefined): Capture {
  if (cut === undefined) return capture
  const { byteLength, problems } = capture.kind === 'trace' ? capture.trace : capture.dump
  // A trace's reader sees every cut.
  if (capture.kind === 'trace' ? problems.length > 0 : problems.some(problem => problem.cut)) return capture
  const marked = [...problems, { offset: byteLength, message: cut, lost: 'what would have come after it', cut: true }]
  if (capture.kind === 'trace') return { kind: 'trace', trace: { ...capture.trace, problems: marked } }
  return { ...capture, dump: { ...capture.dump, problems: marked } }
}

/** The first bytes of what no rest can make a capture: a video need not be read to be refused. */
async function needed(file: InputFile, kind: InputKind): Promise<Uint8Array> {
  if (kind === 'archive' || (kind === 'unknown' && !file.hasSize)) return file.peek(PEEK_SIZE)
  // The disk and the reader's warming up do not need each other.
  return kind === 'trace' && file.size() >= WARM_UP_FROM ? file.readAllWhile(warmUpTraceReader) : file.readAll()
}

async function openAddress(address: string, options: FetchOptions, remark: Remark): Promise<readonly Input[]> {
  const { name, bytes } = await fetchNamed(address, options, remark)
  return splitCapture(name, await open(name, bytes))
}

/** The bytes of an address, and how to call it. */
export async function fetchNamed(
  address: string,
  options: FetchOptions,
  remark: Remark,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  // An answer is shown around: the login and the tokens of the address are not for everybody.
  const name = publicUrl(readTarget(address).address)
  remark(`unhang: fetching ${name}\n`)
  // Loaded when it is needed: Node.js takes a while to load its HTTP, which most runs do without.
  const { fetchFile } = await import('../capture/live.ts')
  return { name, bytes: await fetchFile(address, options) }
}

/** A server, and not the address of one of its files, nor a file of that name. */
export function isServer(name: string): boolean {
  if (isUrl(name)) return readTarget(name).isBase
  return isHostPort(name) && !exists(name)
}

export function mayBeCapture(kind: InputKind): boolean {
  return kind === 'trace' || kind === 'dump' || kind === 'gzip'
}

/** Opens a capture's bytes. Throws a Complaint that says what `name` holds instead. */
export async function open(name: string, bytes: Uint8Array): Promise<Capture> {
  try {
    return await openCapture(isGzip(bytes) ? await unpacked(bytes) : bytes, BYTES_LIMIT)
  } catch (error) {
    if (error instanceof FormatError) throw complaintOf(name, error)
    throw error
  }
}

/** A FormatError says "expected …, found …", and often what to do in a sentence of its own. */
function complaintOf(name: string, error: FormatError): Complaint {
  const match = /^expected (.*?)[;,] found (.*?)(?:\. ([A-Z].*))?$/s.exec(error.message)
  const at = error.offset > 0 ? ` (at byte ${error.offset})` : ''
  return new Complaint(
    match?.[1] ?? 'a Go execution trace or a goroutine dump',
    `in ${name}: ${match?.[2] ?? error.message}${at}`,
    match?.[3] ?? 'take it anew: unhang capture HOST:PORT',
  )
}

/** What was found in an input that is named beside it. */
export function foundIn(name: string, { found }: Complaint): string {
  return found.startsWith(`in ${name}: `) ? found.slice(`in ${name}: `.length) : found
}

/** Names some; nobody reads a hundred. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(name => printable(name))
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}

/** A whole gzip file's text; of another, and of one gzipped twice, the file, which is for core to unpack. */
async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const text = await unzipped(bytes, BYTES_LIMIT)
  return text === undefined || isGzip(text) ? bytes : text
}
