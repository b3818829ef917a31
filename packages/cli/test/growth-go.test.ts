/** Servers whose goroutines become more, live: three leaks, and what grows for a reason that ends. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type Diagnosis, diagnose, readDump, readTrace } from '@unhang/core'
import { requireTool } from '../../core/test/require-tool.ts'

const SOURCE = fileURLToPath(new URL('../../../testdata/growth/main.go', import.meta.url))
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-growth-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))
let binary: string | undefined

function build(go: string): string {
  if (!binary) {
    binary = path.join(home, 'leaks')
    execFileSync(go, ['build', '-o', binary, SOURCE], { env: { ...process.env, GOWORK: 'off', GOFLAGS: '' } })
  }
  return binary
}

/** How a server of a shape is asked, again and again. */
type Load = (port: number, round: number) => void

let answered = 0

const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
const open: net.Socket[] = []
const ask: Load = port => {
  const count = () => {
    answered++
  }
  http.get({ host: '127.0.0.1', port, path: '/', agent }, r => r.resume().on('end', count)).on('error', () => {})
}
const once: Load = (port, round) => {
  if (round === 30) ask(port, round)
}
/** A client that comes and stays. */
const stay: Load = port => {
  const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'))
  socket.on('data', () => {}).on('error', () => {})
  open.push(socket)
}
/** More and more at once. */
const crowd: Load = (port, round) => {
  for (let i = 0; i < 1 + round / 15; i++)
    http.get({ host: '127.0.0.1', port, path: '/', agent: new http.Agent() }, r => r.resume()).on('error', () => {})
}

const EVERY_MS = 20
/** By two dumps a leak is told where there were many when the first was taken: a slow machine has to get there first. */
const WARM_ANSWERS = 150

type Captured = {
  readonly dumps: readonly Uint8Array[]
  readonly counts: readonly Uint8Array[]
  readonly trace: Uint8Array
}

/** A server of that shape under load: dumps before and after a trace of two seconds. */
async function captured(t: TestContext, shape: string, load: Load): Promise<Captured | undefined> {
  const go = requireTool(t, 'go')
  if (!go) return undefined
  const server: ChildProcess = spawn(build(go), [shape], { stdio: ['pipe', 'pipe', 'inherit'] })
  const address = await new Promise<string>(resolve =>
    server.stdout?.once('data', text => resolve(String(text).trim())),
  )
  const port = Number(address.split(':')[1])
  let round = 0
  const timer = setInterval(() => load(port, round++), EVERY_MS)
  const get = async (query: string) =>
    new Uint8Array(await (await fetch(`http://${address}/debug/pprof/${query}`)).arrayBuffer())
  try {
    if (load === ask) await warmed()
    else if (shape !== 'warm-up') await setTimeout(50 * EVERY_MS)
    const before = [await get('goroutine?debug=2'), gunzipSync(await get('goroutine'))]
    const trace = await get('trace?seconds=2')
    const later = [await get('goroutine?debug=2'), gunzipSync(await get('goroutine'))]
    return { dumps: [before[0], later[0]], counts: [before[1], later[1]], trace }
  } finally {
    clearInterval(timer)
    for (const socket of open.splice(0)) socket.destroy()
    server.stdin?.end()
    server.kill()
  }
}

async function warmed(): Promise<void> {
  const until = answered + WARM_ANSWERS
  while (answered < until) await setTimeout(EVERY_MS)
}

const dumpsOf = (list: readonly Uint8Array[]) =>
  list.map((bytes, i) => ({ name: `dump ${i}`, kind: 'dump' as const, dump: readDump(bytes) }))

/** The answers from a trace alone, from the trace with dumps around it, from two dumps, and from counts. */
function answers({ dumps, counts, trace }: Captured): Record<string, Diagnosis> {
  const traced = { name: 'trace', kind: 'trace' as const, trace: readTrace(trace) }
  return {
    trace: diagnose([traced]),
    all: diagnose([...dumpsOf(dumps), traced]),
    dumps: diagnose(dumpsOf(dumps)),
    counts: diagnose(dumpsOf(counts)),
  }
}

const leaksOf = ({ findings }: Diagnosis) =>
  findings.filter(({ cause, certainty }) => cause === 'goroutine-leak' && certainty !== 'possible')

const LEAKS: Readonly<Record<string, string>> = {
  logger: 'main.(*gasLogger).start.func1',
  watcher: 'main.watch',
  answer: 'main.ask',
}

for (const [shape, site] of Object.entries(LEAKS))
  test(`a leak: ${shape}`, async t => {
    const capture = await captured(t, shape, ask)
    if (!capture) return
    const { counts, ...told } = answers(capture)
    for (const [what, diagnosis] of Object.entries(told)) {
      const [leak, ...more] = leaksOf(diagnosis)
      assert.equal(leak?.site.function, site, `${what}: ${JSON.stringify(diagnosis.findings, undefined, 1)}`)
      assert.ok(
        leak.evidence.some(sentence => sentence.startsWith('they became more')),
        what,
      )
      assert.deepEqual(more, [], what)
    }
    // Counts do not tell who started them: nothing is sure of so few.
    assert.ok(counts.findings.some(finding => finding.site.function === site && finding.cause === 'goroutine-leak'))
  })

const HEALTHY: Readonly<Record<string, Load>> = {
  burst: once,
  'warm-up': () => {},
  pool: crowd,
  clients: stay,
  streams: stay,
  churn: ask,
  expiry: ask,
}

for (const [shape, load] of Object.entries(HEALTHY))
  test(`no leak: ${shape}`, async t => {
    const capture = await captured(t, shape, load)
    if (!capture) return
    for (const [what, diagnosis] of Object.entries(answers(capture))) assert.deepEqual(leaksOf(diagnosis), [], what)
  })
