/**
 * Another parser, panicparse, groups the same dumps into the same stacks (`tools/peers`, built with Go): dumps that Go
 * makes while the test runs, captures of six versions of it, and dumps that people posted.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Dump, groupDump, readDump } from '../src/index.ts'
import { requireTool } from './require-tool.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SHARED = join(ROOT, '../shared')
const FOLDER = mkdtempSync(join(tmpdir(), 'unhang-peers-'))
const PROGRAM = join(FOLDER, 'peers')
const LIMITS = { timeout: 240_000, maxBuffer: 1 << 28, stdio: 'pipe' } as const

after(() => rmSync(FOLDER, { recursive: true, force: true }))

/** Built once; false after the test was marked as skipped. */
function built(t: TestContext): boolean {
  if (existsSync(PROGRAM)) return true
  const go = requireTool(t, 'go')
  if (!go) return false
  try {
    execFileSync(go, ['build', '-o', PROGRAM, '.'], { ...LIMITS, cwd: join(ROOT, 'tools/peers') })
    return true
  } catch (error) {
    const lines = String((error as { stderr?: unknown }).stderr || error)
      .trim()
      .split('\n')
    t.skip(`go cannot build tools/peers: ${lines[lines.length - 1]}`)
    return false
  }
}

type Bucket = { readonly ids: readonly number[]; readonly state: string; readonly stack: readonly string[] }

/** panicparse tells goroutines apart by their creators, too, and by which were locked to a thread. */
function theirs(dump: Uint8Array): Map<string, number[]> {
  const buckets = JSON.parse(execFileSync(PROGRAM, [], { ...LIMITS, input: dump }).toString()) as Bucket[]
  const groups = new Map<string, number[]>()
  for (const { ids, state, stack } of buckets) {
    const key = [state, ...stack].join('\n')
    groups.set(
      key,
      [...(groups.get(key) ?? []), ...ids].sort((a, b) => a - b),
    )
  }
  return groups
}

function ours(dump: Dump): Map<string, number[]> {
  const { strings, frames, stacks, rows } = dump
  const groups = new Map<string, number[]>()
  for (const group of groupDump(dump)) {
    const lines = Array.from(
      stacks.frame.subarray(stacks.first[group.stack], stacks.first[group.stack + 1]),
      frame =>
        // It decodes what the linker escaped: "%2e" for a dot.
        `${decodeURIComponent(strings.text(frames.function[frame]))} ${strings.text(frames.file[frame])}:${frames.line[frame]}`,
    )
    const ids: number[] = []
    for (let row = 0; row < rows.length; row++)
      if (rows.stack[row] === group.stack && rows.reason[row] === group.reason) ids.push(rows.id[row])
    groups.set(
      [strings.text(group.reason), ...lines].join('\n'),
      ids.sort((a, b) => a - b),
    )
  }
  return groups
}

function assertSame(bytes: Uint8Array, name: string): void {
  const [mine, others] = [ours(readDump(bytes)), theirs(bytes)]
  assert.ok(others.size > 0, name)
  assert.deepEqual(new Map([...mine].sort()), new Map([...others].sort()), name)
}

test('dumps that Go makes now', t => {
  if (!built(t)) return
  for (const goroutines of [1, 50, 2000])
    assertSame(
      new Uint8Array(execFileSync(PROGRAM, ['make', `${goroutines}`], LIMITS)),
      `${goroutines} goroutines of its own`,
    )
})

test('captures', { skip: !existsSync(SHARED) && 'no ../shared' }, t => {
  if (!built(t)) return
  for (const version of readdirSync(join(SHARED, 'captures')).filter(name => name.startsWith('go')))
    for (const who of ['client', 'server']) {
      const bytes = readFileSync(join(SHARED, 'captures', version, `${who}.goroutine.debug2.txt`))
      assertSame(new Uint8Array(bytes), `${version} ${who}`)
    }
})

/** What panicparse cannot read: a goroutine without its header, one broken frame among others, other forms. */
const BEYOND = /^(?:README|etcd-7443|gostackparse-(?:errorhandling|ancestors|frameselided)|cdk-erigon|nats-)/

test('dumps that people posted', { skip: !existsSync(SHARED) && 'no ../shared' }, t => {
  if (!built(t)) return
  for (const name of readdirSync(join(SHARED, 'dumps')).filter(file => !BEYOND.test(file)))
    assertSame(new Uint8Array(readFileSync(join(SHARED, 'dumps', name))), name)
})
