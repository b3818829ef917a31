/** Who is stuck, as source and stacks say together: each case is a package, and who stands where in it. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Finding, Standing, Standings } from '@unhang/core'
import { absentFor, waitingsIn } from '../src/source/absent.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { withAbsent } from '../src/source/stranded.ts'
import { Packages } from '../src/source/waiting.ts'
import { filesOf, standingOf } from './source-fixtures.ts'

const CASES = fileURLToPath(new URL('source-fixtures/waits/absent.txt', import.meta.url))

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
  const stuck = absentFor(waitingsIn(standings, packages), standings, packages, new Set(others))
  return stuck.map(({ goroutine }) => goroutine.id).join(' ') || 'none'
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

for (const part of fs.readFileSync(CASES, 'utf8').split(/^== /m).slice(1)) {
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

test('what a timer closes is only worth a look', async () => {
  const text = `${PREAMBLE}func lease() {
	over := make(chan struct{})
	time.AfterFunc(time.Minute, func() { close(over) })
	<-over // get
}
`
  const standings = { goroutines: [standingOf(text, '7 chan receive: lease@get')], isWhole: true }
  const { frames } = standings.goroutines[0]
  const finding: Finding = {
    kind: 'chan receive',
    cause: 'no-sender',
    certainty: 'likely',
    site: frames[0],
    waiters: { count: 1, goroutines: [7], longestNs: 0, sinceStart: true },
    holder: { state: 'unknown' },
    evidence: [],
    advice: '',
  }
  const packages = new Packages(filesOf(text), await parser)
  const [told] = withAbsent([finding], waitingsIn(standings, packages), standings, packages)
  assert.equal(told.certainty, 'possible')
  assert.match(told.evidence[0], /a timer's function serves it in line 16 of p\.go/)
})
