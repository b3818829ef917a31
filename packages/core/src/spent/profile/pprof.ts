/**
 * A profile as a file that `go tool pprof` and others open (profile.proto of github.com/google/pprof).
 *
 *   cpu       samples/count and cpu/nanoseconds, as the runtime's CPU profiles (`runtime/pprof/proto.go`)
 *   others    contentions/count and delay/nanoseconds, as `BuildProfile` of `internal/trace/traceviewer/pprof.go`
 *
 * Locations are lines: a trace's tables have no addresses.
 */
import { Function as Func, Line, Location, Profile as Message, Sample, StringTable, ValueType } from 'pprof-format'
import { gzip } from '../../base/gzip.ts'
import type { Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { type Profile, SAMPLE_PERIOD_NS } from './profile.ts'
import type { Weight } from './tree.ts'

/** Gzipped, as pprof files are. `by` is what opens first where a reader asks for one value. */
export async function pprofBytes(
  trace: Trace,
  profile: Profile,
  scope: Scope,
  by: Weight = 'time',
): Promise<Uint8Array> {
  return gzip(new Writer(trace).message(profile, scope, by).encode())
}

class Writer {
  private readonly trace: Trace
  private readonly strings = new StringTable()
  private readonly functions: Func[] = []
  private readonly locations: Location[] = []
  /** By name and file: inlining leaves a function with lines of several files. */
  private readonly functionIds = new Map<string, number>()
  /** By row of frames: its id here; 0: not written yet. */
  private readonly locationIds: Int32Array

  constructor(trace: Trace) {
    this.trace = trace
    this.locationIds = new Int32Array(trace.frames.length)
  }

  message(profile: Profile, scope: Scope, by: Weight): Message {
    const isCpu = profile.kind === 'cpu'
    const type = (name: string, unit: string) =>
      new ValueType({ type: this.strings.dedup(name), unit: this.strings.dedup(unit) })
    const count = isCpu ? type('samples', 'count') : type('contentions', 'count')
    const time = isCpu ? type('cpu', 'nanoseconds') : type('delay', 'nanoseconds')
    const { clock } = this.trace
    return new Message({
      sampleType: [count, time],
      sample: this.samples(profile),
      location: this.locations,
      function: this.functions,
      stringTable: this.strings,
      timeNanos: clock ? BigInt(Math.round(clock.unixNs)) + BigInt(Math.round(scope.fromNs - clock.atNs)) : 0,
      durationNanos: Math.round(scope.toNs - scope.fromNs),
      periodType: isCpu ? type('cpu', 'nanoseconds') : type('trace', 'count'),
      period: isCpu ? SAMPLE_PERIOD_NS : 1,
      defaultSampleType: by === 'count' ? count.type : time.type,
    })
  }

  private samples({ length, stack, count, ns }: Profile): Sample[] {
    const { stacks } = this.trace
    const samples: Sample[] = []
    for (let i = 0; i < length; i++) {
      const locationId: number[] = []
      for (let at = stacks.first[stack[i]]; at < stacks.first[stack[i] + 1]; at++)
        locationId.push(this.location(stacks.frame[at]))
      samples.push(new Sample({ locationId, value: [count[i], Math.round(ns[i])] }))
    }
    return samples
  }

  private location(frame: number): number {
    if (this.locationIds[frame] === 0) {
      const functionId = this.function(frame)
      const line = [new Line({ functionId, line: this.trace.frames.line[frame] })]
      this.locationIds[frame] = this.locations.length + 1
      this.locations.push(new Location({ id: this.locations.length + 1, line }))
    }
    return this.locationIds[frame]
  }

  private function(frame: number): number {
    const { frames, strings } = this.trace
    const name = this.strings.dedup(strings.text(Math.max(0, frames.function[frame])))
    const filename = this.strings.dedup(strings.text(Math.max(0, frames.file[frame])))
    const known = this.functionIds.get(`${name} ${filename}`)
    if (known !== undefined) return known
    const id = this.functions.length + 1
    this.functionIds.set(`${name} ${filename}`, id)
    this.functions.push(new Func({ id, name, systemName: name, filename }))
    return id
  }
}
