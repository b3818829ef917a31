/** Tells a pprof profile, and of what it is, without decoding its samples: by the names of its sample types. */
import { emptyField, readField, SAMPLE_TYPE, STRING_TABLE, varint } from './wire.ts'

const SAMPLE_TYPE_NAME = 1
/** CPU profiles have two types of samples, heap profiles four. */
const MAX_TYPES = 16
/** Names of types are short words. */
const MAX_NAME = 100

/**
 * The names of the sample types of an (uncompressed) pprof profile: ["goroutine"], ["samples", "cpu"]. undefined for
 * what is no profile. Where the string table was cut off, names are missing.
 */
export function profileTypes(bytes: Uint8Array): string[] | undefined {
  const field = emptyField()
  const rows: number[] = []
  const names = new Map<number, string>()
  let strings = 0
  let fields = 0
  for (let at = 0; at < bytes.length; at = field.end) {
    readField(bytes, at, bytes.length, field)
    if (field.end === -1) break
    fields++
    if (field.number === SAMPLE_TYPE && rows.length < MAX_TYPES) rows.push(typeName(bytes, field.start, field.end))
    if (field.number !== STRING_TABLE) continue
    // The table may come before or after the types: short strings are kept while types are unknown.
    const size = field.end - field.start
    if (size <= MAX_NAME && (rows.length === 0 ? names.size < MAX_TYPES * MAX_TYPES : rows.includes(strings)))
      names.set(strings, new TextDecoder().decode(bytes.subarray(field.start, field.end)))
    strings++
  }
  if (fields === 0 || rows.length === 0) return undefined
  return rows.map(row => names.get(row)).filter(name => name !== undefined)
}

/** The row in the string table of a sample type's name; 0 where it has none. */
function typeName(bytes: Uint8Array, from: number, to: number): number {
  const field = emptyField()
  for (let at = from; at < to; at = field.end) {
    readField(bytes, at, to, field)
    if (field.end === -1) return 0
    if (field.number === SAMPLE_TYPE_NAME && field.wire === 0) return varint(bytes, field.start, field.end)
  }
  return 0
}
