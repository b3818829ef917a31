/**
 * Dumps as a big server gives them, made up: thousands of stacks of all depths, of which some are a crowd and most are
 * seen a few times, with arguments and ids that never repeat. The same bytes at each run.
 *
 *   stacksOf(seed)  ─► debug2 (cut at a size, as Go does)  ─► with a log's prefix before every line
 *                   ─► debug1, protobuf: the count of each stack
 */
import { gzipSync } from 'node:zlib'

/** Numbers from 0 to 2³² - 1, the same for the same seed. */
function random(seed) {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const HOSTS = ['github.com/acme/shop', 'google.golang.org/grpc', 'net/http', 'database/sql', 'github.com/lib/queue/v2']
const TYPES = ['(*server)', '(*conn)', '(*Store[...])', '(*worker)', '(*session)', '(*Pool)', '(*stream)', 'Handler']
const NAMES = ['Serve', 'handle', 'readLoop', 'dispatch', 'Do', 'fetch.func1', 'Query', 'run', 'flush', 'ServeHTTP']
const REASONS = ['chan receive', 'select', 'IO wait', 'chan send', 'sync.Mutex.Lock', 'semacquire', 'sleep', 'running']
/** What stands above the program's own frames. */
const TOPS = {
  'IO wait': [
    ['internal/poll.runtime_pollWait', '/usr/local/go/src/runtime/netpoll.go', 351],
    ['internal/poll.(*FD).Read', '/usr/local/go/src/internal/poll/fd_unix.go', 165],
    ['net.(*conn).Read', '/usr/local/go/src/net/net.go', 194],
  ],
  'sync.Mutex.Lock': [
    ['internal/sync.(*Mutex).lockSlow', '/usr/local/go/src/internal/sync/mutex.go', 149],
    ['sync.(*Mutex).Lock', '/usr/local/go/src/sync/mutex.go', 46],
  ],
}

/** `count` different stacks, innermost frame first; `weight`: how many goroutines stand there, as a part of all. */
export function stacksOf(seed, count) {
  const pick = random(seed)
  const frames = Array.from({ length: 4 * Math.ceil(Math.sqrt(count)) + 200 }, (_, i) => {
    const host = HOSTS[pick(HOSTS.length)]
    const name = `${host}/internal/part${i % 97}.${TYPES[pick(TYPES.length)]}.${NAMES[pick(NAMES.length)]}${i % 7 === 0 ? i : ''}`
    return [name, `/home/build/src/${host}/internal/part${i % 97}/file${i % 11}.go`, 10 + pick(900)]
  })
  return Array.from({ length: count }, (_, i) => {
    const reason = REASONS[pick(REASONS.length)]
    const depth = 2 + pick(6) + (pick(10) === 0 ? pick(40) : 0)
    const own = Array.from({ length: depth }, () => frames[pick(frames.length)])
    return {
      reason,
      frames: [...(TOPS[reason] ?? []), ...own],
      createdBy: frames[pick(frames.length)],
      // A few crowds, many groups of some, and many of one.
      weight: 1 / (1 + i),
    }
  })
}

const hex = (pick, digits) =>
  pick(16 ** Math.min(digits, 8))
    .toString(16)
    .padStart(digits, '0')

/** What stands between the parentheses: pointers that differ from goroutine to goroutine, lengths, strings. */
function argumentsOf(pick, name) {
  if (name.endsWith('func1')) return ''
  const kinds = [
    `0xc00${hex(pick, 7)}`,
    `{0xc00${hex(pick, 7)}, 0x${pick(4096).toString(16)}, 0x1000}`,
    '0x1',
    `0x7f${hex(pick, 10)}?`,
  ]
  return Array.from({ length: 1 + pick(4) }, () => kinds[pick(kinds.length)]).join(', ')
}

/** Text of `debug=2` up to `bytes` (Go cuts it in the middle of a line), and how many goroutines it shows by stack. */
export function debug2Of(stacks, goroutines, bytes, seed = 7) {
  const pick = random(seed)
  const order = spread(stacks, goroutines, pick)
  const parts = []
  let length = 0
  let id = 1
  for (const at of order) {
    const { reason, frames, createdBy } = stacks[at]
    const minutes = pick(3) === 0 && reason !== 'running' ? `, ${1 + pick(900)} minutes` : ''
    const lines = [`goroutine ${id} [${reason}${minutes}]:`]
    for (const [name, file, line] of frames)
      lines.push(`${name}(${argumentsOf(pick, name)})`, `\t${file}:${line} +0x${(16 + pick(2000)).toString(16)}`)
    const [name, file, line] = createdBy
    lines.push(
      `created by ${name} in goroutine ${1 + pick(id)}`,
      `\t${file}:${line} +0x${(16 + pick(900)).toString(16)}`,
      '',
      '',
    )
    const text = lines.join('\n')
    parts.push(text)
    length += text.length
    id += 1 + pick(9)
    if (length >= bytes) break
  }
  return Buffer.from(parts.join('').slice(0, bytes))
}

/** The row of a stack for each goroutine, in an order without order; every stack is there at least once. */
function spread(stacks, goroutines, pick) {
  const order = new Uint32Array(goroutines)
  countsOf(stacks, goroutines).reduce((from, count, at) => order.fill(at, from, from + count) && from + count, 0)
  for (let i = goroutines - 1; i > 0; i--) {
    const other = pick(i + 1)
    const kept = order[i]
    order[i] = order[other]
    order[other] = kept
  }
  return order
}

/** How many of so many goroutines stand at each stack. */
export function countsOf(stacks, goroutines) {
  const sum = stacks.reduce((total, { weight }) => total + weight, 0)
  const counts = stacks.map(({ weight }) => 1 + Math.floor((weight / sum) * (goroutines - stacks.length)))
  counts[0] += goroutines - counts.reduce((total, count) => total + count, 0)
  return counts
}

/** The same text as a cluster's log has it: a time stamp, a container, then the line. */
export function prefixed(text) {
  let at = 0
  const lines = text.toString('latin1').split('\n')
  const stamp = () =>
    `2026-03-04T05:${String(Math.floor(at / 6e7) % 60).padStart(2, '0')}:${((at++ / 1e6) % 60).toFixed(9).padStart(12, '0')}Z`
  return Buffer.from(lines.map(line => `${stamp()} stderr F ${line}`).join('\n'))
}

/** `debug=1`: each stack with its count. */
export function debug1Of(stacks, goroutines) {
  const counts = countsOf(stacks, goroutines)
  const parts = [`goroutine profile: total ${goroutines}\n`]
  for (const [at, { frames }] of stacks.entries()) {
    const shown = frames.filter(([name]) => !name.startsWith('runtime.'))
    const pcs = shown.map((_, i) => `0x${(0x400000 + at * 512 + i * 16).toString(16)}`)
    parts.push(`${counts[at]} @ 0x43a10e 0x40b5cd ${pcs.join(' ')} 0x46e941\n`)
    for (const [i, [name, file, line]] of shown.entries()) parts.push(`#\t${pcs[i]}\t${name}+0x5d\t\t${file}:${line}\n`)
    parts.push('\n')
  }
  return Buffer.from(parts.join(''))
}

// The protobuf of pprof (profile.proto): 1 sample_type, 2 sample, 4 location, 5 function, 6 string_table.
function varint(value) {
  const bytes = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left % 128) + 128)
  }
}
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)])
const block = (field, content) => Buffer.concat([varint(field * 8 + 2), varint(content.length), content])

/** The protobuf form, gzipped as Go gives it. */
export function protoOf(stacks, goroutines) {
  const counts = countsOf(stacks, goroutines)
  const strings = new Map([['', 0]])
  const text = name => strings.get(name) ?? strings.set(name, strings.size).get(name) ?? strings.size - 1
  const locations = new Map()
  const tables = []
  const locationOf = ([name, file, line]) => {
    const key = `${name} ${file}:${line}`
    const known = locations.get(key)
    if (known) return known
    const id = locations.size + 1
    locations.set(key, id)
    tables.push(
      block(
        4,
        Buffer.concat([
          number(1, id),
          number(3, 0x400000 + id * 16),
          block(4, Buffer.concat([number(1, id), number(2, line)])),
        ]),
      ),
      block(5, Buffer.concat([number(1, id), number(2, text(name)), number(3, text(name)), number(4, text(file))])),
    )
    return id
  }
  const type = block(1, Buffer.concat([number(1, text('goroutine')), number(2, text('count'))]))
  const samples = stacks.map(({ frames }, at) =>
    block(
      2,
      Buffer.concat([
        block(1, Buffer.concat(frames.map(frame => varint(locationOf(frame))))),
        block(2, varint(counts[at])),
      ]),
    ),
  )
  const table = [...strings.keys()].map(name => block(6, Buffer.from(name)))
  return gzipSync(Buffer.concat([type, ...samples, ...tables, ...table]))
}
