/**
 * The bench of dumps: `unhang dump FILE --json`, whole processes, over made-up dumps as large as Go lets them become
 * (`dumps-made.mjs`). Beside it other readers of the same file: panicparse for `debug=2`, `go tool pprof` for the
 * protobuf. The ratio is taken within each pair, for a busy machine slows both.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { judgeDump } from './budgets.mjs'
import { countsOf, debug1Of, debug2Of, prefixed, protoOf, stacksOf } from './dumps-made.mjs'
import { buildPeers, CACHE, dumpJson, runPanicparse, runPprof, runUnhangDump } from './tools.mjs'

/** Go ends `debug=2` here. */
const CUT = 64 << 20
const GOROUTINES = 400_000

/** What is measured: how it is made, who else reads it, and how many goroutines of it must come out. */
const KINDS = {
  'debug=2': { make: ({ stacks, bytes }) => debug2Of(stacks, GOROUTINES, bytes), peer: runPanicparse },
  'debug=2, log': { make: ({ stacks, bytes }) => prefixed(debug2Of(stacks, GOROUTINES, bytes)).subarray(0, bytes) },
  'debug=1': { make: ({ many }) => debug1Of(many, GOROUTINES), total: GOROUTINES },
  protobuf: { make: ({ many }) => protoOf(many, GOROUTINES), total: GOROUTINES, peer: runPprof },
}

const fileOf = kind => join(CACHE, `dump-${kind.replace(/\W+/g, '-')}${kind === 'protobuf' ? '.pb.gz' : '.txt'}`)

/** Of the protobuf, which comes compressed, what is read in the end. */
function sizeOf(kind, file) {
  const bytes = readFileSync(file)
  return kind === 'protobuf' ? gunzipSync(bytes).length : bytes.length
}

/** A row for each kind; `reuse`: the files of the run before. */
export function measureDumps({ pairs, quick, reuse, say }) {
  buildPeers()
  const scale = quick ? 16 : 1
  const material = { stacks: stacksOf(1, 3000 / scale), many: stacksOf(2, 60_000 / scale), bytes: CUT / scale }
  const rows = Object.entries(KINDS).map(([kind, { make, peer, total }]) => {
    const file = fileOf(kind)
    if (!reuse || !existsSync(file)) writeFileSync(file, make(material))
    // Unmeasured: reads the file into the page cache, and shows that nothing is lost.
    const { goroutines } = dumpJson([file])
    if (total !== undefined && goroutines !== total) throw new Error(`${kind}: ${goroutines} goroutines, not ${total}`)
    const runs = []
    for (let i = 0; i < pairs; i++) {
      say(`dump, ${kind}: ${i + 1} of ${pairs}`)
      runs.push({ unhang: runUnhangDump([file]), peer: peer?.(file) })
    }
    return judgeDump({ kind, fileBytes: sizeOf(kind, file), goroutines, runs })
  })
  checkCounts(material)
  return rows
}

/** Go cuts `debug=2` of 400,000 goroutines; with `debug=1` beside it each group must have its exact count. */
function checkCounts({ stacks, bytes }) {
  const [text, counted] = ['cut', 'counts'].map(name => join(CACHE, `dump-${name}.txt`))
  writeFileSync(text, debug2Of(stacks, GOROUTINES, bytes))
  writeFileSync(counted, debug1Of(stacks, GOROUTINES))
  const { goroutines, complete, groups } = dumpJson([text, counted])
  const found = new Map()
  for (const { frames, count } of groups) {
    const key = keyOf(frames.map(({ function: name, line }) => [name, '', line]))
    found.set(key, (found.get(key) ?? 0) + count)
  }
  const counts = countsOf(stacks, GOROUTINES)
  const expected = new Map()
  for (const [at, { frames }] of stacks.entries()) {
    const key = keyOf(frames)
    expected.set(key, (expected.get(key) ?? 0) + counts[at])
  }
  const wrong = [...expected].filter(([key, count]) => found.get(key) !== count)
  if (goroutines !== GOROUTINES || !complete || wrong.length > 0)
    throw new Error(
      `dump, cut: ${goroutines} goroutines, complete: ${complete}, ${wrong.length} of ${expected.size} groups have another count`,
    )
}

const keyOf = frames =>
  frames
    .filter(([name]) => !name.startsWith('runtime.'))
    .map(([name, , line]) => `${name}:${line}`)
    .join(' ')
