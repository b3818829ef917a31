/** Goroutines that nobody is left to wake, and their healthy neighbours, as dumps taken one after the other show them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, type Finding, readDump } from '../src/index.ts'

/** Main stands in its select, and an accept loop may bring new work. */
const SERVER = `goroutine 1 [select (no cases)]:
main.main()
	/src/app/main.go:90 +0x20

goroutine 7 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000001000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
net.(*netFD).accept(0xc000100000)
	/go/src/net/fd_unix.go:172 +0x29
net/http.(*Server).Serve(0xc000120000, {0x8a1000, 0xc000130000})
	/go/src/net/http/server.go:3285 +0x30c
created by main.main in goroutine 1
	/src/app/main.go:80 +0x33
`

/** A goroutine in `call` at `line`, started by a goroutine that is gone where \`creator\` is not listed. */
function waiting(id: number, state: string, call: string, line: number, creator: number): string {
  return `
goroutine ${id} [${state}]:
${call}
	/src/app/work.go:${line} +0x45
created by main.(*shop).order in goroutine ${creator}
	/src/app/work.go:20 +0x8f
`
}

/** The findings of two dumps that show the same. */
function findingsOf(...goroutines: string[]): readonly Finding[] {
  const text = new TextEncoder().encode([SERVER, ...goroutines].join(''))
  const inputs = ['before', 'after'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) }))
  return diagnose(inputs).findings
}

const brief = ({ certainty, cause, site, waiters }: Finding) => [certainty, cause, site.function, waiters.count]

test('a sender whose receiver has left is named, with who started it', () => {
  const [finding, ...more] = findingsOf(waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40))
  assert.deepEqual(brief(finding), ['likely', 'no-receiver', 'main.(*shop).order.func1', 1])
  assert.equal(finding.holder.state, 'exited')
  assert.equal(finding.holder.goroutine, 40)
  assert.deepEqual(more, [])
})

test('a lone receiver that waits as an idle worker does is no verdict; left behind again and again it is one', () => {
  const receiver = (id: number, creator: number) =>
    waiting(id, 'chan receive', 'main.(*shop).order.func1()', 26, creator)
  for (const finding of findingsOf(receiver(41, 40))) assert.equal(finding.certainty, 'possible')
  const [finding] = findingsOf(receiver(41, 40), receiver(51, 50))
  assert.deepEqual(brief(finding), ['likely', 'no-sender', 'main.(*shop).order.func1', 2])
})

test('whoever started it is alive, in the very function: it may still come', () => {
  const parent = `
goroutine 40 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000002000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
net.(*conn).Read(0xc000200000, {0xc000300000, 0x1000, 0x1000})
	/go/src/net/net.go:185 +0x45
main.(*shop).order(0xc000400000)
	/src/app/work.go:31 +0x9a
created by main.main in goroutine 1
	/src/app/main.go:70 +0x33
`
  const findings = findingsOf(parent, waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40))
  assert.deepEqual(findings.filter(({ certainty }) => certainty !== 'possible').map(brief), [])
})

test('one dump alone does not tell that anybody stood still: nothing of it makes the verdict', () => {
  const text = new TextEncoder().encode(SERVER + waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40))
  const { verdict } = diagnose([{ name: 'dump', kind: 'dump', dump: readDump(text) }])
  assert.equal(verdict, 'healthy')
})

test('a WaitGroup whose workers are gone', () => {
  const waiter = `
goroutine 60 [sync.WaitGroup.Wait]:
sync.runtime_SemacquireWaitGroup(0xc000500008)
	/go/src/runtime/sema.go:110 +0x25
sync.(*WaitGroup).Wait(0xc000500000)
	/go/src/sync/waitgroup.go:118 +0x48
main.(*shop).close(0xc000400000)
	/src/app/work.go:44 +0x77
created by main.(*shop).order in goroutine 40
	/src/app/work.go:21 +0x8f
`
  const [finding] = findingsOf(waiter)
  assert.deepEqual(brief(finding), ['likely', 'never-done', 'main.(*shop).close', 1])
})
