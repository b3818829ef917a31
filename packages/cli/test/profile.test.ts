/** `unhang profile`: its text, its files, and what it says to what cannot be. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { readFixture, traceFromText } from '@unhang/core'
import { parseCommandLine } from '../src/commands/program.ts'
import { run } from '../src/commands/run.ts'
import { Complaint, complaintText } from '../src/complaint.ts'
import { createOutput } from '../src/print/output.ts'

const TESTDATA = fileURLToPath(new URL('../../../testdata', import.meta.url))
const SERVER = path.join(TESTDATA, 'captures/go1.26.8/server-caught/server.trace')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-profile-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

type Ended = { readonly code: number; readonly stdout: string; readonly bytes: Buffer; readonly stderr: string }

/** What `unhang profile ARGS` does; with `isTTY` as in a terminal. */
async function profile(args: readonly string[], isTTY = false): Promise<Ended> {
  const out: Uint8Array[] = []
  let stderr = ''
  const stdout = { write: (data: string | Uint8Array) => out.push(Buffer.from(data as Uint8Array)), isTTY }
  const parsed = parseCommandLine(['profile', ...args], '0')
  if ('exitCode' in parsed)
    return { code: parsed.exitCode, stdout: parsed.stdout, bytes: Buffer.of(), stderr: parsed.stderr }
  const output = createOutput(
    { ...parsed.plan, color: 'never' },
    stdout,
    { write: (text: string) => (stderr += text) },
    {},
  )
  let code: number
  try {
    code = await run(parsed.plan, output, '0')
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    stderr += complaintText(error)
    code = 2
  }
  const bytes = Buffer.concat(out)
  return { code, stdout: bytes.toString(), bytes, stderr }
}

/** Without the folder of this machine. */
const shown = (text: string) => text.replaceAll(`${path.dirname(SERVER)}/`, '')

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await profile(args)
  assert.deepEqual([code, stderr], [0, ''])
  return shown(stdout)
}

test('the table: what hangs is told of, and counted where that is asked for', async () => {
  const text = await printed(SERVER, '--kind', 'sync')
  assert.equal(
    text.split('\n').slice(0, 10).join('\n'),
    `sync of server.trace   4 s
49 waits, 10.9 s
14 more still wait when the trace ends (28.6 s): --unended counts them
2 waits began before the trace (5.71 s), which does not say what for: --kind block --unended has them

     self           cumulative           count  function
   6.94 s   63.4 %      6.94 s   63.4 %     42  runtime.chanrecv1
      4 s   36.6 %         4 s   36.6 %      3  runtime.selectgo
   298 µs  <0.01 %      298 µs  <0.01 %      3  runtime.traceAdvance
  20.1 µs  <0.01 %     20.1 µs  <0.01 %      1  runtime.gcMarkDone`,
  )
  assert.equal(
    await printed(SERVER, '--kind', 'sync', '--unended', '--by', 'count', '--focus', 'AcquireLock'),
    `sync of server.trace   4 s
10 waits, 22.9 s
10 of them still wait when the trace ends (22.9 s)

  self         cumulative           time  function
    10  100 %          10  100 %  22.9 s  sync.(*Mutex).Lock
     0    0 %          10  100 %  22.9 s  example.com/go-lock/lockpb._Lock_AcquireLock_Handler
     0    0 %          10  100 %  22.9 s  google.golang.org/grpc.(*Server).handleStream
     0    0 %          10  100 %  22.9 s  google.golang.org/grpc.(*Server).processUnaryRPC
     0    0 %          10  100 %  22.9 s  google.golang.org/grpc.(*Server).serveStreams.func2.1
     0    0 %          10  100 %  22.9 s  main.(*server).AcquireLock
`,
  )
})

test('each kind has its words', async () => {
  const heads = []
  for (const kind of ['block', 'net', 'network', 'syscall', 'sched'])
    heads.push((await printed(SERVER, '--kind', kind, '--range', '0-3.5s')).split('\n').slice(0, 3).join(' | '))
  assert.deepEqual(heads, HEADS)
})

const HEADS = [
  'block of server.trace   0 ns to 3.5 s of 4 s | 18 waits, 8.21 s | 17 more still wait when the trace ends (32.6 s): --unended counts them',
  'network of server.trace   0 ns to 3.5 s of 4 s | 5 waits, 1.04 ms | 3 more still wait when the trace ends (7.08 s): --unended counts them',
  'network of server.trace   0 ns to 3.5 s of 4 s | 5 waits, 1.04 ms | 3 more still wait when the trace ends (7.08 s): --unended counts them',
  'syscall of server.trace   0 ns to 3.5 s of 4 s | 33 system calls, 418 µs | ',
  'sched of server.trace   0 ns to 3.5 s of 4 s | 64 waits for a processor, 1.36 ms | 53 of them without a stack (584 µs)',
]

test('one function, who calls it and whom it calls', async () => {
  assert.equal(
    await printed(SERVER, '--kind', 'sync', '--unended', '--peek', '(*server).AcquireLock'),
    `sync of server.trace   4 s
63 waits, 39.5 s
14 of them still wait when the trace ends (28.6 s)
2 waits began before the trace (5.71 s), which does not say what for: --kind block --unended has them

main.(*server).AcquireLock
  self 0 ns, cumulative 22.9 s in 10 waits, 58.0 % of all

callers
  22.9 s  100 %  10  example.com/go-lock/lockpb._Lock_AcquireLock_Handler

callees
  22.9 s  100 %  10  sync.(*Mutex).Lock
`,
  )
})

test('JSON, folded stacks and speedscope go to standard output', async () => {
  const json = JSON.parse(await printed(SERVER, '--kind', 'sync', '--json'))
  assert.equal(json.schema, 'unhang.profile/1')
  assert.deepEqual([json.kind, json.total.count, json.unended.count, json.unended.isCounted], ['sync', 49, 14, false])
  assert.deepEqual(json, JSON.parse(await printed(SERVER, '--kind', 'sync', '--format', 'json')))
  const folded = await printed(SERVER, '--kind', 'sync', '--format', 'folded')
  const sum = folded
    .trim()
    .split('\n')
    .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
  assert.equal(sum, json.total.ns)
  const speedscope = JSON.parse(await printed(SERVER, '--kind', 'sync', '--format', 'speedscope'))
  assert.equal(speedscope.profiles[0].endValue, json.total.ns)
})

test('a pprof file goes to a file or a pipe, and never to a terminal by itself', async () => {
  const file = path.join(folder, 'sync.pb.gz')
  fs.writeFileSync(file, 'what was there before')
  const { code, bytes, stderr } = await profile([SERVER, '--kind', 'sync', '--format', 'pprof', '-o', file])
  assert.deepEqual([code, bytes.length], [0, 0])
  assert.match(stderr, /^wrote .*sync\.pb\.gz: sync, \d+ stacks; open it with: go tool pprof -http=: .*sync\.pb\.gz\n$/)
  assert.ok(gunzipSync(fs.readFileSync(file)).includes('contentions'))
  const piped = await profile([SERVER, '--kind', 'sync', '--format', 'pprof'])
  assert.deepEqual(gunzipSync(piped.bytes), gunzipSync(fs.readFileSync(file)))
  const refused = await profile([SERVER, '--format', 'pprof'], true)
  assert.deepEqual([refused.code, refused.bytes.length], [2, 0])
  assert.match(refused.stderr, /found {5}a terminal\n.*-o profile\.pb\.gz/)
  const insisted = await profile([SERVER, '--kind', 'sync', '--format', 'pprof', '-o', '-'], true)
  assert.deepEqual(insisted.bytes, piped.bytes)
})

test('svg: a call graph that stands alone', async () => {
  const svg = await printed(SERVER, '--kind', 'sync', '--unended', '--format', 'svg')
  assert.match(svg, /^<\?xml .*<svg xmlns/s)
  assert.match(svg, /sync of server\.trace: waits by time/)
  assert.match(svg, /<title>main\.\(\*server\)\.AcquireLock<\/title>/)
})

test('CPU samples', async () => {
  const file = path.join(folder, 'samples.trace')
  const fixture = readFixture(fs.readFileSync(path.join(TESTDATA, 'text/cpu-samples.test'), 'utf8'))
  fs.writeFileSync(file, fixture.trace)
  const { code, stdout } = await profile([file, '--kind', 'cpu'])
  assert.equal(code, 0)
  assert.match(stdout, /^5 samples, 50 ms\n1 of them without a stack \(10 ms\)$/m)
})

const WRONG: readonly (readonly [args: readonly string[], expected: RegExp, found: RegExp, remedy: RegExp])[] = [
  [['--kind', 'blok'], /a kind .*: block, sync, network, syscall, sched or cpu/, /--kind blok/, /take block/],
  [['--kind', 'heap'], /a kind of profile that a trace has/, /--kind heap/, /go tool pprof .*\/debug\/pprof\/heap/],
  [['--kind', 'cpu'], /CPU samples in the trace/, /none in .*server\.trace/, /while a CPU profile runs/],
  [['--format', 'dot'], /top, pprof, folded, speedscope, svg or json/, /--format dot/, /take/],
  [['--range', '9s-10s'], /a range within a trace of 4 s/, /9s-10s/, /from the begin/],
  [['--function', 'main.nobody'], /a function that goroutines/, /'main\.nobody'/, /unhang functions|did you mean/],
  [['--region', 'x'], /a type of user regions/, /'x'/, /WithRegion/],
  [['--peek', 'other.acquirelock'], /a function on stacks/, /'other\.acquirelock'/, /did you mean .*AcquireLock/],
  [['--peek', 'Lock', '--format', 'folded'], /--peek with --format top or json/, /--format folded/, /leave/],
  [['--focus', 'a('], /a regular expression for --focus/, /missing closing \): `a\(`/, /\\Q…\\E/],
  [['--ignore', '(?=a)'], /a regular expression for --ignore/, /Perl syntax/, /\\Q…\\E/],
  [['-o', path.join(folder, 'no/x')], /a folder to write to/, /no .*no/, /mkdir -p/],
  [['-o', folder], /the name of a file/, /which is a folder/, /-o .*NAME/],
  [['-o', ''], /the name of a file to write/, /an empty one/, /-o FILE/],
  [
    ['--goroutine', '1', '--function', 'net/http.(*conn).serve'],
    /goroutines that began with net/,
    /of those asked for none/,
    /--goroutine or --function/,
  ],
  [['-o', path.join(SERVER, 'x')], /a folder to write to/, /which is a file/, /somewhere else/],
]

for (const [args, ...lines] of WRONG)
  test(`told in three lines: profile ${args.join(' ').replace(folder, '')}`, async () => {
    const { code, stdout, stderr } = await profile([SERVER, '--kind', 'sync', '--unended', ...args])
    assert.deepEqual([code, stdout], [2, ''])
    const said = stderr.trimEnd().split('\n')
    assert.equal(said.length, 3, stderr)
    for (const [i, line] of lines.entries()) assert.match(said[i], line)
  })

test('a trace without stacks says why there may be none', async () => {
  const file = path.join(folder, 'bare.trace')
  fs.writeFileSync(file, traceFromText(BARE))
  const { code, stderr } = await profile([file])
  assert.equal(code, 2)
  assert.match(stderr, /expected {2}a trace with stacks\n {8}found {5}none in .*, of 1 spans?\n {8}do {8}take it anew/)
})

const BARE = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=1000
Frequency freq=1000000000
EventBatch gen=1 m=1 time=1000
ProcStatus dt=10 p=0 pstatus=1
GoStatus dt=10 g=1 m=1 gstatus=2
`

test('what is read is not written over, under whatever name', async () => {
  const file = path.join(folder, 'only.trace')
  const link = path.join(folder, 'only-link')
  const before = fs.readFileSync(SERVER)
  fs.writeFileSync(file, before)
  fs.symlinkSync(file, link)
  for (const [input, to] of [
    [file, file],
    [file, link],
    [link, file],
    [folder, file],
  ]) {
    const { code, stderr } = await profile([input, '--format', 'folded', '-o', to])
    assert.equal(code, 2)
    assert.match(stderr, /expected {2}a file to write beside what is read\n {8}found {5}.*which is read itself\n/)
    assert.deepEqual(fs.readFileSync(file), before)
  }
  const other = path.join(folder, 'other.folded')
  for (const _ of ['first', 'again']) assert.equal((await profile([file, '--format', 'folded', '-o', other])).code, 0)
})

test('a server is none of the files that a profile is made of', async () => {
  const { code, stderr } = await profile(['localhost:6060'])
  assert.equal(code, 2)
  assert.match(
    stderr,
    /found {5}a server: localhost:6060\n {8}do {8}first: unhang capture localhost:6060 -o incident\n$/,
  )
})

/** Files that would be opened to see nothing. */
const FILE_FORMATS = ['pprof', 'folded', 'speedscope', 'svg'] as const

test('a trace with stacks that no event has is one without stacks, in every format', async () => {
  const file = path.join(folder, 'unused.trace')
  fs.writeFileSync(file, traceFromText(UNUSED))
  for (const format of [...FILE_FORMATS, 'top', 'json']) {
    const { code, stdout, stderr } = await profile([file, '--format', format])
    assert.deepEqual([code, stdout], [2, ''], format)
    assert.match(stderr, /expected {2}a trace with stacks\n {8}found {5}none in .*, of 3 spans/, format)
  }
})

const UNUSED = `${BARE}GoBlock dt=10 reason_string=1 stack=0
GoUnblock dt=90 g=1 g_seq=1 stack=0
EventBatch gen=1 m=18446744073709551615 time=1900
Stacks
Stack id=1 nframes=1
\tpc=4194320 func=2 file=3 line=5
EventBatch gen=1 m=18446744073709551615 time=1900
Strings
String id=1
\tdata="chan receive"
String id=2
\tdata="main.work"
String id=3
\tdata="app/main.go"
`

test('a file in which there is no stack is told to be so, by what there is', async () => {
  const bare = path.join(folder, 'hidden.trace')
  fs.writeFileSync(bare, traceFromText(HIDDEN))
  for (const format of FILE_FORMATS) {
    const none = await profile([SERVER, '--kind', 'network', '--range', '0s-1us', '--format', format])
    assert.equal(none.code, 0)
    assert.match(none.stderr, /^no stack is in it: no waits\n/, format)
    const hidden = await profile([bare, '--kind', 'sync', '--format', format])
    assert.equal(hidden.code, 0)
    assert.match(hidden.stderr, /^no stack is in it: 1 wait, 90 ns\n1 of them without a stack \(90 ns\)\n$/, format)
  }
  const top = await profile([bare, '--kind', 'sync'])
  assert.equal(top.stderr, '')
  const written = await profile([bare, '--kind', 'sync', '--format', 'folded', '-o', path.join(folder, 'none.folded')])
  assert.match(written.stderr, /\nwrote .*none\.folded: sync, 0 stacks; /)
})

/** What blocks has no stack, what is runnable has. */
const HIDDEN = UNUSED.replace('g_seq=1 stack=0', 'g_seq=1 stack=1')

test('expressions that let nothing through are told of', async () => {
  const { code, stdout, stderr } = await profile([SERVER, '--focus', '^nobody$'])
  assert.equal(code, 0)
  assert.match(stdout, /no waits/)
  assert.match(stderr, /no stack is left/)
})
