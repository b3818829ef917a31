/** Who waits where, as the protobuf profile tells it: what `unhang watch` compares. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { censusOf, readDump } from '../src/index.ts'
import { profileOf, type Stack, TOP } from './profile.ts'

const SERVED = [
  'net/http.HandlerFunc.ServeHTTP /go/src/net/http/server.go:2322',
  'net/http.serverHandler.ServeHTTP /go/src/net/http/server.go:3340',
  'net/http.(*conn).serve /go/src/net/http/server.go:2109',
]
const GRPC = '/mod/google.golang.org/grpc@v1.64.0'

function census(...stacks: Stack[]) {
  const { goroutines, groups } = censusOf(readDump(profileOf(stacks)))
  return [goroutines, ...groups.map(({ count, kind, role, site, caller }) => [count, kind, role, site.function, caller?.function])] // biome-ignore format: one line
}

const TABLE: readonly (readonly [what: string, frames: readonly string[], group: readonly unknown[] | undefined])[] = [
  ['a lock', [...TOP.mutex, 'main.take /src/main.go:26'], ['mutex', 'work', 'main.take', undefined]],
  ['a sender', [...TOP.send, 'main.give /src/main.go:26'], ['chan send', 'work', 'main.give', undefined]],
  ['a WaitGroup', [...TOP.waitgroup, 'main.all /src/main.go:9'], ['waitgroup', 'work', 'main.all', undefined]],
  ['a worker', [...TOP.receive, 'main.work /src/main.go:9'], ['chan receive', 'idle', 'main.work', undefined]],
  ['a loop of a goroutine of its own', [...TOP.select, 'main.loop /src/main.go:9', 'main.run /src/main.go:3'], ['select', 'idle', 'main.loop', undefined]], // biome-ignore format: one line
  ['a handler', [...TOP.receive, 'main.handle /src/main.go:9', ...SERVED], ['chan receive', 'work', 'main.handle', undefined]], // biome-ignore format: one line
  [
    'a call',
    [...TOP.select, `google.golang.org/grpc.(*ClientConn).Invoke ${GRPC}/call.go:37`, 'main.call /src/main.go:9'],
    ['select', 'work', 'google.golang.org/grpc.(*ClientConn).Invoke', 'main.call'],
  ],
  ["a library's own", [...TOP.select, `google.golang.org/grpc.loopy ${GRPC}/t.go:3`], ['select', 'idle', 'google.golang.org/grpc.loopy', undefined]], // biome-ignore format: one line
  ['a connection of a library', [...TOP.read, 'net/http.(*conn).serve /go/src/net/http/server.go:2109'], undefined],
  ['a connection of its own', [...TOP.read, 'main.read /src/main.go:7'], ['network', 'idle', 'main.read', undefined]],
  ['whoever writes the profile', [...TOP.receive, 'runtime/pprof.writeGoroutine /go/src/runtime/pprof/pprof.go:1', ...SERVED], undefined], // biome-ignore format: one line
  ['who runs', ['main.spin /src/main.go:7'], undefined],
  ['who sleeps', ['runtime.gopark /go/src/runtime/proc.go:462', 'time.Sleep /go/src/runtime/time.go:363', 'main.tick /src/main.go:7'], undefined], // biome-ignore format: one line
]

for (const [what, frames, group] of TABLE)
  test(`a census: ${what}`, () => {
    assert.deepEqual(census({ count: 3, frames }), [3, ...(group ? [[3, ...group]] : [])])
  })

test('a census counts by line, whatever led there, the biggest first; one at work tells for all', () => {
  const wait = [...TOP.receive, 'main.wait /src/main.go:9']
  assert.deepEqual(
    census(
      { count: 2, frames: [...TOP.mutex, 'main.take /src/main.go:26'] },
      { count: 3, frames: wait },
      { count: 4, frames: [...wait, ...SERVED] },
    ),
    [9, [7, 'chan receive', 'work', 'main.wait', undefined], [2, 'mutex', 'work', 'main.take', undefined]],
  )
})
