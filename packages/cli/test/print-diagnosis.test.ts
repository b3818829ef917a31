import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Diagnosis, Finding } from '@unhang/core'
import pc from 'picocolors'
import { diagnosisText } from '../src/print/diagnosis.ts'
import { viewCommand } from '../src/print/shell.ts'

const plain = pc.createColors(false)

const LOCK: Finding = {
  kind: 'mutex',
  cause: 'forgotten-unlock',
  certainty: 'likely',
  site: { function: 'main.(*server).AcquireLock', file: 'seed/server/main.go', line: 26 },
  waiters: {
    count: 10,
    goroutines: [41, 42, 43, 44, 45, 46, 47, 48, 49, 50],
    longestNs: 2.298e9,
    sinceStart: false,
    sinceNs: 0.703e9,
  },
  holder: { state: 'exited', goroutine: 35, function: 'main.(*server).AcquireLock' },
  evidence: [
    '(what the lines above say)',
    'goroutine 35 got past that line and ended at 0.704 s without waking any of the waiters',
  ],
  advice: 'look for a path without an Unlock after server/main.go:26, as a missing `defer`',
}

const CALLS: Finding = {
  kind: 'network',
  cause: 'remote',
  certainty: 'possible',
  site: { function: 'net/http.(*persistConn).roundTrip', file: 'net/http/transport.go', line: 2911 },
  caller: { function: 'main.get', file: 'shop/main.go', line: 69 },
  waiters: { count: 1_000_000, goroutines: [7, 8], longestNs: 0, sinceStart: true },
  holder: { state: 'waiting', goroutine: 11, function: 'net/http.(*persistConn).readLoop', waitsFor: 'IO wait' },
  evidence: ['(who)', '(called from)', 'goroutine 11 would wake them'],
  advice: 'look at the other end',
}

const healthy: Diagnosis = {
  schema: 'unhang.diagnosis/1',
  verdict: 'healthy',
  inputs: [{ name: 'a.trace', kind: 'trace', goVersion: '1.26', goroutines: 29, complete: true }],
  findings: [],
  looked: { goroutines: 29, placeUnknown: 0 },
}
const hang: Diagnosis = { ...healthy, verdict: 'hang', findings: [LOCK] }

const SOURCE = ['func f() {', '\tlog.Println("acquiring a lock")', '', '\tmu.Lock()', '\tlog.Println("acquired")', '}']
const source = ({ line }: Finding['site'], around: number) =>
  SOURCE.slice(3 - around, 4 + around).map((text, i) => ({ line: line - around + i, text }))

test('a hang on one screen: verdict, place, source, since, holder, who, why, next', () => {
  assert.equal(
    diagnosisText(hang, { colors: plain, source }),
    `HANG   10 goroutines wait for a lock that nobody is left to release       likely

  where    main.(*server).AcquireLock   server/main.go:26   mutex
              24      log.Println("acquiring a lock")
            ▸ 26      mu.Lock()
              27      log.Println("acquired")
              28    }
  since    703 ms into the trace; none has moved in the 2.3 s after
  holder   goroutine 35 took it and has ended without releasing it
  who      41 42 43 44 45 46 47 48 49 50
  why      • goroutine 35 got past that line and ended at 0.704 s without waking
             any of the waiters
  next     look for a path without an Unlock after server/main.go:26, as a
           missing \`defer\`
`,
  )
})

test('what is only possible is folded under a healthy verdict, and shown on demand', () => {
  const diagnosis: Diagnosis = { ...healthy, findings: [CALLS] }
  assert.equal(
    diagnosisText(diagnosis, { colors: plain, names: ['a.trace'] }),
    `HEALTHY  29 goroutines; no lock, slot or call was found stuck for sure, 1 is
         worth a look

worth a look   1 more (unhang diagnose a.trace --all)
  • 1,000,000 goroutines wait for an answer from another process:
    http.(*persistConn).roundTrip http/transport.go:2911
`,
  )
  const all = diagnosisText(diagnosis, { colors: plain, all: true })
  assert.match(all, /LOOK {3}1,000,000 goroutines wait for an answer from another process +possible\n/)
  assert.match(all, /called {3}from main\.get {3}shop\/main\.go:69\n/)
  assert.match(all, /who {6}7 8 and 999,998 more\n/)
})

test('healthy says what was looked at', () => {
  const busiestLock = { site: LOCK.site, waits: 12, waitedNs: 30e6, longestNs: 4e6, durationNs: 1e9 }
  assert.equal(
    diagnosisText({ ...healthy, looked: { goroutines: 29, placeUnknown: 0, busiestLock } }, { colors: plain }),
    `HEALTHY  29 goroutines; no lock, slot or call was found stuck; busiest lock
         main.(*server).AcquireLock (server/main.go:26), 12 waits of 30 ms in
         all, 4 ms at most
`,
  )
})

test('from a part of a trace less is said', () => {
  const inputs = [{ name: 'a.trace', kind: 'trace', goroutines: 9, complete: false }] as const
  const text = (placeUnknown: number) =>
    diagnosisText({ ...healthy, inputs, looked: { goroutines: 9, placeUnknown } }, { colors: plain })
  assert.match(text(0), /^HEALTHY {2}9 goroutines; no lock, slot or call was found stuck in what could be\s+read\n/)
  assert.match(text(8), /^NOTHING SEEN {2}8 of 9 goroutines stand at places whose names are lost/)
})

test('a trace that does not tell where anybody waits is not called healthy', () => {
  const text = diagnosisText({ ...healthy, looked: { goroutines: 2014, placeUnknown: 2010 } }, { colors: plain })
  assert.match(text, /^NOTHING SEEN {2}2,010 of 2,014 goroutines/)
})

test('where no goroutine is, nothing is called healthy', () => {
  const text = diagnosisText({ ...healthy, looked: { goroutines: 0, placeUnknown: 0 } }, { colors: plain })
  assert.equal(text, 'NOTHING SEEN  no goroutine is in what was given, at least none with a count\n')
})

test('how to see the timeline stands under what is folded, and is one line to be copied', () => {
  const timeline = viewCommand("unhang-localhost-6060-2026-11-24T031502 it's mine")
  const text = diagnosisText({ ...hang, findings: [LOCK, CALLS] }, { colors: plain, timeline, names: ['x'] })
  const command = "unhang view 'unhang-localhost-6060-2026-11-24T031502 it'\\''s mine'"
  assert.ok(text.endsWith(`http/transport.go:2911\ntimeline       ${command}\n`), text)
  assert.match(
    diagnosisText(healthy, { colors: plain, timeline: viewCommand('a/b') }),
    /\n\ntimeline {7}unhang view a\/b\n$/,
  )
})

test('a name in a command cannot pass for anything else', () => {
  assert.equal(viewCommand('-rf'), 'unhang view ./-rf')
  assert.equal(viewCommand('a;b'), "unhang view 'a;b'")
  assert.equal(viewCommand('$(x)`y`'), "unhang view '$(x)`y`'")
  assert.equal(viewCommand(''), "unhang view ''")
  assert.equal(viewCommand('a\u001b[2Jb\nc'), "unhang view 'a [2Jb c'")
})

test('no line is longer than the screen, but for words that are', () => {
  for (const columns of [undefined, 60, 80, 200]) {
    const text = diagnosisText(
      { ...hang, findings: [LOCK, LOCK, LOCK, LOCK, CALLS] },
      { colors: plain, columns, source },
    )
    for (const line of text.split('\n')) assert.ok([...line].length <= Math.min(columns ?? 80, 110), line)
    assert.equal(text.match(/^AND /gm)?.length, 2)
    assert.match(text, /worth a look {3}2 more/)
  }
})

test('text from a capture does not reach the terminal as commands, and colour only where it is wanted', () => {
  const site = { ...LOCK.site, function: 'main.\u001b[31mred\u202e' }
  const evil: Diagnosis = { ...hang, findings: [{ ...LOCK, site, evidence: ['', 'a\u0007b'] }] }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  assert.doesNotMatch(diagnosisText(evil, { colors: plain }), /[\u0000-\u0009\u000b-\u001f\u202e]/)
  assert.ok(diagnosisText(hang, { colors: pc.createColors(true) }).startsWith('\u001b['))
})

test('an input that was not read whole is named', () => {
  const problems = [{ offset: 4096, message: 'expected batch event, got event 7', lost: '12 bytes' }]
  const inputs = [{ ...healthy.inputs[0], complete: false, problems }]
  assert.match(
    diagnosisText({ ...healthy, inputs }, { colors: plain }),
    /\nnot whole {6}a\.trace, byte 4,096: expected batch event, got event 7\. Lost: 12/,
  )
})

test('source whose line takes no lock is another version of it, and is not shown', () => {
  const source = () => [{ line: LOCK.site.line, text: 'if s.fixed {' }]
  assert.doesNotMatch(diagnosisText(hang, { colors: plain, source }), /s\.fixed/)
})

test('what follows from a finding is a line under it; on demand it is shown in full', () => {
  const site = (name: string, line: number) => ({ function: `shop.(*store).${name}`, file: 'shop/store.go', line })
  const follower = (name: string, line: number, count: number): Finding => ({
    ...LOCK,
    cause: 'never-done',
    kind: 'waitgroup',
    site: site(name, line),
    waiters: { ...LOCK.waiters, count, goroutines: [90] },
    holder: { state: 'waiting', goroutine: 41 },
    follows: 0,
  })
  const findings = [LOCK, ...[1, 2, 3, 4, 5, 6].map(n => follower(`Close${n}`, 10 + n, n))]
  const text = diagnosisText({ ...hang, findings }, { colors: plain })
  const also = text.slice(text.indexOf('  also'))
  assert.equal(
    also,
    `  also     • 1 waits (waitgroup) in shop.(*store).Close1   shop/store.go:11
           • 2 wait (waitgroup) in shop.(*store).Close2   shop/store.go:12
           • 3 wait (waitgroup) in shop.(*store).Close3   shop/store.go:13
           • 4 wait (waitgroup) in shop.(*store).Close4   shop/store.go:14
           • 11 at other lines (--all shows them)
`,
  )
  assert.equal(diagnosisText({ ...hang, findings }, { colors: plain, all: true }).split('\nAND ').length, 7)
})

test('a lock that is handed on has moved: it is said since when those wait who wait now, and how long the longest wait is', () => {
  const slow: Finding = {
    ...LOCK,
    cause: 'contention',
    holder: { state: 'unknown' },
    evidence: ['10 goroutines wait for that lock when the trace ends', 'it moves: 64 were let in, one every 102 ms'],
  }
  const said = (waiters: Partial<Finding['waiters']>) =>
    diagnosisText(
      { ...healthy, verdict: 'slow', findings: [{ ...slow, waiters: { ...slow.waiters, ...waiters } }] },
      { colors: plain },
    )
  assert.match(said({}), /since {4}703 ms into the trace, of those that wait now; the longest wait is\n +2\.3 s\n/)
  assert.doesNotMatch(said({}), /none has moved/)
  const before = { sinceStart: true, sinceNs: undefined as never }
  assert.match(said(before), /before the capture began, of those that wait now; the longest wait is\n +at least/)
  const nobody = said({ count: 0, goroutines: [], sinceNs: undefined as never })
  assert.match(nobody, /^SLOW {3}goroutines wait for a lock that is held for long/)
  assert.match(nobody, /since {4}then and now; the longest wait is 2\.3 s\n/)
})
