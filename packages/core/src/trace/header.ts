/** The first 16 bytes of a trace: "go 1.22 trace\0\0\0" (`internal/trace/version/version.go`). */
import { FormatError } from '../base/errors.ts'

export const HEADER_SIZE = 16
export const TRACE_VERSIONS = [11, 19, 21, 22, 23, 25, 26]
const ACCEPTED =
  'accepted are go 1.11, 1.19 and 1.21 (written by Go 1.11 to 1.21) and go 1.22, 1.23, 1.25 and 1.26 (Go 1.22 to 1.26)'

/** Do these bytes begin as a trace of any version does? */
export function looksLikeTrace(bytes: Uint8Array): boolean {
  return /^go 1\.\d+ trace/.test(ascii(bytes))
}

/** The version in the header: 22 for "go 1.22 trace". */
export function readHeader(bytes: Uint8Array): number {
  const match = /^go 1\.(\d{1,4}) trace\0\0?\0?/.exec(ascii(bytes))
  if (!match) {
    const found = bytes.length === 0 ? 'an empty input' : `${printable(ascii(bytes))}`
    throw new FormatError(`expected a Go execution trace ("go 1.22 trace"), found ${found}`, 0)
  }
  const version = Number(match[1])
  if (!TRACE_VERSIONS.includes(version))
    throw new FormatError(`trace version go 1.${version} is not known: ${ACCEPTED}`, 0)
  if (bytes.length < HEADER_SIZE)
    throw new FormatError(
      `the trace ends in its header: expected ${HEADER_SIZE} bytes, found ${bytes.length}`,
      bytes.length,
    )
  return version
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, HEADER_SIZE))
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return JSON.stringify(text.replace(/[\u0000-\u001f\u007f-\uffff]/g, '?'))
}
