/** A client and its server in one answer: what holds the calls up is what the handlers wait for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { DiagnoseInput } from '../src/analysis/scene/processes.ts'
import { readDump } from '../src/dump/read.ts'

const dump = (name: string, text: string): DiagnoseInput => ({
  name,
  kind: 'dump',
  dump: readDump(new TextEncoder().encode(text)),
})
const goroutine = (id: number, state: string, ...frames: string[]) =>
  `goroutine ${id} [${state}]:\n${frames.map(frame => `${frame.split(' ')[0]}\n\t${frame.split(' ')[1]} +0x1d\n`).join('')}\n`

const TRANSPORT = 'google.golang.org/grpc@v1.64.0/internal/transport'
const call = (id: number, stub: string) =>
  goroutine(
    id,
    'select, 3 minutes',
    `google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader(0xc000012340) ${TRANSPORT}/transport.go:330`,
    'google.golang.org/grpc.(*ClientConn).Invoke(0xc000010000) google.golang.org/grpc@v1.64.0/call.go:37',
    ...(stub === '' ? [] : [`example.com/pb.(*lockClient).${stub}(0xc000010010) /src/pb/lock_grpc.pb.go:60`]),
    'main.ask() /src/client/main.go:42',
  )
const READER = goroutine(
  8,
  'IO wait, 3 minutes',
  'internal/poll.(*FD).Read(0xc000020000) /go/src/internal/poll/fd_unix.go:165',
  'net.(*conn).Read(0xc000020010) /go/src/net/net.go:196',
  `google.golang.org/grpc/internal/transport.(*http2Client).reader(0xc000020020) ${TRANSPORT}/http2_client.go:1650`,
)
const handler = (id: number, method: string) =>
  goroutine(
    id,
    'sync.Mutex.Lock, 3 minutes',
    'sync.(*Mutex).Lock(0xc000030000) /go/src/sync/mutex.go:46',
    `main.(*server).${method}(0xc000030000) /src/server/main.go:26`,
    `example.com/pb._Lock_${method}_Handler(0xc000030010) /src/pb/lock_grpc.pb.go:90`,
    'google.golang.org/grpc.(*Server).handleStream(0xc000030020) google.golang.org/grpc@v1.64.0/server.go:1800',
  )

/** In two files: two processes. */
const main = (folder: string) => goroutine(1, 'chan receive, 3 minutes', `main.main() /src/${folder}/main.go:9`)

const client = (stub = 'Acquire', calls = [21, 22, 23]) =>
  dump('c', main('client') + READER + calls.map(id => call(id, stub)).join(''))
const server = (method = 'Acquire') => dump('s', main('server') + [31, 32, 33].map(id => handler(id, method)).join(''))
const remote = (...args: Parameters<typeof diagnose>) =>
  diagnose(...args).findings.find(({ cause }) => cause === 'remote')!

test('calls and handlers of one method, in any order, without a word of which is which', () => {
  for (const inputs of [
    [client(), server()],
    [server(), client()],
  ]) {
    const { certainty, holder, evidence, advice } = remote(inputs)
    assert.equal(certainty, 'likely')
    assert.match(
      holder.waitsFor ?? '',
      /; at the other end sync\.Mutex\.Lock in main\.\(\*server\)\.Acquire \(server\/main\.go:26\)/,
    )
    assert.match(
      evidence.at(-1) ?? '',
      /^at the other end 3 goroutines wait for sync\.Mutex\.Lock in .*, called by _Lock_Acquire_Handler, which answers \(\*lockClient\)\.Acquire: forgotten-unlock, likely$/,
    )
    assert.match(advice, /^the other end is stuck at main\.\(\*server\)\.Acquire/)
  }
})

test('as many calls as handlers of one library; another number, or another method, is no proof', () => {
  assert.match(remote([client(''), server()]).evidence.at(-1) ?? '', /as many as the 3 calls here/)
  const silent = (input: DiagnoseInput) => !remote([input, server()]).evidence.some(s => s.includes('at the other end'))
  assert.ok(silent(client('', [21, 22])))
  assert.ok(silent(client('Release', [21, 22])))
})

test('roles that the user gives keep two inputs apart, and say whose calls they are', () => {
  const inputs = [client(), server()]
  assert.ok(remote(inputs, { roles: ['client', 'server'] }).holder.waitsFor?.includes('at the other end'))
  // Nobody is the client's server here.
  assert.ok(!remote(inputs, { roles: ['server', 'client'] }).evidence.some(s => s.includes('at the other end')))
  assert.ok(!remote(inputs, { roles: ['client', 'client'] }).evidence.some(s => s.includes('at the other end')))
})

test('what is not about calls stays as it is', () => {
  const own = diagnose([server()]).findings
  const both = diagnose([client(), server()]).findings
  assert.deepEqual(
    both.filter(({ cause }) => cause !== 'remote'),
    own,
  )
})
