/** Does a goroutine hold a lock where it waits? Small functions, and dumps with their source. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Diagnosis, Finding, StackFrame } from '@unhang/core'
import { loadGoParser } from '../src/source/grammar.ts'
import { withHolders } from '../src/source/held.ts'
import { holdOf } from '../src/source/holding.ts'
import { GoPackage } from '../src/source/package.ts'
import { unhang } from './examples.ts'

const CASES = fileURLToPath(new URL('source-fixtures/held/cases.txt', import.meta.url))

const PREAMBLE = `package p

import "sync"

type server struct {
	mu    sync.Mutex
	other sync.Mutex
	wg    sync.WaitGroup
	cond  *sync.Cond
	in    chan int
	n     int
}

func (s *server) get() {
	s.mu.Lock()
	s.mu.Unlock()
}

`

type Case = {
  readonly name: string
  readonly expected: string
  readonly stack: readonly string[]
  readonly text: string
}

function casesOf(file: string): Case[] {
  const [, ...parts] = fs.readFileSync(file, 'utf8').split(/^== /m)
  return parts.map(part => {
    const [head, stack, ...lines] = part.split('\n')
    const [name, expected] = head.split(': ')
    return { name, expected, stack: stack.split(' < '), text: PREAMBLE + lines.join('\n') }
  })
}

/** "(*server).f.func1@here" is of the package, at the line of that mark; anything else is of another. */
function frameOf(text: string, frame: string): StackFrame {
  const [name, mark] = frame.split('@')
  if (!mark) return { function: name, file: '/go/other.go', line: 1, args: '' }
  const line = text.split('\n').findIndex(one => one.endsWith(`// ${mark}`)) + 1
  return { function: `p.${name}`, file: '/src/p.go', line, args: '' }
}

const parser = loadGoParser()

for (const { name, expected, stack, text } of casesOf(CASES))
  test(`${name}: ${expected}`, async () => {
    const pkg = new GoPackage([{ name: 'p.go', text }], await parser, Number.POSITIVE_INFINITY)
    const declared = pkg.functionsOf(pkg.files[0]).find(one => one.name === 'get')!
    const [body] = pkg.bodiesOf(declared)
    const frames = stack.map(frame => frameOf(text, frame))
    const goroutine = { id: 1, reason: 'chan receive', frames, isSteady: true, waitedNs: 0 }
    const site = { declared, body, lock: body.locks[0] }
    const sought = { site, owner: 'server.mu', wrappers: new Map([['acquire', 'W'] as const]), isShutByReaders: true }
    const hold = holdOf(pkg, 'p', goroutine, sought)
    assert.equal(hold ? (hold.isSure ? 'held' : 'unclear') : 'free', expected)
  })

const SOURCE = `package main

import "sync"

type store struct {
	mu sync.Mutex
	in chan int
}

func (s *store) get() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

func (s *store) fill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	<-s.in
}

func main() {}
`

const CREATED = 'created by main.main in goroutine 1\n\texample.com/store/main.go:21 +0x65\n'

/** Two wait for the lock of one store, and `fill` receives in each of these stores. */
function dumpOf(...stores: readonly string[]): string {
  const getting = [21, 22].map(
    id => `goroutine ${id} [sync.Mutex.Lock, 3 minutes]:
sync.(*Mutex).lockSlow(0xc000100010)
	/usr/local/go/src/sync/mutex.go:173 +0x15d
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:92
main.(*store).get(0xc000100010)
	example.com/store/main.go:11 +0x4a
${CREATED}`,
  )
  const filling = stores.map(
    (store, i) => `goroutine ${31 + i} [chan receive, 3 minutes]:
main.(*store).fill(${store})
	example.com/store/main.go:18 +0x4a
${CREATED}`,
  )
  const main = 'goroutine 1 [select (no cases), 3 minutes]:\nmain.main()\n\texample.com/store/main.go:21 +0x8\n'
  return [main, ...getting, ...filling].join('\n')
}

async function findingOf(t: TestContext, dump: string, text = SOURCE): Promise<Finding> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-held-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  fs.writeFileSync(path.join(folder, 'go.mod'), 'module example.com/store\n')
  fs.writeFileSync(path.join(folder, 'main.go'), text)
  fs.writeFileSync(path.join(folder, 'dump.txt'), dump)
  const { stdout } = await unhang('diagnose', path.join(folder, 'dump.txt'), '--json', '--src', folder)
  const { findings } = JSON.parse(stdout) as Diagnosis
  return findings.find(({ site }) => site.function === 'main.(*store).get')!
}

test('whoever holds the lock of the same value has it', async t => {
  const { certainty, cause, holder, evidence } = await findingOf(t, dumpOf('0xc000100010', '0xc000200010'))
  assert.deepEqual([certainty, cause, holder.goroutine], ['likely', 'holder-blocked', 31])
  assert.equal(holder.waitsFor, 'chan receive in main.(*store).fill (store/main.go:18)')
  const said = '`s.mu` is locked in line 16 and still held in line 18, where goroutine 31 waits: chan receive'
  assert.ok(evidence.includes(`in the source, ${said}`), evidence.join('\n'))
})

test('the one that can have it has it, where no value is shown', async t => {
  const { holder } = await findingOf(t, dumpOf('...'))
  assert.equal(holder.goroutine, 31)
})

test('of two that may have it none is named', async t => {
  const { holder } = await findingOf(t, dumpOf('...', '...'))
  assert.equal(holder.goroutine, undefined)
})

test('whoever holds the lock of another value does not have it', async t => {
  const { holder } = await findingOf(t, dumpOf('0xc000200010'))
  assert.equal(holder.goroutine, undefined)
})

test('where a condition tells whether it was taken, and nobody else can have it, that one has it', async t => {
  const text = SOURCE.replace(
    's.mu.Lock()\n\tdefer s.mu.Unlock()\n\t<-s.in',
    'if s.in != nil { s.mu.Lock(); defer s.mu.Unlock() }\n\n\t<-s.in',
  )
  const { holder, evidence } = await findingOf(t, dumpOf('0xc000100010'), text)
  assert.equal(holder.goroutine, 31)
  const said =
    '`s.mu` is locked in line 16 on a way to line 18, where goroutine 31 waits: chan receive; nobody else that lives can have it'
  assert.ok(evidence.includes(`in the source, ${said}`), evidence.join('\n'))
})

test('a chain of locks does not go on where its last one waits on a channel', () => {
  const at = (name: string) => ({ function: `main.(*store).${name}`, file: 'store/main.go', line: 11 })
  const common = { certainty: 'likely', evidence: [], advice: '' } as const
  const waiters = (id: number) => ({ count: 1, goroutines: [id], longestNs: 0, sinceStart: true })
  const holder = (goroutine: number) => ({ state: 'waiting', goroutine }) as const
  const lock: Finding = {
    ...common,
    kind: 'mutex',
    cause: 'holder-blocked',
    site: at('get'),
    waiters: waiters(21),
    holder: holder(31),
  }
  const channel: Finding = {
    ...common,
    kind: 'chan receive',
    cause: 'no-sender',
    site: at('fill'),
    waiters: waiters(31),
    holder: holder(21),
  }
  const standing = (id: number, reason: string, name: string) => ({
    id,
    reason,
    frames: [{ ...at(name), args: '' }],
    waitedNs: 0,
    isSteady: true,
  })
  const goroutines = [standing(21, 'sync.Mutex.Lock', 'get'), standing(31, 'chan receive', 'fill')]
  const looked = { goroutines: 2, placeUnknown: 0 }
  const before: Diagnosis = {
    schema: 'unhang.diagnosis/1',
    verdict: 'hang',
    inputs: [],
    looked,
    findings: [lock, channel],
  }
  const { findings } = withHolders(before, [{ ...lock, holder: holder(31) }, channel], [{ goroutines, isWhole: true }])
  assert.deepEqual(
    findings.map(({ cause }) => cause),
    ['holder-blocked', 'no-sender'],
  )
})
