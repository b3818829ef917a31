/**
 * Reading goroutine dumps: what Go wrote of 400,000 goroutines just now, as it is, behind a log's prefixes and compressed.
 * In turns with `linescan`, which goes over the lines of the same file in Go; beside them the whole of `unhang dump FILE`,
 * and panicparse as a peer.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { judgeDump } from './budgets.mjs'
import { CACHE, runDump, runLineScan, runPanicparse, runReadDump, writeDumps } from './tools.mjs'

/** Each with its file, and what `linescan` goes over: it does not decompress. */
const KINDS = [
  { kind: 'debug=2', file: 'debug2.txt' },
  { kind: 'debug=2, gzip', file: 'debug2.gz', lines: 'debug2.txt' },
  { kind: 'kubernetes', file: 'kubernetes.log' },
  { kind: 'docker', file: 'docker.json' },
]
/** panicparse compares each stack with all others: it is given a dump that it can read. */
const PEER_GOROUTINES = 5000

/** `{ kinds, peer }`; throws where a count is not what the program that was dumped says of itself. */
export function measureDumps({ goroutines, pairs, say }) {
  const folder = join(CACHE, 'dumps')
  say(`dumps: writing them of ${goroutines.toLocaleString('en-US')} goroutines`)
  writeDumps(folder, goroutines)
  checkCounts(folder, goroutines)
  const kinds = KINDS.map(({ kind, file, lines = file }) => measureKind({ kind, folder, file, lines, pairs, say }))
  return { goroutines, kinds, peer: measurePeer(folder, say) }
}

function measureKind({ kind, folder, file, lines, pairs, say }) {
  const path = join(folder, file)
  const { headers } = runLineScan(join(folder, lines))
  const runs = []
  for (let i = 0; i < pairs; i++) {
    say(`dumps, ${kind}: pair ${i + 1} of ${pairs}`)
    const read = i % 2 === 0 ? runReadDump(path) : undefined
    const go = runLineScan(join(folder, lines))
    runs.push({ read: read ?? runReadDump(path), go, whole: runDump([path]) })
  }
  const { goroutines } = runs[0].read
  if (goroutines !== headers) throw new Error(`${kind}: ${headers} headers, unhang reads ${goroutines} goroutines`)
  return judgeDump({ kind, fileBytes: statSync(path).size, textBytes: textBytes(folder, file), goroutines, runs })
}

/** What the reader sees of a compressed file is its text. */
function textBytes(folder, file) {
  return statSync(join(folder, file.endsWith('.gz') ? 'debug2.txt' : file)).size
}

/** Of a dump that was cut, the other two forms give the count of each group. */
function checkCounts(folder, goroutines) {
  const forms = ['debug2.txt', 'debug1.txt', 'goroutine.pb.gz'].map(file => join(folder, file))
  const { groups } = JSON.parse(runDump(forms, ['--json', '--like', 'functions'], true))
  const expected = Object.entries(JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')))
  for (const [name, count] of expected) {
    const found = groups.filter(({ site }) => site?.function === name).map(group => group.count)
    if (found.length === 1 && found[0] === count) continue
    throw new Error(`${name}: ${count} of ${goroutines} goroutines wait there, unhang dump says ${found.join(' + ')}`)
  }
}

function measurePeer(folder, say) {
  say('dumps: panicparse')
  const small = join(folder, 'small')
  mkdirSync(small, { recursive: true })
  writeDumps(small, PEER_GOROUTINES)
  const path = join(small, 'debug2.txt')
  return {
    goroutines: PEER_GOROUTINES,
    fileBytes: statSync(path).size,
    unhang: runDump([path]),
    panicparse: runPanicparse(path),
    prefixed: runPanicparse(join(small, 'kubernetes.log')),
  }
}
