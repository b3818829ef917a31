/**
 * Our profiles against those of the installed `go tool trace`, function by function: of every trace that is here, and of
 * a busy program, whole, by function and within regions.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Profile as Message } from 'pprof-format'
import { pprofBytes } from '../src/spent/profile/pprof.ts'
import { collectProfile, PROFILE_KINDS, type ProfileKind, totalOf } from '../src/spent/profile/profile.ts'
import { topOf } from '../src/spent/profile/top.ts'
import { type ScopeAsk, scopeOf, wholeScope } from '../src/spent/scope.ts'
import type { Trace } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { requireTool } from './require-tool.ts'

/** What `-pprof` calls each kind, and the page of `go tool trace -http` that has it by region. */
const TYPES = {
  sync: { flag: 'sync', page: 'block' },
  network: { flag: 'net', page: 'io' },
  syscall: { flag: 'syscall', page: 'syscall' },
  sched: { flag: 'sched', page: 'sched' },
} as const
const KINDS = Object.keys(TYPES) as (keyof typeof TYPES)[]

/** Self count, self ns, cumulative count, cumulative ns by function, '' for all. */
type Sums = Map<string, [number, number, number, number]>

function sumsOfPprof(bytes: Uint8Array): Sums {
  const file = Message.decode(gunzipSync(bytes))
  const nameOf = new Map(file.function.map(({ id, name }) => [Number(id), file.stringTable.strings[Number(name)]]))
  const lineOf = new Map(
    file.location.map(({ id, line }) => [Number(id), nameOf.get(Number(line[0].functionId)) ?? '']),
  )
  const sums: Sums = new Map([['', [0, 0, 0, 0]]])
  for (const { locationId, value } of file.sample) {
    // A stack of the runtime's own threads may have one frame without a name.
    const names = locationId.map(id => lineOf.get(Number(id)) ?? '').filter(name => name !== '')
    const [count, ns] = value.map(Number)
    for (const name of new Set(['', ...names])) {
      const sum = sums.get(name) ?? [0, 0, 0, 0]
      const self = name === names[0] || name === '' ? 1 : 0
      sums.set(name, [sum[0] + self * count, sum[1] + self * ns, sum[2] + count, sum[3] + ns])
    }
  }
  return sums
}

function ourSums(trace: Trace, kind: ProfileKind, ask: ScopeAsk = {}): Sums {
  const profile = collectProfile(trace, kind, scopeOf(trace, ask))
  const { count, ns } = totalOf(profile)
  const top = topOf(trace, profile)
  const sums: Sums = new Map([['', [count, ns, count, ns]]])
  for (let i = 0; i < top.length; i++)
    sums.set(trace.strings.text(top.name[i]), [
      top.selfCount[i],
      top.selfNs[i],
      top.cumulativeCount[i],
      top.cumulativeNs[i],
    ])
  return sums
}

function assertAgree(ours: Sums, theirs: Sums, what: string): void {
  assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort(), `${what}: functions`)
  for (const [name, sums] of theirs)
    for (const [i, value] of sums.entries()) {
      const got = ours.get(name)![i]
      // A nanosecond of rounding for each stay, and never the hundredth part.
      assert.ok(Math.abs(got - value) <= Math.min(0.01 * value, sums[2]), `${what}: ${name}: ${got}, Go says ${value}`)
    }
}

function goProfile(go: string, file: string, flag: string): Uint8Array {
  return execFileSync(go, ['tool', 'trace', `-pprof=${flag}`, file], { maxBuffer: 1 << 28, stdio: 'pipe' })
}

/** Traces below a folder; none where it is not here. */
function tracesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter(name => name.endsWith('.trace')).map(name => join(folder, name))
}

test('every trace that is here has the profiles of go tool trace, within 1 %', { timeout: 600_000 }, t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const folders = ['testdata/captures', 'testdata/traces', '../shared/captures', '../shared/traces']
  const files = folders.flatMap(folder => tracesBelow(join(ROOT, folder)))
  assert.ok(files.length >= 15, `${files.length} traces`)
  for (const file of files) {
    const trace = openTrace(readFileSync(file))
    for (const kind of KINDS) {
      const theirs = sumsOfPprof(goProfile(go, file, TYPES[kind].flag))
      assertAgree(ourSums(trace, kind), theirs, `${relative(ROOT, file)} ${kind}`)
    }
  }
})

/** Works for half a second with locks, channels, files, connections and regions, all of it traced and sampled. */
const BUSY = `package main

import (
	"context"
	"io"
	"net"
	"os"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

var mu sync.Mutex
var sum int

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func echo(c net.Conn) {
	io.Copy(c, c)
	c.Close()
}

func locked(n int) {
	mu.Lock()
	defer mu.Unlock()
	for i := 0; i < n; i++ {
		sum += i
	}
}

func client(ctx context.Context, addr string, done <-chan struct{}, results chan<- int) {
	c, err := net.Dial("tcp", addr)
	check(err)
	defer c.Close()
	buf := make([]byte, 64)
	for n := 0; ; n++ {
		select {
		case <-done:
			results <- n
			return
		default:
		}
		trace.WithRegion(ctx, "request", func() {
			_, err := c.Write(buf)
			check(err)
			_, err = io.ReadFull(c, buf)
			check(err)
			trace.WithRegion(ctx, "request", func() { locked(20000) })
		})
		trace.WithRegion(ctx, "file", func() {
			data, err := os.ReadFile(os.Args[0] + ".go")
			check(err)
			sum := 0
			for _, b := range data {
				sum += int(b)
			}
		})
	}
}

func main() {
	out, err := os.Create(os.Args[1])
	check(err)
	samples, err := os.Create(os.Args[2])
	check(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go echo(c)
		}
	}()
	check(pprof.StartCPUProfile(samples))
	check(trace.Start(out))
	done := make(chan struct{})
	results := make(chan int)
	ctx, task := trace.NewTask(context.Background(), "busy")
	for i := 0; i < 8; i++ {
		go client(ctx, l.Addr().String(), done, results)
	}
	time.Sleep(500 * time.Millisecond)
	close(done)
	for i := 0; i < 8; i++ {
		<-results
	}
	task.End()
	trace.Stop()
	pprof.StopCPUProfile()
}
`

type Busy = { readonly go: string; readonly folder: string; readonly file: string; readonly trace: Trace }

/** Builds, runs and reads the program; undefined where Go is missing. The folder goes with the test. */
function busyTrace(t: TestContext): Busy | undefined {
  const go = requireTool(t, 'go')
  if (!go) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'unhang-busy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'busy')
  writeFileSync(`${program}.go`, BUSY)
  execFileSync(go, ['build', '-o', program, `${program}.go`], { cwd: folder, stdio: 'pipe' })
  const file = join(folder, 'busy.trace')
  execFileSync(program, [file, join(folder, 'cpu.pb.gz')], { stdio: 'pipe', timeout: 60_000 })
  return { go, folder, file, trace: openTrace(readFileSync(file)) }
}

test('a busy program has the profiles of go tool trace: whole, by function, within regions', {
  timeout: 300_000,
}, async t => {
  const busy = busyTrace(t)
  if (!busy) return
  const { go, file, trace } = busy
  for (const kind of KINDS) {
    const theirs = sumsOfPprof(goProfile(go, file, TYPES[kind].flag))
    assert.ok(theirs.get('')![0] > 0, `the program has something of ${kind}`)
    assertAgree(ourSums(trace, kind), theirs, kind)
  }
  const server = spawn(go, ['tool', 'trace', '-http=127.0.0.1:0', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, BROWSER: 'true' },
    detached: true,
  })
  t.after(() => process.kill(-server.pid!))
  const address = await addressOf(server.stderr)
  for (const kind of KINDS) {
    const { page } = TYPES[kind]
    for (const name of ['main.client', 'main.echo', 'main.main']) {
      const theirs = await fetchSums(`${address}/${page}?raw=1&name=${name}`)
      assertAgree(ourSums(trace, kind, { function: name }), theirs, `${kind} of ${name}`)
    }
    for (const region of ['request', 'file']) {
      const theirs = await fetchSums(`${address}/region${page}?raw=1&type=${region}`)
      assertAgree(ourSums(trace, kind, { region }), theirs, `${kind} in ${region}`)
    }
  }
})

async function addressOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    const match = /listening on (http:\/\/\S+)/.exec(text)
    if (match) return match[1]
  }
  throw new Error(`go tool trace: ${text}`)
}

async function fetchSums(url: string): Promise<Sums> {
  const response = await fetch(url)
  const bytes = new Uint8Array(await response.arrayBuffer())
  assert.ok(response.ok, `${url}: ${new TextDecoder().decode(bytes)}`)
  return sumsOfPprof(bytes)
}

test('CPU samples are those of the CPU profile that ran beside the trace', { timeout: 120_000 }, t => {
  const busy = busyTrace(t)
  if (!busy) return
  const theirs = sumsOfPprof(readFileSync(join(busy.folder, 'cpu.pb.gz'))).get('')!
  const ours = ourSums(busy.trace, 'cpu').get('')!
  // The profile begins before the trace and ends after it, and a sample more or less may fall between.
  assert.ok(
    ours[0] > 0 && Math.abs(ours[0] - theirs[0]) <= 3 + theirs[0] / 10,
    `${ours[0]} samples, ${theirs[0]} beside`,
  )
  assert.equal(ours[1] / ours[0], theirs[1] / theirs[0], 'a sample stands for as much time')
})

test('go tool pprof reads ours as it reads its own', { timeout: 300_000 }, async t => {
  const busy = busyTrace(t)
  if (!busy) return
  const { go, folder, file, trace } = busy
  const said = (bytes: Uint8Array, args: readonly string[]) => {
    const name = join(folder, 'p.pb.gz')
    writeFileSync(name, bytes)
    return execFileSync(go, ['tool', 'pprof', ...args, name], { encoding: 'utf8', stdio: 'pipe' })
  }
  for (const kind of KINDS) {
    const ours = await pprofBytes(trace, collectProfile(trace, kind, wholeScope(trace)), wholeScope(trace))
    const theirs = goProfile(go, file, TYPES[kind].flag)
    assertAgree(sumsOfPprof(ours), sumsOfPprof(theirs), `the file of ${kind}`)
    for (const index of ['contentions', 'delay']) {
      const args = ['-top', `-sample_index=${index}`, '-nodecount=20', '-unit=ms']
      assert.deepEqual(rowsSaid(said(ours, args)), rowsSaid(said(theirs, args)), `${kind} by ${index}`)
    }
  }
  assert.ok(PROFILE_KINDS.length > KINDS.length)
})

/** Rows of -top in any order: equal ones stand as they come. The heads tell of duration and time. */
function rowsSaid(text: string): string[] {
  return text
    .split('\n')
    .filter(line => / main\.|runtime\.|sync\.|net\.|syscall\./.test(line))
    .map(line => {
      const [self, selfShare, , cumulative, share, ...name] = line.trim().split(/\s+/)
      return [self, selfShare, cumulative, share, ...name].join(' ')
    })
    .sort()
}
