/** Dumps written in a few words, for tests of analyses. */
import { readDump } from '../src/dump/read.ts'

/** A debug=2 dump of goroutines 10, 11, …: state and frames, "function(args) line"; "by 11 function line" created it. */
export function dumpOf(...goroutines: readonly (readonly string[])[]) {
  return dumpFrom(goroutines, '')
}

/** The same with the main goroutine, which accepts connections: nothing was left out. */
export function wholeDumpOf(...goroutines: readonly (readonly string[])[]) {
  return dumpFrom(goroutines, MAIN)
}

const MAIN = `goroutine 1 [IO wait]:
internal/poll.(*FD).Accept(0x0?)
\t/go/src/internal/poll/fd_unix.go:9 +0x1d
main.main()
\t/src/a.go:3 +0x1d

`

function dumpFrom(goroutines: readonly (readonly string[])[], before: string) {
  const text = goroutines.map(([state, ...frames], i) => {
    const lines = frames.map(frame => {
      const [, , by, name, line] = /^(by (\d+) )?(.*) (\d+)$/.exec(frame)!
      const file = /^(internal\/)?(sync|runtime)\./.test(name) ? '/go/src/sync/x.go' : '/src/a.go'
      return `${by ? `created by ${name} in goroutine ${by}` : name}\n\t${file}:${line} +0x1d\n`
    })
    return `goroutine ${i + 10} [${state}]:\n${lines.join('')}`
  })
  return { name: 'd', kind: 'dump' as const, dump: readDump(new TextEncoder().encode(before + text.join('\n'))) }
}

/** The frames above a line that waits for a lock, as Go 1.26 prints them. */
export const mutex = (address: string) => [
  `internal/sync.(*Mutex).lockSlow(${address}) 149`,
  'sync.(*Mutex).Lock(...) 46',
]
export const draining = ['sync.runtime_SemacquireRWMutex(0x0?, 0x0?, 0x1?) 105', 'sync.(*RWMutex).Lock(0x3e8?) 155']
export const reading = ['sync.runtime_SemacquireRWMutexR(0x0?, 0x0?, 0x0?) 100', 'sync.(*RWMutex).RLock(...) 74']
