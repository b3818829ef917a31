/** What a profile becomes: the table, one function with its neighbours, and files for other tools. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Profile as Message } from 'pprof-format'
import { compilePattern } from '../src/base/pattern/pattern.ts'
import { foldedText, NO_STACK, speedscopeText } from '../src/spent/profile/files.ts'
import { focused } from '../src/spent/profile/focus.ts'
import { pprofBytes } from '../src/spent/profile/pprof.ts'
import { collectProfile, PROFILE_KINDS, type Profile, totalOf } from '../src/spent/profile/profile.ts'
import { type ProfileReport, profileJson } from '../src/spent/profile/report.ts'
import { functionMeant, functionsLike, peekAt, topOf } from '../src/spent/profile/top.ts'
import { wholeScope } from '../src/spent/scope.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, type Trace } from '../src/trace/tables.ts'
import { randomTrace } from './random-trace.ts'
import { requireTool } from './require-tool.ts'

/** "h.f g.f main.main  3× 500": a stack (innermost first) that waited three times, 500 ns in all. */
function profileFrom(text: string): { trace: Trace; profile: Profile } {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const g = builder.goroutine(1, Number.NaN, -1, -1)
  builder.span(0, g, GoState.running, 0, placeOf(-1, -1), -1)
  const rows: { stack: number; count: number; ns: number }[] = []
  for (const line of text.split('\n').map(part => part.trim())) {
    if (line === '') continue
    const [, names, count, ns] = /^(.*?)\s*(\d+)× (\d+)$/.exec(line)!
    const frames = names.split(' ').filter(name => name !== '')
    const frameRow = (name: string, at: number) => {
      const [functionName, atLine] = name.split(':')
      const file = builder.strings.internText(`${functionName.split('.')[0]}.go`)
      return builder.stacks.frameRow(builder.strings.internText(functionName), file, Number(atLine ?? at + 1))
    }
    rows.push({
      stack: builder.stacks.stack(frames.map(frameRow), frames.length),
      count: Number(count),
      ns: Number(ns),
    })
  }
  rows.sort((a, b) => a.stack - b.stack)
  const trace = builder.freeze(26, 1_000_000)
  const none = { length: 0, stack: new Int32Array(0), count: new Float64Array(0), ns: new Float64Array(0) }
  const profile: Profile = {
    kind: 'block',
    length: rows.length,
    stack: Int32Array.from(rows, row => row.stack),
    count: Float64Array.from(rows, row => row.count),
    ns: Float64Array.from(rows, row => row.ns),
    unended: { count: 0, ns: 0, rows: none },
    reasonless: { count: 0, ns: 0 },
  }
  return { trace, profile }
}

const CALLS = `
  lock.Lock work.f main.main          3× 500
  lock.Lock work.f:9 main.main        1× 100
  lock.Lock work.g work.f main.main   2× 40
  work.f work.g work.f main.main      1× 7
                                      4× 9
`
const table = (trace: Trace, profile: Profile, order = {}) => {
  const top = topOf(trace, profile, order)
  return Array.from(top.name, (row, i) => {
    const self = `${top.selfCount[i]}× ${top.selfNs[i]}`
    return `${trace.strings.text(row)}: ${self}, ${top.cumulativeCount[i]}× ${top.cumulativeNs[i]}`
  })
}

test('each function has what was spent in itself and below it, and one that calls itself counts once', () => {
  const { trace, profile } = profileFrom(CALLS)
  assert.deepEqual(table(trace, profile), [
    'lock.Lock: 6× 640, 6× 640',
    'work.f: 1× 7, 7× 647',
    'main.main: 0× 0, 7× 647',
    'work.g: 0× 0, 3× 47',
  ])
  assert.deepEqual(table(trace, profile, { by: 'count', cumulative: true })[0], 'work.f: 1× 7, 7× 647')
  assert.deepEqual(totalOf(profile), { count: 11, ns: 656 }, 'what has no stack counts in the total')
})

test('callers and callees of a function, each stack once, itself never', () => {
  const { trace, profile } = profileFrom(CALLS)
  assert.deepEqual(peekAt(trace, profile, 'work.f'), {
    name: 'work.f',
    self: { count: 1, ns: 7 },
    cumulative: { count: 7, ns: 647 },
    callers: [
      { name: 'main.main', count: 7, ns: 647 },
      { name: 'work.g', count: 1, ns: 7 },
    ],
    callees: [
      { name: 'lock.Lock', count: 4, ns: 600 },
      { name: 'work.g', count: 3, ns: 47 },
    ],
  })
  assert.equal(peekAt(trace, profile, 'work.none'), undefined)
  assert.deepEqual(functionsLike(trace, profile, 'other.LOCK'), ['lock.Lock'])
  const meant = ['work.f', 'main', 'Lo', 'work', 'lock.lock'].map(text => functionMeant(trace, profile, text))
  assert.deepEqual(meant, ['work.f', 'main.main', 'lock.Lock', undefined, undefined])
})

test('focus keeps stacks that match anywhere, in names or files, and ignore drops others', () => {
  const { trace, profile } = profileFrom(CALLS)
  const total = (focus?: string, ignore?: string) =>
    totalOf(
      focused(trace, profile, {
        focus: focus === undefined ? undefined : compilePattern(focus),
        ignore: ignore === undefined ? undefined : compilePattern(ignore),
      }),
    ).ns
  assert.equal(total(), 656)
  assert.equal(total('work\\.g$'), 47)
  assert.equal(total('lock.go'), 640)
  assert.equal(total(undefined, 'lock\\.'), 7, 'what has no stack goes, as with pprof')
  assert.equal(total('work\\.g$', 'lock\\.'), 7)
  assert.equal(total('^nobody$'), 0)
})

test('folded: a line for each way through functions, outermost first', () => {
  const { trace, profile } = profileFrom(CALLS)
  assert.equal(
    [...foldedText(trace, profile)].join(''),
    `${NO_STACK} 9
main.main;work.f;lock.Lock 600
main.main;work.f;work.g;lock.Lock 40
main.main;work.f;work.g;work.f 7
`,
  )
  assert.match([...foldedText(trace, profile, 'count')].join(''), /^main.main;work.f;lock.Lock 4$/m)
})

test('a name cannot break a line or a frame of folded text', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = builder.strings.internText('main.F[struct { a int; b\n int }] 7')
  const stack = builder.stacks.stack([builder.stacks.frameRow(name, 0, 5)], 1)
  const trace = builder.freeze(26, 10)
  const rows = { length: 1, stack: Int32Array.of(stack), count: Float64Array.of(1), ns: Float64Array.of(3) }
  assert.equal([...foldedText(trace, rows)].join(''), 'main.F[struct { a int, b  int }] 7 3\n')
})

/** What file-format-schema.json asks of a file with sampled profiles. */
function checkSpeedscope(text: string): { frames: string[]; samples: number[][][]; weights: number[][] } {
  const file = JSON.parse(text)
  assert.equal(file.$schema, 'https://www.speedscope.app/file-format-schema.json')
  assert.ok(Array.isArray(file.shared.frames) && Array.isArray(file.profiles))
  assert.ok(file.activeProfileIndex < file.profiles.length)
  for (const frame of file.shared.frames) {
    assert.equal(typeof frame.name, 'string')
    assert.deepEqual(
      Object.keys(frame).filter(key => !['name', 'file', 'line', 'col'].includes(key)),
      [],
    )
  }
  for (const profile of file.profiles) {
    assert.equal(profile.type, 'sampled')
    assert.ok(['none', 'nanoseconds', 'microseconds', 'milliseconds', 'seconds', 'bytes'].includes(profile.unit))
    assert.deepEqual(
      [typeof profile.name, typeof profile.startValue, typeof profile.endValue],
      ['string', 'number', 'number'],
    )
    assert.equal(profile.samples.length, profile.weights.length)
    const sum = profile.weights.reduce((a: number, b: number) => a + b, 0)
    assert.equal(profile.endValue - profile.startValue, sum)
    for (const sample of profile.samples)
      for (const frame of sample) assert.ok(Number.isInteger(frame) && frame >= 0 && frame < file.shared.frames.length)
  }
  const named = new Set(file.profiles.flatMap((profile: { samples: number[][] }) => profile.samples.flat()))
  for (const [i, { name }] of file.shared.frames.entries())
    assert.ok(named.has(i) || name === NO_STACK, `${name} is in no sample`)
  return {
    frames: file.shared.frames.map((frame: { name: string }) => frame.name),
    samples: file.profiles.map((profile: { samples: number[][] }) => profile.samples),
    weights: file.profiles.map((profile: { weights: number[] }) => profile.weights),
  }
}

test('speedscope: two profiles of the same stacks, by time and by count', () => {
  const { trace, profile } = profileFrom(CALLS)
  const { frames, samples, weights } = checkSpeedscope([...speedscopeText(trace, profile, 'a "trace"')].join(''))
  const named = samples[0].map(
    (sample, i) => `${sample.map(frame => frames[frame]).join(' ')} ${weights[0][i]} ${weights[1][i]}`,
  )
  assert.deepEqual(named, [
    `${NO_STACK} 9 4`,
    'main.main work.f lock.Lock 600 4',
    'main.main work.f work.g lock.Lock 40 2',
    'main.main work.f work.g work.f 7 1',
  ])
  const empty = collectProfile(trace, 'syscall', wholeScope(trace))
  checkSpeedscope([...speedscopeText(trace, empty, 'none')].join(''))
})

test('JSON has the table, and the stacks it was made of', () => {
  const { trace, profile } = profileFrom(CALLS)
  const peek = peekAt(trace, profile, 'work.g')
  const text = [...profileJson(trace, profile, wholeScope(trace), { peek })].join('')
  const report = JSON.parse(text) as ProfileReport
  assert.equal(report.schema, 'unhang.profile/1')
  assert.deepEqual(report.total, { count: 11, ns: 656 })
  assert.deepEqual(report.range, { startNs: 0, endNs: 1_000_000 })
  assert.deepEqual(report.peek, peek)
  assert.deepEqual(report.functions[1], {
    name: 'work.f',
    file: 'work.go',
    selfCount: 1,
    selfNs: 7,
    cumulativeCount: 7,
    cumulativeNs: 647,
  })
  const stacks = report.stacks.map(({ count, ns, frames }) => {
    const names = frames.map(frame => `${report.frames[frame].function}:${report.frames[frame].line}`)
    return `${names.join(' ')} ${count}× ${ns}`
  })
  assert.deepEqual(stacks.slice(0, 3), [
    ' 4× 9',
    'lock.Lock:1 work.f:2 main.main:3 3× 500',
    'lock.Lock:1 work.f:9 main.main:3 1× 100',
  ])
  const empty = JSON.parse(
    [...profileJson(trace, collectProfile(trace, 'cpu', wholeScope(trace)), wholeScope(trace), {})].join(''),
  )
  assert.deepEqual([empty.functions, empty.frames, empty.stacks], [[], [], []])
})

function run(go: string, args: readonly string[], bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'unhang-pprof-'))
  try {
    writeFileSync(join(folder, 'p.pb.gz'), bytes)
    return execFileSync(go, ['tool', 'pprof', ...args, 'p.pb.gz'], { encoding: 'utf8', cwd: folder, stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('go tool pprof opens the file and says what our table says', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { trace, profile } = profileFrom(CALLS)
  const bytes = await pprofBytes(trace, profile, wholeScope(trace))
  const top = run(go, ['-top', '-unit=ns', '-nodefraction=0', '-edgefraction=0'], bytes)
  assert.match(top, /^Type: delay$/m)
  assert.match(top, /656ns total/)
  const rows = [...top.matchAll(/^\s*(\d+)(?:ns)?\s+\S+%\s+\S+%\s+(\d+)(?:ns)?\s+\S+%\s+(\S+)$/gm)]
  const theirs = rows.map(([, self, cumulative, name]) => `${name} ${self} ${cumulative}`).sort()
  const ours = topOf(trace, profile)
  assert.deepEqual(
    theirs,
    Array.from(ours.name, (row, i) => `${trace.strings.text(row)} ${ours.selfNs[i]} ${ours.cumulativeNs[i]}`).sort(),
  )
  const raw = run(go, ['-raw'], bytes)
  assert.match(raw, /PeriodType: trace count\nPeriod: 1\n/)
  assert.match(raw, /Samples:\ncontentions\/count delay\/nanoseconds/)
  assert.match(raw, /lock\.Lock .*lock\.go:1/)
  assert.match(run(go, ['-peek', 'work\\.g', '-unit=ns'], bytes), /work\.f.*work\.g.*lock\.Lock/s)
  assert.match(run(go, ['-top', '-sample_index=contentions'], bytes), /of 11 total/)
})

test('a function with lines of several files, as inlining leaves them, has each line in its own file', async () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = builder.strings.internText('slices.partition')
  const frames = ['sort.go', 'cmp.go', 'sort.go'].map((file, i) =>
    builder.stacks.frameRow(name, builder.strings.internText(file), i + 1),
  )
  const stack = Int32Array.from(frames, frame => builder.stacks.stack([frame], 1))
  const trace = builder.freeze(26, 1_000_000)
  const { profile } = profileFrom('a.f 1× 1')
  const three = { ...profile, length: 3, stack, count: Float64Array.of(1, 1, 1), ns: Float64Array.of(1, 1, 1) }
  const file = Message.decode(gunzipSync(await pprofBytes(trace, three, wholeScope(trace))))
  const text = (index: number | bigint) => file.stringTable.strings[Number(index)]
  const lines = file.location.map(({ line: [{ functionId, line }] }) => {
    const { name, filename } = file.function[Number(functionId) - 1]
    return `${text(name)} ${text(filename)}:${line}`
  })
  assert.deepEqual(lines, ['slices.partition sort.go:1', 'slices.partition cmp.go:2', 'slices.partition sort.go:3'])
  assert.equal(file.function.length, 2)
})

test('CPU samples have the types of the runtime', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { trace, profile } = profileFrom('work.f main.main 3× 30000000')
  const bytes = await pprofBytes(trace, { ...profile, kind: 'cpu' }, wholeScope(trace))
  const raw = run(go, ['-raw'], bytes)
  assert.match(raw, /PeriodType: cpu nanoseconds\nPeriod: 10000000\n/)
  assert.match(raw, /Samples:\nsamples\/count cpu\/nanoseconds/)
  assert.match(run(go, ['-top'], bytes), /^\s*30ms .*work\.f$/m)
})

test('any trace and any kind become a file of every form, and each adds up to the same', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const trace = randomTrace(seed)
    const scope = wholeScope(trace)
    for (const kind of PROFILE_KINDS) {
      const profile = collectProfile(trace, kind, scope, { unended: seed % 2 === 0 })
      const total = totalOf(profile)
      const report = JSON.parse([...profileJson(trace, profile, scope, {})].join('')) as ProfileReport
      assert.deepEqual(report.total, total)
      assert.equal(
        report.stacks.reduce((sum, { count }) => sum + count, 0),
        total.count,
      )
      const folded = [...foldedText(trace, profile, 'count')].join('').split('\n').slice(0, -1)
      assert.equal(
        folded.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
        total.count,
      )
      const { weights } = checkSpeedscope([...speedscopeText(trace, profile, kind)].join(''))
      assert.equal(
        weights[1].reduce((sum, count) => sum + count, 0),
        total.count,
      )
      const file = Message.decode(gunzipSync(await pprofBytes(trace, profile, scope)))
      assert.equal(
        file.sample.reduce((sum, { value }) => sum + Number(value[0]), 0),
        total.count,
      )
      for (const { locationId } of file.sample)
        for (const id of locationId) assert.ok(Number(id) >= 1 && Number(id) <= file.location.length)
    }
  }
})

test('a trace of nothing has profiles of nothing', async () => {
  const trace = new TraceBuilder(new Uint8Array(0), 64).freeze(26, 0)
  const scope = wholeScope(trace)
  for (const kind of PROFILE_KINDS) {
    const profile = collectProfile(trace, kind, scope, { unended: true })
    assert.deepEqual([profile.length, topOf(trace, profile).length, peekAt(trace, profile, '')], [0, 0, undefined])
    assert.equal([...foldedText(trace, profile)].join(''), '')
    checkSpeedscope([...speedscopeText(trace, profile, kind)].join(''))
    assert.ok((await pprofBytes(trace, profile, scope)).length > 0)
  }
})

test('an empty profile is a file, too', async t => {
  const { trace } = profileFrom(CALLS)
  const bytes = await pprofBytes(trace, collectProfile(trace, 'sync', wholeScope(trace)), wholeScope(trace))
  assert.ok(gunzipSync(bytes).length > 0)
  const go = requireTool(t, 'go')
  if (go) assert.match(run(go, ['-top'], bytes), /of 0 total|0 total/)
})

test('whatever the stacks, shares add up: self to the total, and no function above it', () => {
  const names = fc.constantFrom<string>('a.a', 'b.b', 'c.c', 'd.d')
  const stack = fc.array(names, { maxLength: 6 })
  const rows = fc.array(fc.tuple(stack, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 })), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(rows, list => {
      const { trace, profile } = profileFrom(list.map(([path, n, ns]) => `${path.join(' ')} ${n}× ${ns}`).join('\n'))
      const total = totalOf(profile)
      const top = topOf(trace, profile)
      const none = list.filter(([path]) => path.length === 0).reduce((sum, [, , ns]) => sum + ns, 0)
      assert.equal(
        top.selfNs.reduce((a, b) => a + b, none),
        total.ns,
      )
      for (let i = 0; i < top.length; i++) {
        const name = trace.strings.text(top.name[i])
        const has = list.filter(([path]) => path.includes(name))
        assert.equal(
          top.cumulativeNs[i],
          has.reduce((sum, [, , ns]) => sum + ns, 0),
        )
        const peek = peekAt(trace, profile, name)!
        assert.deepEqual([peek.cumulative.ns, peek.self.ns], [top.cumulativeNs[i], top.selfNs[i]])
        for (const { name: caller, ns } of peek.callers) {
          const pairs = list.filter(([path]) => path.some((f, at) => f === name && path[at + 1] === caller))
          assert.equal(
            ns,
            pairs.reduce((sum, [, , part]) => sum + part, 0),
          )
        }
      }
      const folded = [...foldedText(trace, profile)]
        .join('')
        .trim()
        .split('\n')
        .filter(line => line !== '')
      assert.equal(
        folded.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
        total.ns,
      )
      checkSpeedscope([...speedscopeText(trace, profile, 'x')].join(''))
    }),
    { numRuns: 300 },
  )
})
