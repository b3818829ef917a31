/** Who may have the lock though it is not where the others wait for it, and who cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { readDump } from '../src/dump/read.ts'
import { mutex, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

// Put() of a store locks; dump() holds the lock of the same store, or does not.
const READ = ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'net.(*conn).Read net/net.go:196']
const LEGEND: Legend = {
  L: {
    reason: 'sync',
    stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*store).put s.go:10', 'main.handle m.go:30'],
  },
  B: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.handle m.go:31'] },
  N: { reason: 'network', stack: [...READ, 'main.(*store).dump s.go:20', 'main.(*store).loop s.go:30'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*store).loop s.go:31'] },
  M: { reason: 'network', stack: [...READ, 'main.(*store).dump s.go:20', 'main.main m.go:9'] },
  Q: { reason: 'chan receive', stack: ['remote.upload r.go:5', 'main.(*store).dump s.go:22', 'main.tick m.go:50'] },
  I: { reason: 'chan receive', stack: ['main.(*store).next s.go:40', 'main.tick m.go:51'] },
}

function gist(text: string, legend = LEGEND): string[] {
  const { verdict, findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
  return [verdict, ...findings.map(f => `${f.certainty} ${f.cause} ${f.holder.state}`)]
}

test('what main itself calls may have the lock', () => {
  const text = `
    G1 main.main    MMMMMMMMMMMMMMMMMMMMMMMMMM
    G2 main.handle  LLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['hang', 'likely unknown unknown'])
})

test('one that moves inside of the section is at work there: no hang', () => {
  const text = `
    G1 main.(*store).loop  NNRNNRNNRNNRNNRNNRNNRNNRNNRNN
    G2 main.handle         LLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    G3 main.handle         LLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['healthy', 'possible contention unknown'])
})

test('one that moved inside, and then no more, is stuck there', () => {
  const text = `
    G1 main.(*store).loop  ZZRNNRNNRNNNNNNNNNNNNNNNNNNNNNNNN
    G2 main.handle         RBBRLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['hang', 'likely unknown unknown'])
})

test('one that was elsewhere when the lock was shut, or since, is out of the question', () => {
  const text = `
    G1 main.(*store).loop  NNNNNNNNRZZRNNNNNNNNNNNNNNNNNNNNN
    G2 main.handle         RBBBRLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['hang', 'likely forgotten-unlock unknown'])
})

test('one that has stood there while others went in and out cannot have it', () => {
  const text = `
    G1 main.(*store).loop  NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G2 main.handle         RBRBRBRBRBRLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text), ['hang', 'likely forgotten-unlock unknown'])
})

test('one that began to wait just before the others came for the lock, whatever it waits for', () => {
  const text = (letter: string) => `
    G1 main.tick    RRRRRRRRRR${letter.repeat(26)}
    G2 main.handle  RRRBBRRRRRLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text('Q')), ['hang', 'likely unknown unknown'])
  assert.deepEqual(gist(text('I')), ['hang', 'likely unknown unknown'])
})

test('idle goroutines of the same type are none, but one that called into another package may be', () => {
  const text = (letter: string) => `
    G1 main.tick    ${letter.repeat(26)}
    G2 main.handle  LLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.equal(gist(text('Q'))[1], 'likely unknown unknown')
  assert.match(gist(text('I'))[1], /likely forgotten-unlock/)
})

test('a holder in the same function that moves is at work: no hang', () => {
  const inside: Legend = {
    ...LEGEND,
    N: { reason: 'network', stack: [...READ, 'main.(*store).put s.go:12', 'main.handle m.go:30'] },
  }
  const text = `
    G1 main.handle  RNNRNNRNNRNNRNNRNNRNNRNNRNNRNNRNN
    G2 main.handle  RRLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(text, inside), ['healthy', 'possible contention waiting'])
})

test('a stranger that fell asleep when the lock was shut may have it; of those that have ended none is accused', () => {
  const legend: Legend = {
    ...LEGEND,
    S: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'shop.rebuild r.go:7', 'shop.maintain r.go:3'] },
    T: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'shop.maintain r.go:4'] },
  }
  const ended = [...Array(12).keys()].map(i => `G${20 + i} main.handle  .RR.......................`).join('\n')
  const text = `
    G1 shop.maintain  RTTRSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G2 main.handle    ...RLLLLLLLLLLLLLLLLLLLLLLLLLLL
    ${ended}
  `
  assert.deepEqual(gist(text, legend), ['healthy', 'possible contention unknown'])
})

test('who reads from a remote, on the value, may have the lock: an answer may come before the next dump', () => {
  const text = `goroutine 1 [IO wait]:
net.(*conn).Read(0xc000020000)
\t/go/src/net/net.go:196 +0x1d
main.(*store).dump(0xc000010000)
\t/src/shop/s.go:20 +0x1d
main.main()
\t/src/shop/m.go:9 +0x1d

${[5, 6]
  .map(
    id => `goroutine ${id} [sync.Mutex.Lock]:
sync.(*Mutex).Lock(...)
\t/go/src/sync/mutex.go:46 +0x1d
main.(*store).put(0xc000010000)
\t/src/shop/s.go:10 +0x1d
main.handle()
\t/src/shop/m.go:30 +0x1d
`,
  )
  .join('\n')}`
  const dump = { name: 'd', kind: 'dump' as const, dump: readDump(new TextEncoder().encode(text)) }
  const [one, two] = [diagnose([dump]), diagnose([dump, dump])]
  for (const { verdict, findings } of [one, two])
    assert.deepEqual([verdict, findings[0].cause, findings[0].holder.goroutine], ['healthy', 'holder-blocked', 1])
})

test('who works on the value keeps its lock from being called forgotten, though the waiter shows no address any more', () => {
  const waiter = ['sync.Mutex.Lock', ...mutex('0xc0000183d8'), 'main.(*prices).of(0xc000014180?) 41', 'main.serve() 9']
  const keeper = (address: string) => ['chan receive', `main.(*prices).refresh(${address}) 51`, 'by 1 main.main 60']
  const said = (address: string) => {
    const dump = wholeDumpOf(waiter, keeper(address))
    return diagnose([dump, dump]).findings.map(({ cause, evidence }) => [
      cause,
      evidence.some(sentence => sentence.startsWith('goroutine 11 works on the same value')),
    ])
  }
  assert.deepEqual(said('0xc0000183d8'), [['unknown', true]])
  assert.deepEqual(said('0xc0000990d8'), [['forgotten-unlock', false]])
})

test("the loop of a value's own goroutine idles in its select: the value's lock was left locked", () => {
  const keeper = '0xc0000183d8'
  const waiter = ['sync.Mutex.Lock', ...mutex(keeper), `main.(*keeper).revoke(${keeper}, 0x1) 63`, 'main.serve() 9']
  const said = (...frames: string[]) => {
    const dump = wholeDumpOf(waiter, ['select', ...frames, 'by 1 main.main 29'])
    return diagnose([dump, dump]).findings.map(({ cause }) => cause)
  }
  const loop = `main.(*keeper).loop(${keeper}) 37`
  assert.deepEqual(said(loop), ['forgotten-unlock'])
  assert.deepEqual(said(`main.(*keeper).ask(${keeper}) 39`, loop), ['unknown'])
})
