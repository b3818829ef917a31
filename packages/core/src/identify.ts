/** Says what an input is by its first bytes; names of files are never asked, for people rename and servers lie. */
import { isGzip } from './base/gunzip.ts'
import { dumpForm, isBinary, isOtherProfile } from './dump/read.ts'
import { profileTypes } from './profile/kind.ts'
import { looksLikeTrace } from './trace/header.ts'

/**
 * What an input can be: `trace` and `dump` are read by `openCapture`, and so is what is in a `gzip`. `profile` is a
 * pprof profile of something else than goroutines. `text` and `unknown` are all the rest.
 */
export type InputKind =
  | 'trace'
  | 'dump'
  | 'profile'
  | 'gzip'
  | 'archive'
  | 'executable'
  | 'document'
  | 'html'
  | 'json'
  | 'utf16'
  | 'base64'
  | 'empty'
  | 'text'
  | 'unknown'

/** What is accepted, as part of a sentence. */
export const ACCEPTED =
  'a Go execution trace or a goroutine dump (debug=2, debug=1, protobuf, SIGQUIT or panic), gzipped or not'

/** What was found, and what to do about it, for each kind that is not accepted. */
export const INSTEAD: Readonly<Record<Exclude<InputKind, 'trace' | 'dump' | 'gzip'>, string>> = {
  profile: 'a pprof profile of something else. Take /debug/pprof/goroutine or /debug/pprof/trace instead',
  archive: 'an archive. Unpack it and give the files in it',
  executable: 'a program. Give a capture of it while it runs, not the program itself',
  document: 'a picture or a document. Give the text that it shows, as plain text',
  html: 'an HTML page. Is this address behind a login, or not that of net/http/pprof?',
  json: 'JSON. Give the file that the server sent, not a description of it',
  utf16: 'text in UTF-16, as ">" in PowerShell writes it. Save it with curl.exe -o FILE',
  base64: 'text in base64. Unpack it (base64 -d FILE) and give what comes out',
  empty: 'an empty input. Was the capture interrupted, or the disk full?',
  text: 'text without a goroutine in it. Is this the right file?',
  unknown: 'bytes of no known kind. Is this the right file?',
}

/** Magic numbers, in hexadecimal. */
const MAGIC: readonly (readonly [string, InputKind])[] = [
  ['7f454c46', 'executable'], // ELF
  ['4d5a', 'executable'], // PE
  ['feedface', 'executable'], // Mach-O, 32 and 64 bit, both byte orders, and universal
  ['feedfacf', 'executable'],
  ['cefaedfe', 'executable'],
  ['cffaedfe', 'executable'],
  ['cafebabe', 'executable'],
  ['0061736d', 'executable'], // WebAssembly
  ['504b0304', 'archive'], // zip
  ['28b52ffd', 'archive'], // zstd
  ['fd377a58', 'archive'], // xz
  ['425a68', 'archive'], // bzip2
  ['377abcaf', 'archive'], // 7z
  ['52617221', 'archive'], // rar
  ['04224d18', 'archive'], // lz4
  ['89504e47', 'document'], // PNG
  ['ffd8ff', 'document'], // JPEG
  ['47494638', 'document'], // GIF
  ['25504446', 'document'], // PDF
  ['7b5c7274', 'document'], // RTF
  ['fffe', 'utf16'],
  ['feff', 'utf16'],
]
/** Enough to tell a page or JSON by its begin. */
const HEAD = 512
const TAR_MAGIC = 257
/** Fewer bytes may be anything. */
const LEAST_UTF16 = 16
/** A text without a blank in it, in lines of one length, of letters large and small and of digits. */
const BASE64 =
  /^(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D*\d)(?:[A-Za-z0-9+/]{60,}\r?\n)+[A-Za-z0-9+/]*=*\s*$|^(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D*\d)[A-Za-z0-9+/]{200,}=*\s*$/

const BEGIN_TEXT = 40
const BEGIN_BYTES = 4

/** How bytes begin that nobody knows: mostly that tells what they are. '' where nothing is to be seen. */
export function beginOf(kind: InputKind, bytes: Uint8Array): string {
  const head = bytes.subarray(0, HEAD)
  if (kind === 'unknown')
    return Array.from(head.subarray(0, BEGIN_BYTES), byte => byte.toString(16).padStart(2, '0')).join(' ')
  // A sentence that is quoted must not end the one that it stands in.
  const [line = ''] = new TextDecoder()
    .decode(head)
    .trimStart()
    .split(/\n|\. /, 1)
  const text = line.trim()
  return text.length > BEGIN_TEXT ? `"${text.slice(0, BEGIN_TEXT - 1)}…"` : text && `"${text}"`
}

/** What these bytes are. Reads the first 64 KiB of a text; of a pprof profile it visits the fields, not the samples. */
export function identify(bytes: Uint8Array): InputKind {
  if (bytes.length === 0) return 'empty'
  if (looksLikeTrace(bytes)) return 'trace'
  if (isGzip(bytes)) return 'gzip'
  const magic = byMagic(bytes)
  if (magic) return magic
  if (isBinary(bytes)) return binaryKind(bytes)
  return textKind(bytes)
}

function byMagic(bytes: Uint8Array): InputKind | undefined {
  const hex = Array.from(bytes.subarray(0, 4), byte => byte.toString(16).padStart(2, '0')).join('')
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1]
}

function binaryKind(bytes: Uint8Array): InputKind {
  if (isTar(bytes)) return 'archive'
  if (isUtf16(bytes)) return 'utf16'
  if (dumpForm(bytes) === 'proto') return 'dump'
  return profileTypes(bytes) ? 'profile' : 'unknown'
}

/** "ustar" behind the first file's name and numbers. */
function isTar(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(TAR_MAGIC, TAR_MAGIC + 5)) === 'ustar'
}

/** Text of Windows without its mark: every second byte is zero. */
function isUtf16(bytes: Uint8Array): boolean {
  return utf16Of(bytes) !== undefined
}

/** In which order its bytes stand, by the mark or by the zeros in its begin; undefined: it is no such text. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const head = bytes.subarray(0, HEAD)
  if (head.length < LEAST_UTF16) return undefined
  return isPaired(head, 1) ? 'utf-16le' : isPaired(head, 0) ? 'utf-16be' : undefined
}

/** Is nearly every byte at `zero`, or an even number behind it, a zero, and each of the others text? */
function isPaired(head: Uint8Array, zero: number): boolean {
  let zeros = 0
  for (let i = 0; i < head.length; i++) {
    const byte = head[i]
    if (i % 2 === zero) zeros += byte === 0 ? 1 : 0
    else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false
  }
  return zeros > head.length * 0.45
}

function textKind(bytes: Uint8Array): InputKind {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD)).trimStart()
  // A page may quote a dump; a dump never begins as a page.
  if (/^<(?:!doctype html|html|head|\?xml|!--)/i.test(head)) return 'html'
  if (dumpForm(bytes)) return 'dump'
  if (isOtherProfile(bytes)) return 'profile'
  if (/^[[{]\s*(?:["{[\]}]|-?\d)/.test(head)) return 'json'
  return BASE64.test(head) ? 'base64' : 'text'
}
