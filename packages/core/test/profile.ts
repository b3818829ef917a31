/** Goroutine profiles as Go writes them, for tests: stacks as text, innermost first. */
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format'

export type Stack = {
  readonly count: number
  /** "main.take /src/main.go:26" each, the runtime's functions among them. */
  readonly frames: readonly string[]
}

/** The bytes of a profile of these stacks, not compressed. `type`: "goroutineleak" for those that Go calls leaked. */
export function profileOf(stacks: readonly Stack[], type = 'goroutine'): Uint8Array {
  const strings = new StringTable()
  const ids = new Map<string, number>()
  const functions: PprofFunction[] = []
  const locations: Location[] = []
  const idOf = (frame: string) => {
    const known = ids.get(frame)
    if (known !== undefined) return known
    const [, name, file, line] = /^(\S+) (\S+):(\d+)$/.exec(frame) ?? ['', frame, '', '0']
    const id = ids.size + 1
    ids.set(frame, id)
    functions.push(new PprofFunction({ id, name: strings.dedup(name), filename: strings.dedup(file) }))
    locations.push(new Location({ id, line: [new Line({ functionId: id, line: Number(line) })] }))
    return id
  }
  const sample = stacks.map(({ count, frames }) => new Sample({ locationId: frames.map(idOf), value: [count] }))
  const sampleType = [new ValueType({ type: strings.dedup(type), unit: strings.dedup('count') })]
  return new Profile({ stringTable: strings, sampleType, function: functions, location: locations, sample }).encode()
}

/** What the runtime and sync put on top of a stack, as Go 1.26's profile shows it. */
export const TOP = {
  mutex: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'runtime.semacquire1 /go/src/runtime/sema.go:192',
    'internal/sync.runtime_SemacquireMutex /go/src/runtime/sema.go:95',
    'internal/sync.(*Mutex).lockSlow /go/src/internal/sync/mutex.go:149',
    'internal/sync.(*Mutex).Lock /go/src/internal/sync/mutex.go:70',
    'sync.(*Mutex).Lock /go/src/sync/mutex.go:46',
  ],
  send: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'runtime.chansend /go/src/runtime/chan.go:283',
    'runtime.chansend1 /go/src/runtime/chan.go:161',
  ],
  receive: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'runtime.chanrecv /go/src/runtime/chan.go:667',
    'runtime.chanrecv1 /go/src/runtime/chan.go:509',
  ],
  select: ['runtime.gopark /go/src/runtime/proc.go:462', 'runtime.selectgo /go/src/runtime/select.go:351'],
  waitgroup: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'runtime.semacquire1 /go/src/runtime/sema.go:192',
    'sync.runtime_SemacquireWaitGroup /go/src/runtime/sema.go:114',
    'sync.(*WaitGroup).Wait /go/src/sync/waitgroup.go:206',
  ],
  cond: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'sync.runtime_notifyListWait /go/src/runtime/sema.go:617',
    'sync.(*Cond).Wait /go/src/sync/cond.go:71',
  ],
  read: [
    'runtime.gopark /go/src/runtime/proc.go:462',
    'runtime.netpollblock /go/src/runtime/netpoll.go:575',
    'internal/poll.runtime_pollWait /go/src/runtime/netpoll.go:351',
    'internal/poll.(*pollDesc).wait /go/src/internal/poll/fd_poll_runtime.go:84',
    'internal/poll.(*FD).Read /go/src/internal/poll/fd_unix.go:165',
    'net.(*netFD).Read /go/src/net/fd_posix.go:68',
    'net.(*conn).Read /go/src/net/net.go:196',
  ],
} as const
