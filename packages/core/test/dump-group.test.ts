/** Groups and sites, on dumps small enough to count by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dump, type DumpGroup, groupDump, isPlumbing, readDump } from '../src/index.ts'

const read = (text: string) => readDump(new TextEncoder().encode(text))

type Written = { id: number; reason?: string; calls?: string[]; by?: string }
const written = ({ id, reason = 'select', calls = ['main.f'], by = 'main.main' }: Written) =>
  `goroutine ${id} [${reason}]:\n${calls.map(call => `${call}(0x${id})\n\t/src/a.go:10 +0x1\n`).join('')}` +
  `created by ${by}\n\t/src/b.go:7 +0x1\n\n`

function siteOf(dump: Dump, group: DumpGroup): string {
  return group.site < 0 ? 'none' : dump.strings.text(dump.frames.function[group.site])
}

test('equal reason and stack make a group: count, minutes, ids', () => {
  const dump = read(
    written({ id: 4 }) +
      written({ id: 9, reason: 'select, 7 minutes' }) +
      written({ id: 5, reason: 'select, 2 minutes' }) +
      written({ id: 6, reason: 'chan receive, 3 minutes' }) +
      written({ id: 7, calls: ['main.g', 'main.f'] }) +
      written({ id: 8, reason: 'select (leaked)' }),
  )
  const groups = groupDump(dump)
  assert.deepEqual(
    groups.map(g => [g.count, dump.strings.text(g.reason), g.minutes, g.goroutines, g.leaked]),
    [
      [3, 'select', [0, 7], [4, 9, 5], false],
      [1, 'chan receive', [3, 3], [6], false],
      [1, 'select', [0, 0], [7], false],
      [1, 'select', [0, 0], [8], true],
    ],
  )
})

test('the creator of a group is known when it is the same for all', () => {
  const same = read(written({ id: 1 }) + written({ id: 2 }))
  assert.equal(same.strings.text(same.frames.function[groupDump(same)[0].createdBy]), 'main.main')
  const different = read(written({ id: 1 }) + written({ id: 2, by: 'main.other' }))
  assert.equal(groupDump(different)[0].createdBy, -1)
})

test('a group lists the first hundred ids', () => {
  const text = Array.from({ length: 250 }, (_, i) => written({ id: i + 1 })).join('')
  const [group] = groupDump(read(text))
  assert.equal(group.count, 250)
  assert.deepEqual([group.goroutines.length, group.goroutines[0], group.goroutines[99]], [100, 1, 100])
})

test('debug=1 has counts and neither ids nor reasons', () => {
  const dump = read(
    'goroutine profile: total 5\n3 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:3\n\n2 @ 0x2\n# labels: {"a":"b"}\n#\t0x1\tmain.f+0x1\t/a.go:3\n',
  )
  const groups = groupDump(dump)
  assert.deepEqual(
    groups.map(g => [g.count, g.reason, g.goroutines]),
    [[5, -1, []]],
  )
})

test('the site is the innermost frame outside of runtime, sync, internal and syscall', () => {
  const sites = {
    'main.lockers': ['internal/sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'main.lockers', 'main.main'],
    'net.(*netFD).Read': ['internal/poll.runtime_pollWait', 'internal/poll.(*FD).Read', 'net.(*netFD).Read'],
    'example.com/internal/store.Get': ['sync/atomic.AddInt64', 'example.com/internal/store.Get'],
    'golang.org/x/sync/errgroup.(*Group).Wait': ['sync.(*WaitGroup).Wait', 'golang.org/x/sync/errgroup.(*Group).Wait'],
    'os.(*File).Read': ['syscall.Syscall', 'golang.org/x/sys/unix.Read', 'os.(*File).Read'],
    'runtimes.Wait': ['runtime.gopark', 'runtimes.Wait'],
    'runtime.gopark': ['runtime.gopark', 'runtime.bgsweep'],
  }
  for (const [site, calls] of Object.entries(sites)) {
    const dump = read(written({ id: 1, calls }))
    assert.equal(siteOf(dump, groupDump(dump)[0]), site)
  }
})

test('a function that the runtime implements for another package is plumbing', () => {
  assert.ok(isPlumbing('time.Sleep', '/usr/local/go/src/runtime/time.go'))
  assert.ok(isPlumbing('time.Sleep', 'runtime/time.go'))
  assert.ok(isPlumbing('os/signal.signal_recv', 'C:/Program Files/Go/src/runtime/sigqueue.go'))
  assert.ok(!isPlumbing('main.run', '/src/shop/runtime/loop.go'))
  assert.ok(!isPlumbing('time.AfterFunc', '/usr/local/go/src/time/sleep.go'))
})

test('a hundred thousand different stacks are grouped in one pass', () => {
  const text = Array.from(
    { length: 100_000 },
    (_, i) => `goroutine ${i + 1} [select]:\nmain.f()\n\t/a.go:${i} +0x1\n\n`,
  )
  assert.equal(groupDump(read(text.join(''))).length, 100_000)
})
