/** A server of the page over captures made up here, for the tests of whom it answers, and what. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import { DIAGNOSIS_SCHEMA, type Diagnosis, type Finding, type Standings } from '@unhang/core'
import type { Shown } from '../src/inputs/shown.ts'
import { type Answer, createApp, type Request } from '../src/server/app.ts'

export const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-server-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

export const PORT = 4321
export const HOST = `127.0.0.1:${PORT}`
export const page = new Map(
  ['/', '/page.js', '/page.css', '/worker.js', '/graph.js'].map(name => [
    name,
    { type: 'text/test', bytes: Buffer.from(`the page's ${name}`) },
  ]),
)

let files = 0
export function onDisk(content: string | Uint8Array): { readonly path: string } {
  const file = path.join(home, `capture-${files++}`)
  fs.writeFileSync(file, content)
  return { path: file }
}

export const shown = (name: string, content: Shown['content'], cut?: string): Shown => ({ name, size: 1, cut, content })

export function options(captures: readonly Shown[] = [], port = PORT) {
  const lines = ({ file, line }: { file: string; line: number }) =>
    file === 'x/a.go' && line < 100 ? [{ line, text: `line ${line}${'x'.repeat(5000)}` }] : undefined
  const source = { lines, edited: () => ['/home/me/x/a.go'], since: () => 1000, renew: () => {} }
  return { port, page, captures, remarks: ['a.out is a program'], source, tell }
}

/** Says that there is source, and adds a word to each finding's evidence. */
const tell = (diagnosis: Diagnosis, processes: readonly Standings[]) => ({
  isHere: processes.length > 0,
  diagnosis: {
    ...diagnosis,
    findings: diagnosis.findings.map(one => ({ ...one, evidence: [...one.evidence, 'the source says so'] })),
  },
})

export type Headers = Request['headers']

export function ask(target: string, headers: Headers = {}, method = 'GET', captures: readonly Shown[] = []): Answer {
  return createApp(options(captures))({ method, target, headers: { host: HOST, ...headers } })
}

export function textOf({ body }: Answer): string {
  assert.ok(body instanceof Uint8Array)
  return Buffer.from(body).toString()
}

/** How often this process has the file open; where there is no /proc to look into, never. */
export function timesOpen({ path }: { readonly path: string }): number {
  if (!fs.existsSync('/proc/self/fd')) return 0
  return fs.readdirSync('/proc/self/fd').filter(fd => linkOf(`/proc/self/fd/${fd}`) === path).length
}

function linkOf(file: string): string {
  try {
    return fs.readlinkSync(file)
  } catch {
    return '' // closed since
  }
}

export const NOTHING_THERE = [
  '/index.html',
  '/page.js/',
  '//page.js',
  '/PAGE.JS',
  '/./page.js',
  '/../page.js',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%252e%252e%252fetc/passwd',
  '/..\\..\\etc\\passwd',
  '/page.js%00.html',
  '/page.js\0',
  '/%70age.js',
  '/%',
  '/%zz',
  '/.git/config',
  '/captures',
  '/captures/',
  '/captures/1',
  '/captures/-1',
  '/captures/00',
  '/captures/0/',
  '/captures/0/../1',
  '/captures/%30',
  '/captures/0x0',
  '/captures/1e3',
  '/captures/9999999999999999999',
  '/constructor',
  '/__proto__',
  'page.js',
  '',
  '*',
  `http://${HOST}/page.js`,
]

export const FINDING: Finding = {
  kind: 'chan send',
  cause: 'no-receiver',
  certainty: 'likely',
  site: { function: 'main.main', file: 'x/a.go', line: 40 },
  waiters: { count: 1, goroutines: [7], longestNs: 1, sinceStart: true },
  holder: { state: 'unknown' },
  evidence: [],
  advice: '',
}
export const FRAME = { function: 'main.main', file: 'x/a.go', line: 40, args: '' }
export const STANDING = { id: 7, reason: 'chan send', frames: [FRAME], waitedNs: 1, isSteady: true }
export const QUESTION = {
  diagnosis: { schema: DIAGNOSIS_SCHEMA, verdict: 'hang', inputs: [], findings: [FINDING], looked: { goroutines: 1 } },
  processes: [{ goroutines: [STANDING], isWhole: true }],
}
