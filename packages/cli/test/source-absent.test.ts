/** Who is stuck, as source and stacks say together: each case is a package, and who stands where in it. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Finding, Standing, Standings } from '@unhang/core'
import { absentFor, waitingsIn } from '../src/source/absent.ts'
import { withoutClocks } from '../src/source/cleared.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { lockedIn } from '../src/source/locked.ts'
import { withAbsent } from '../src/source/stranded.ts'
import { Packages } from '../src/source/waiting.ts'
import { filesOf, standingOf } from './source-fixtures.ts'

/** Channels and their likes alone, and together with locks and calls. */
const CASES = ['absent.txt', 'joint.txt', 'fields.txt'].map(name =>
  fs.readFileSync(fileURLToPath(new URL(`source-fixtures/waits/${name}`, import.meta.url)), 'utf8'),
)

const PREAMBLE = `package main

import (
	"context"
	"sync"
	"time"

	"example.com/other"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

`

const parser = loadGoParser()

async function stuckIn(text: string, standings: Standings, others: readonly number[] = []): Promise<string> {
  const packages = new Packages(filesOf(text), await parser)
  const locks = lockedIn(standings, packages)
  const { stuck, locked } = absentFor(waitingsIn(standings, packages), locks, standings, packages, new Set(others))
  const ids = [...stuck, ...locked].map(({ goroutine }) => goroutine.id).sort((a, b) => a - b)
  return ids.join(' ') || 'none'
}

/** "said: 7 no-sender: `ch` is only …": in what is found of goroutine 7. */
const SAID = 'said: '

async function assertSaid(text: string, goroutines: readonly Standing[], line: string): Promise<void> {
  const [, id, cause, sentence] = /^said: (\d+) ([^:]+): (.*)$/.exec(line)!
  const standings = { goroutines, isWhole: true }
  const packages = new Packages(filesOf(text), await parser)
  const findings = withAbsent([], waitingsIn(standings, packages), standings, packages)
  const found = findings.find(({ waiters }) => waiters.goroutines.includes(Number(id)))
  assert.equal(found?.cause, cause)
  assert.ok(found.evidence.includes(`in the source, ${sentence}`), found.evidence.join('\n'))
}

for (const part of CASES.flatMap(text => text.split(/^== /m).slice(1))) {
  const [head, ...lines] = part.split('\n')
  const empty = lines.indexOf('')
  const text = PREAMBLE + lines.slice(empty + 1).join('\n')
  const expected = head.slice(head.lastIndexOf(': ') + 2)
  test(head, async () => {
    const given = lines.slice(0, empty)
    const goroutines = given.filter(line => !line.startsWith(SAID)).map(line => standingOf(text, line))
    assert.equal(await stuckIn(text, { goroutines, isWhole: true }), expected)
    // Who else lives is not known: nothing is concluded.
    assert.equal(await stuckIn(text, { goroutines, isWhole: false }), 'none')
    for (const line of given.filter(line => line.startsWith(SAID))) await assertSaid(text, goroutines, line)
  })
}

/** Of the first goroutine, which waits to receive. */
function possible({ goroutines }: Standings): Finding {
  return {
    kind: 'chan receive',
    cause: 'no-sender',
    certainty: 'possible',
    site: goroutines[0].frames[0],
    waiters: { count: 1, goroutines: [goroutines[0].id], longestNs: 0, sinceStart: true },
    holder: { state: 'unknown' },
    evidence: [],
    advice: '',
  }
}

test('what a timer closes is only worth a look', async () => {
  const text = `${PREAMBLE}func lease() {
	over := make(chan struct{})
	time.AfterFunc(time.Minute, func() { close(over) })
	<-over // get
}
`
  const standings = { goroutines: [standingOf(text, '7 chan receive: lease@get')], isWhole: true }
  const finding: Finding = { ...possible(standings), certainty: 'likely' }
  const packages = new Packages(filesOf(text), await parser)
  const [told] = withAbsent([finding], waitingsIn(standings, packages), standings, packages)
  assert.equal(told.certainty, 'possible')
  assert.match(told.evidence[0], /a timer's function serves it in line 16 of p\.go/)
})

test('where it leaves the package is said, and nothing is concluded', async () => {
  const text = `${PREAMBLE}func lease(early bool) {
	over := make(chan struct{})
	go func() {
		if early {
			over <- struct{}{}
		}
	}()
	other.Keep(over)
	<-over // get
}
`
  const standings = { goroutines: [standingOf(text, '7 chan receive: lease@get')], isWhole: true }
  const packages = new Packages(filesOf(text), await parser)
  const [told, ...more] = withAbsent([possible(standings)], waitingsIn(standings, packages), standings, packages)
  assert.deepEqual([told.certainty, more], ['possible', []])
  const said = '`over` is sent to in line 18 and, perhaps, elsewhere: `other.Keep` is given it in line 21'
  assert.deepEqual(told.evidence, [`in the source, ${said}`])
})

test('of what stays in the package nothing is said to be elsewhere', async () => {
  const text = `${PREAMBLE}func lease() {
	over := make(chan struct{})
	go func() {
		time.Sleep(time.Hour) // rest
		over <- struct{}{}
	}()
	<-over // get
}
`
  const lines = ['7 chan receive: lease@get', '8 sleep: time.Sleep < lease.func1@rest']
  const standings = { goroutines: lines.map(line => standingOf(text, line)), isWhole: true }
  const packages = new Packages(filesOf(text), await parser)
  const [told] = withAbsent([possible(standings)], waitingsIn(standings, packages), standings, packages)
  assert.deepEqual([told.certainty, told.evidence], ['possible', []])
})

const JOB = `type job struct{ ctx context.Context }

func begin() {
	ctx, _ := context.MADE
	j := &job{ctx: ctx}
	j.wait()
}

func (j *job) wait() {
	<-j.ctx.Done() // get
}
`

test('a deadline of a context that lies in a field ends the wait, wherever it was made', async () => {
  const text = PREAMBLE + JOB.replace('MADE', 'WithTimeout(context.Background(), time.Hour)')
  const standings = { goroutines: [standingOf(text, '7 chan receive: (*job).wait@get')], isWhole: true }
  const likely: Finding = { ...possible(standings), certainty: 'likely' }
  const [told] = withoutClocks([likely], new Packages(filesOf(text), await parser))
  assert.equal(told.certainty, 'possible')
  const said = 'it ends with a context with a deadline, wherever `j.ctx` comes from: it wakes by itself'
  assert.deepEqual(told.evidence, [`in the source, ${said}`])
})

test('a context without a deadline that lies in a field ends no wait by itself', async () => {
  const text = PREAMBLE + JOB.replace('MADE', 'WithCancel(context.Background())')
  const standings = { goroutines: [standingOf(text, '7 chan receive: (*job).wait@get')], isWhole: true }
  const likely: Finding = { ...possible(standings), certainty: 'likely' }
  assert.deepEqual(withoutClocks([likely], new Packages(filesOf(text), await parser)), [likely])
})
