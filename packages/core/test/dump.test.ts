/** Dumps by hand, one for each form that a line can take; then the captures of real servers, where they are. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Label, Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import { identify } from '../src/identify.ts'
import { type Dump, FormatError, groupDump, readDump } from '../src/index.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SHARED = join(ROOT, '../shared')
const CAPTURES = join(SHARED, 'captures')
const POSTED = join(SHARED, 'dumps')

const bytesOf = (text: string) => new TextEncoder().encode(text)
const fixture = (name: string) => new Uint8Array(readFileSync(join(ROOT, 'testdata/dumps', name)))

function frame(dump: Dump, row: number): string {
  if (row < 0) return 'none'
  const { frames, strings } = dump
  return `${strings.text(frames.function[row])} ${strings.text(frames.file[row])}:${frames.line[row]}`
}

function stack(dump: Dump, row: number): string[] {
  const { first, frame: frames } = dump.stacks
  const s = dump.rows.stack[row]
  return Array.from(frames.subarray(first[s], first[s + 1]), f => frame(dump, f))
}

function args(dump: Dump, row: number): string[] {
  const { firstArg } = dump.rows
  return Array.from(dump.frameArgs.subarray(firstArg[row], firstArg[row + 1]), a => dump.strings.text(a))
}

const idsOf = (dump: Dump) => Array.from(dump.rows.id)
const reasonsOf = (dump: Dump) => Array.from(dump.rows.reason, r => dump.strings.text(r))

/** The row of a goroutine. */
function rowOf(dump: Dump, id: number): number {
  const row = dump.rows.id.indexOf(id)
  assert.notEqual(row, -1, `goroutine ${id} is in the dump`)
  return row
}

test('every form of a header: reason, minutes, marks, addresses, labels', () => {
  const dump = readDump(fixture('headers.txt'))
  assert.equal(dump.form, 'debug2')
  assert.equal(dump.total, 13)
  assert.deepEqual(dump.problems, [])
  assert.deepEqual(idsOf(dump), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  assert.deepEqual(reasonsOf(dump), [
    'running',
    'chan receive',
    'sync.Mutex.Lock',
    'select (no cases)',
    'chan send (nil chan)',
    'sync.WaitGroup.Wait',
    'chan receive',
    'IO wait',
    'chan receive',
    'syscall',
    'runnable',
    'select',
    'sleep',
  ])
  assert.deepEqual(Array.from(dump.rows.minutes), [-1, 12, 1, -1, 3, 2, -1, 90000, -1, -1, -1, -1, -1])
  assert.deepEqual(Array.from(dump.rows.locked), [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  assert.deepEqual(Array.from(dump.rows.leaked), [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  assert.deepEqual(Array.from(dump.rows.elided), [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
  assert.equal(dump.strings.text(dump.rows.labels[7]), 'a:é\n, job:mail "x"]:')
})

test('arguments, inlined and generic frames keep their text', () => {
  const dump = readDump(fixture('headers.txt'))
  const row = rowOf(dump, 3)
  assert.deepEqual(stack(dump, row), [
    'sync.runtime_SemacquireMutex /go/src/runtime/sema.go:95',
    'sync.(*Mutex).Lock /go/src/sync/mutex.go:46',
    'main.(*box[...]).total /src/shop/box.go:7',
    'main.pump[...].func1 /src/shop/box.go:9',
  ])
  assert.deepEqual(args(dump, row), [
    '0xc0000a7a9c?, 0x0?, 0x1?',
    '...',
    '0xc000012345, {0x1, 0x2?, {...}}, 0x7f?, ...',
    '',
  ])
  for (let r = 0; r < dump.rows.length; r++) assert.equal(args(dump, r).length, stack(dump, r).length)
})

test('who created a goroutine, and its id since Go 1.21', () => {
  const dump = readDump(fixture('headers.txt'))
  const created = (id: number) => frame(dump, dump.rows.createdBy[rowOf(dump, id)])
  const creator = (id: number) => dump.rows.creator[rowOf(dump, id)]
  assert.equal(created(1), 'none')
  assert.equal(created(2), 'main.main /src/shop/main.go:10')
  assert.equal(creator(2), Number.NaN)
  assert.equal(created(3), 'main.main.func2 /src/shop/main.go:11')
  assert.equal(creator(3), 1)
  assert.equal(created(12), 'gopkg.in/acme/log%2ev2.Start C:/Program Files (x86)/shop/log.go:69')
  assert.equal(creator(12), 25)
})

test('C frames, frames of ancestors, a stack that is not available', () => {
  const dump = readDump(fixture('headers.txt'))
  assert.deepEqual(stack(dump, rowOf(dump, 10)), [
    'runtime.cgocall /go/src/runtime/cgocall.go:157',
    'main._Cfunc_wait _cgo_gotypes.go:41',
    'wait_in_c /src/shop/wait.c:8',
    'non-Go function :0',
    'non-Go function at pc=0x7f0a2c :0',
    'main.main.func5 /src/shop/main.go:17',
  ])
  assert.deepEqual(stack(dump, rowOf(dump, 11)), [])
  assert.equal(frame(dump, dump.rows.createdBy[rowOf(dump, 11)]), 'main.main /src/shop/main.go:18')
  assert.deepEqual(stack(dump, rowOf(dump, 12)), ['main.bar C:/Program Files (x86)/shop/bar.go:57'])
})

test('Windows line ends, a byte order mark, indentation and spaces for tabs change nothing', () => {
  const text = new TextDecoder().decode(fixture('headers.txt'))
  const plain = readDump(bytesOf(text))
  const changed = {
    crlf: text.replaceAll('\n', '\r\n'),
    mark: `\ufeff${text}`,
    spaces: text.replaceAll('\t', '    '),
    indented: text.replaceAll(/^/gm, '  '),
    flat: text.replaceAll('\t', ''),
  }
  for (const [name, other] of Object.entries(changed)) {
    const dump = readDump(bytesOf(other))
    assert.deepEqual(idsOf(dump), idsOf(plain), name)
    assert.deepEqual(reasonsOf(dump), reasonsOf(plain), name)
    for (let row = 0; row < plain.rows.length; row++) {
      // Without its tab, "pc=0x7f0a2b" under a C function is all that stands there.
      assert.deepEqual(stack(dump, row), stack(plain, row), name)
      assert.deepEqual(args(dump, row), args(plain, row), name)
      const { createdBy } = dump.rows
      assert.equal(frame(dump, createdBy[row]), frame(plain, plain.rows.createdBy[row]), name)
    }
  }
})

test('a SIGQUIT: the output around it and the own stack of a thread are no goroutines', () => {
  const dump = readDump(fixture('sigquit.txt'))
  assert.deepEqual(idsOf(dump), [1])
  assert.equal(dump.rows.minutes[0], 3)
  assert.equal(stack(dump, 0).length, 3)
  assert.equal(stack(dump, 0)[2], 'main.main /src/shop/main.go:12')
  assert.deepEqual(dump.problems, [])
})

test('a broken frame costs that frame only, and is noted', () => {
  const text =
    'goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n\n' +
    'goroutine 2 [running]:\nmain.f)(\n\t/a.go:2 +0x1\nmain.g()\n\t/a.go:3 +0x1\n\n' +
    'goroutine 3 [running]:\nmain.h()\n\t/a.go:4 +0x1\n'
  const dump = readDump(bytesOf(text))
  assert.deepEqual(idsOf(dump), [1, 2, 3])
  assert.deepEqual(stack(dump, 1), ['main.g /a.go:3'])
  assert.equal(dump.problems.length, 1)
  assert.equal(dump.problems[0].offset, text.indexOf('main.f'))
  assert.match(dump.problems[0].message, /goroutine 2: expected a frame .* found "main\.f\)\("/)
})

test('what is guessed from the stack before is checked byte by byte', () => {
  const goroutine = (id: number, line: number, offset: string, by: string) =>
    `goroutine ${id} [select]:\nmain.f(0x${id})\n\t/a.go:${line} +${offset}\nmain.g()\n\t/a.go:9 +0x1\n` +
    `created by main.${by} in goroutine ${id}\n\t/a.go:5 +0x2\n\n`
  const text =
    goroutine(1, 10, '0x1', 'a') +
    goroutine(2, 10, '0x1', 'a') +
    goroutine(3, 11, '0x1', 'b') +
    goroutine(4, 10, '0x2', 'a')
  const dump = readDump(bytesOf(text))
  assert.deepEqual(
    [0, 1, 2, 3].map(row => [stack(dump, row)[0], args(dump, row)[0], frame(dump, dump.rows.createdBy[row])]),
    [
      ['main.f /a.go:10', '0x1', 'main.a /a.go:5'],
      ['main.f /a.go:10', '0x2', 'main.a /a.go:5'],
      ['main.f /a.go:11', '0x3', 'main.b /a.go:5'],
      ['main.f /a.go:10', '0x4', 'main.a /a.go:5'],
    ],
  )
  assert.deepEqual(Array.from(dump.rows.creator), [1, 2, 3, 4])
  assert.equal(dump.stacks.length, 3, 'the empty stack and two others')
})

test('a text that begins in the middle of a stack keeps those frames', () => {
  const dump = readDump(bytesOf('main.f(0x1)\n\t/a.go:2 +0x1\n\ngoroutine 9 [semacquire, 7 min'))
  assert.deepEqual(idsOf(dump), [Number.NaN, 9])
  assert.equal(dump.rows.reason[0], -1)
  assert.deepEqual(stack(dump, 0), ['main.f /a.go:2'])
  assert.equal(dump.strings.text(dump.rows.reason[1]), 'semacquire')
  assert.equal(dump.rows.minutes[1], 7)
  assert.match(dump.problems[0].message, /ends in the middle/)
})

test('a dump that Go cut at 64 MiB says so, and its last line is not believed', () => {
  const one = bytesOf('goroutine 7 [select]:\nmain.f(0x1)\n\t/src/shop/main.go:123 +0x1\n\n')
  const bytes = new Uint8Array(64 * 1024 * 1024)
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one.subarray(0, bytes.length - at), at)
  const dump = readDump(bytes)
  assert.equal(dump.problems.length, 1)
  assert.match(dump.problems[0].message, /Go cuts debug=2 at 64 MiB/)
  assert.match(dump.problems[0].lost, /all goroutines after it/)
  assert.ok(dump.frames.length <= 2, 'no frame with half a line number')
})

test('debug=1: counts, labels, paths with spaces, a stack without frames', () => {
  const dump = readDump(fixture('groups.debug1.txt'))
  assert.equal(dump.form, 'debug1')
  assert.equal(dump.total, 16)
  assert.deepEqual(dump.problems, [])
  assert.deepEqual(Array.from(dump.rows.count), [10, 3, 2, 1])
  assert.deepEqual(stack(dump, 0), ['main.(*meter).loop /src/shop/meter.go:52'])
  assert.deepEqual(stack(dump, 1), [
    'sync.(*Mutex).Lock C:/Program Files/Go/src/sync/mutex.go:77',
    'main.(*box[...]).total C:/Program Files/shop/cart.go:41',
  ])
  assert.deepEqual(stack(dump, 2), ['0x46a0c1 :0'])
  assert.deepEqual(stack(dump, 3), [])
  assert.equal(dump.strings.text(dump.rows.labels[1]), 'a:é\n, job:mail "x"]:')
  assert.equal(dump.rows.labels[0], -1)
  assert.ok(dump.rows.id.every(Number.isNaN))
  assert.ok(dump.rows.reason.every(reason => reason === -1))
})

test('debug=1: Windows line ends, spaces for tabs, a missing first line, stacks left out', () => {
  const text = new TextDecoder().decode(fixture('groups.debug1.txt'))
  for (const other of [text.replaceAll('\n', '\r\n'), text.replaceAll(/\t+/g, ' ')]) {
    const dump = readDump(bytesOf(other))
    assert.equal(dump.total, 16)
    assert.deepEqual(stack(dump, 1)[1], 'main.(*box[...]).total C:/Program Files/shop/cart.go:41')
  }
  const headless = readDump(bytesOf(text.slice(text.indexOf('\n') + 1)))
  assert.equal(headless.form, 'debug1')
  assert.equal(headless.total, 16)
  const partial = readDump(bytesOf(text.replace('total 16', 'total 100')))
  assert.equal(partial.total, 100)
  assert.match(partial.problems[0].lost, /84 goroutines/)
  const leak = readDump(bytesOf(text.replace('goroutine profile', 'goroutineleak profile')))
  assert.ok(leak.rows.leaked.every(mark => mark === 1))
})

/** A goroutine profile as `pprof-format` writes it. */
function profile(change: (parts: ConstructorParameters<typeof Profile>[0] & object) => void = () => {}): Uint8Array {
  const strings = new StringTable()
  const dedup = (text: string) => strings.dedup(text)
  const parts = {
    stringTable: strings,
    sampleType: [new ValueType({ type: dedup('goroutine'), unit: dedup('count') })],
    function: [
      new PprofFunction({ id: 1, name: dedup('main.f'), filename: dedup('/a.go') }),
      new PprofFunction({ id: 2, name: dedup('main.g'), filename: dedup('/a.go') }),
    ],
    location: [
      new Location({ id: 7, line: [new Line({ functionId: 1, line: 3 }), new Line({ functionId: 2, line: 4 })] }),
      new Location({ id: 8, address: 0x46a0c1 }),
    ],
    sample: [
      new Sample({
        locationId: [7, 8],
        value: [12],
        label: [new Label({ key: dedup('job'), str: dedup('mail') }), new Label({ key: dedup('a'), num: -2 })],
      }),
      new Sample({ locationId: [8], value: [1] }),
    ],
  }
  change(parts)
  return new Profile(parts).encode()
}

test('protobuf: stacks with inlined frames, counts and labels', () => {
  const dump = readDump(profile())
  assert.equal(dump.form, 'proto')
  assert.equal(dump.total, 13)
  assert.deepEqual(stack(dump, 0), ['main.f /a.go:3', 'main.g /a.go:4', '0x46a0c1 :0'])
  assert.equal(dump.strings.text(dump.rows.labels[0]), 'a:-2, job:mail')
  assert.deepEqual(Array.from(dump.rows.count), [12, 1])
})

test('protobuf: indices that point nowhere, negative counts and a cut file are noted', () => {
  const wrong = readDump(profile(parts => parts.sample?.push(new Sample({ locationId: [99, 8], value: [-5] }))))
  assert.equal(wrong.total, 13)
  assert.deepEqual(
    wrong.problems.map(p => p.message),
    [
      'expected the number of goroutines of a stack, found -5',
      'expected location 99 of a sample in the profile, found none',
    ],
  )
  const whole = profile()
  const cut = readDump(whole.subarray(0, whole.length - 2))
  assert.ok(cut.problems.some(problem => /breaks off/.test(problem.message)))
})

test('protobuf: a number of a million bytes is refused at once', () => {
  const whole = profile()
  const bytes = new Uint8Array(whole.length + 1_000_001).fill(0xff)
  bytes.set(whole)
  bytes[whole.length] = 0x60 // the period, a number
  const dump = readDump(bytes)
  assert.equal(dump.total, 13)
  assert.equal(dump.problems[0].offset, whole.length)
})

test('what is no dump is refused with what was found', () => {
  const strings = new StringTable()
  const heap = new Profile({
    stringTable: strings,
    sampleType: [new ValueType({ type: strings.dedup('inuse_space') })],
  })
  assert.throws(() => readDump(heap.encode()), /found a pprof profile of inuse_space/)
  assert.throws(() => readDump(new Uint8Array()), /empty input/)
  assert.throws(() => readDump(bytesOf('hello\nworld\n')), /found no goroutine/)
  assert.throws(() => readDump(new Uint8Array([0, 1, 2, 3])), FormatError)
})

test('the three forms of the captures agree', { skip: !existsSync(CAPTURES) && 'no ../shared/captures' }, () => {
  let seen = 0
  for (const version of readdirSync(CAPTURES).filter(name => name.startsWith('go')))
    for (const who of ['client', 'server']) {
      const read = (form: string) => new Uint8Array(readFileSync(join(CAPTURES, version, `${who}.goroutine.${form}`)))
      const debug2 = readDump(read('debug2.txt'))
      const debug1 = readDump(read('debug1.txt'))
      const proto = readDump(new Uint8Array(gunzipSync(read('pb.gz'))))
      const name = `${version} ${who}`
      assert.deepEqual([debug2.form, debug1.form, proto.form], ['debug2', 'debug1', 'proto'])
      assert.deepEqual([...debug2.problems, ...debug1.problems, ...proto.problems], [], name)
      assert.equal(debug2.total, debug1.total, name)
      assert.equal(debug2.total, proto.total, name)
      assert.deepEqual(sites(debug2), sites(debug1), name)
      seen++
    }
  assert.ok(seen >= 14)
})

/**
 * How many goroutines stand where. The goroutine that writes the dump and the one that waits for its connection to
 * close move between two requests.
 */
function sites(dump: Dump): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const group of groupDump(dump)) {
    const site = frame(dump, group.site)
    if (/^(net\/http\/pprof|net\.|net\/http|none)/.test(site)) continue
    counts[site] = (counts[site] ?? 0) + group.count
  }
  return counts
}

/** Rows, of which stacks with frames, as the README beside the files counts them. */
const POSTED_ROWS: Record<string, number> = {
  'cdk-erigon-txgaslogger.txt': 66,
  'cockroach-1055.txt': 8,
  'etcd-10492.txt': 3,
  'etcd-5509.txt': 28,
  'etcd-7443.txt': 2,
  'gostackparse-errorhandling.txt': 3,
  'grpc-3017.txt': 3,
  'grpc-795.txt': 2,
  'hugo-3251.txt': 3,
  'istio-17860.txt': 5,
  'kubernetes-25331.txt': 32,
  'kubernetes-38669.txt': 4,
  'kvstore-raft.txt': 13,
  'moby-29733.txt': 3,
  'nats-jetstream-mqtt.txt': 30,
  'serving-2137.txt': 5,
}

test('dumps as people posted them are read whole', { skip: !existsSync(POSTED) && 'no ../shared/dumps' }, () => {
  for (const name of readdirSync(POSTED).filter(file => file !== 'README.md')) {
    const dump = readDump(new Uint8Array(readFileSync(join(POSTED, name))))
    const broken = name === 'gostackparse-errorhandling.txt' ? 1 : 0
    assert.equal(dump.problems.length, broken, name)
    if (POSTED_ROWS[name]) assert.equal(dump.rows.length, POSTED_ROWS[name], name)
  }
})

test('other profiles with debug=1 are no goroutine dumps, however alike their stacks are', () => {
  const frames = '#\t0x5de6cd\tmain.work+0x5d\t/app/main.go:52\n'
  for (const text of [
    `heap profile: 1: 48 [2: 96] @ heap/1048576\n1: 48 [1: 48] @ 0x5de6cd\n${frames}`,
    `--- contention:\ncycles/second=2000000000\n1234 5 @ 0x5de6cd\n${frames}`,
    `--- mutex:\ncycles/second=2000000000\nsampling period=1\n1234 5 @ 0x5de6cd\n${frames}`,
    `threadcreate profile: total 8\n8 @ 0x5de6cd\n${frames}`,
    `example.com/app.connections profile: total 8\n8 @ 0x5de6cd\n${frames}`,
  ]) {
    assert.throws(() => readDump(bytesOf(text)), FormatError, text)
    assert.equal(identify(bytesOf(text)), 'profile', text)
  }
  const both = `threadcreate profile: total 8\n8 @ 0x1\n\ngoroutine profile: total 3\n3 @ 0x5de6cd\n${frames}`
  assert.equal(readDump(bytesOf(both)).form, 'debug1')
})
