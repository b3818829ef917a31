/**
 * Reads `/debug/pprof/goroutine` in its protobuf form (uncompressed): a pprof profile whose samples are equal stacks
 * with their count. Unlike the two texts it shows the runtime's functions on top of a stack (`runtime.gopark`).
 *
 *   sample     location ids (innermost first), count, labels
 *   location   id, lines: innermost inlined function first
 *   function   id, name and file as rows of the string table
 */
import { type Label, type Location, Profile, type Sample } from 'pprof-format'
import { grown } from '../base/column.ts'
import { FormatError } from '../base/errors.ts'
import { profileTypes } from '../profile/kind.ts'
import { wholePart } from '../profile/wire.ts'
import { DumpBuilder, draftRow, resetRow } from './build.ts'
import { labelsText } from './labels.ts'
import type { Dump } from './tables.ts'

const GOROUTINE = 'goroutine'
/** Go 1.26's experiment `goroutineleakprofile`: only those that nothing can wake. */
const LEAK = 'goroutineleak'
/** What one location may hold of inlined functions; a compiler inlines a few dozen at most. */
const MAX_LINES = 10_000

/** The sample type of a goroutine profile among `types`; undefined where there is none. */
export function goroutineType(types: readonly string[]): string | undefined {
  return types.find(type => type === GOROUTINE || type === LEAK)
}

/** Reads a profile. Throws `FormatError` for what is no profile, or one of something else. */
export function readProto(bytes: Uint8Array): Dump {
  const whole = wholePart(bytes)
  const types = profileTypes(bytes.subarray(0, whole))
  const reader = new ProtoReader(bytes, decode(bytes.subarray(0, whole), types))
  return reader.read(whole)
}

function decode(bytes: Uint8Array, types: readonly string[] | undefined): Profile {
  if (!types) throw new FormatError('expected a goroutine profile in the pprof format, found something else')
  if (types.length > 0 && goroutineType(types) === undefined)
    throw new FormatError(`expected a goroutine profile, found a pprof profile of ${types.join(', ')}`)
  const profile = decoded(bytes)
  // Go writes the names last. Where they were cut off, the number of types must tell: most other profiles have two or four.
  if (types.length === 0 && profile.sampleType.length !== 1)
    throw new FormatError('expected a goroutine profile, found a pprof profile of something else, cut before its names')
  return profile
}

function decoded(bytes: Uint8Array): Profile {
  try {
    return Profile.decode(bytes)
  } catch (error) {
    throw new FormatError(`the pprof profile cannot be decoded: ${error instanceof Error ? error.message : error}`)
  }
}

class ProtoReader {
  private readonly bytes: Uint8Array
  private readonly profile: Profile
  private readonly builder: DumpBuilder
  /** Frame rows of each location, by its id. */
  private readonly frameRows = new Map<number, readonly number[]>()
  private readonly texts: readonly string[]
  private frames = new Int32Array(64)

  constructor(bytes: Uint8Array, profile: Profile) {
    this.bytes = bytes
    this.profile = profile
    this.builder = new DumpBuilder(bytes, 'proto')
    this.texts = profile.stringTable.strings
  }

  read(whole: number): Dump {
    const { builder, profile } = this
    this.locations()
    const types = profile.sampleType.map(type => this.text(type.type))
    const wanted = goroutineType(types)
    const value = Math.max(0, types.indexOf(wanted ?? GOROUTINE))
    const row = draftRow()
    for (const sample of profile.sample) {
      resetRow(row)
      row.leaked = wanted === LEAK
      row.count = this.count(sample, value)
      row.labels = this.labels(sample.label)
      row.stack = this.stack(sample)
      builder.push(row)
    }
    if (whole < this.bytes.length)
      builder.cut(
        whole,
        `the profile breaks off: expected a whole field, found ${this.bytes.length - whole} bytes that are none`,
        'the stacks, names and counts after that place',
      )
    return builder.freeze()
  }

  private locations(): void {
    const functions = new Map<number, { name: number; file: number }>()
    for (const f of this.profile.function) {
      const name = this.builder.strings.internText(this.text(f.name))
      functions.set(Number(f.id), { name, file: this.builder.strings.internText(this.text(f.filename)) })
    }
    for (const location of this.profile.location)
      this.frameRows.set(Number(location.id), this.locationFrames(location, functions))
  }

  private locationFrames(location: Location, functions: Map<number, { name: number; file: number }>): number[] {
    const { builder } = this
    const rows: number[] = []
    for (const line of location.line.slice(0, MAX_LINES)) {
      const called = functions.get(Number(line.functionId))
      if (!called) this.missing(`function ${line.functionId} of location ${location.id}`)
      else rows.push(builder.stacks.frameRow(called.name, called.file, smallInt(line.line)))
    }
    if (location.line.length > 0) return rows
    // Not symbolized: the address is all there is.
    const address = BigInt.asUintN(64, BigInt(location.address))
    return [builder.stacks.frameRow(builder.strings.internText(`0x${address.toString(16)}`), 0, 0)]
  }

  private stack(sample: Sample): number {
    let depth = 0
    for (const id of sample.locationId) {
      const rows = this.frameRows.get(Number(id))
      if (!rows) {
        this.missing(`location ${id} of a sample`)
        continue
      }
      while (depth + rows.length > this.frames.length) this.frames = grown(this.frames)
      for (const row of rows) this.frames[depth++] = row
    }
    return this.builder.stacks.stack(this.frames, depth)
  }

  private count(sample: Sample, at: number): number {
    const count = BigInt.asIntN(64, BigInt(sample.value[at] ?? 0))
    if (count >= 0n && count <= 0xffffffffn) return Number(count)
    this.builder.problem(0, `expected the number of goroutines of a stack, found ${count}`, 'that number, taken as 0')
    return 0
  }

  private labels(labels: readonly Label[]): number {
    if (labels.length === 0) return -1
    const pairs = labels.map(label => [this.text(label.key), this.labelValue(label)] as const)
    return this.builder.strings.internText(labelsText(pairs))
  }

  private labelValue(label: Label): string {
    if (Number(label.str) !== 0) return this.text(label.str)
    const number = BigInt.asIntN(64, BigInt(label.num))
    return number === 0n ? '' : `${number}`
  }

  private text(row: number | bigint): string {
    const text = this.texts[Number(row)]
    if (text !== undefined) return text
    if (Number(row) !== 0) this.missing(`string ${row}`)
    return ''
  }

  private missing(what: string): void {
    this.builder.problem(0, `expected ${what} in the profile, found none`, 'it is left out')
  }
}

function smallInt(value: number | bigint): number {
  const number = Number(BigInt.asIntN(64, BigInt(value)))
  return number >= 0 && number <= 0x7fffffff ? number : 0
}
