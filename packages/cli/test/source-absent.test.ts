/** Who is stuck, as source and stacks say together: each case is a package, and who stands where in it. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Finding, Standings } from '@unhang/core'
import { absentFor, waitingsIn } from '../src/source/absent.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { withAbsent } from '../src/source/stranded.ts'
import { Packages } from '../src/source/waiting.ts'
import { filesOf, standingOf } from './source-fixtures.ts'

const CASES = fileURLToPath(new URL('source-fixtures/waits/absent.txt', import.meta.url))

const PREAMBLE = `package main

import (
	"sync"
	"time"

	"example.com/other"
)

`

const parser = loadGoParser()

async function stuckIn(text: string, standings: Standings, others: readonly number[] = []): Promise<string> {
  const packages = new Packages(filesOf(text), await parser)
  const stuck = absentFor(waitingsIn(standings, packages), standings, packages, new Set(others))
  return stuck.map(({ goroutine }) => goroutine.id).join(' ') || 'none'
}

for (const part of fs.readFileSync(CASES, 'utf8').split(/^== /m).slice(1)) {
  const [head, ...lines] = part.split('\n')
  const empty = lines.indexOf('')
  const text = PREAMBLE + lines.slice(empty + 1).join('\n')
  const expected = head.slice(head.lastIndexOf(': ') + 2)
  test(head, async () => {
    const goroutines = lines.slice(0, empty).map(line => standingOf(text, line))
    assert.equal(await stuckIn(text, { goroutines, isWhole: true }), expected)
    // Who else lives is not known: nothing is concluded.
    assert.equal(await stuckIn(text, { goroutines, isWhole: false }), 'none')
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
  assert.match(told.evidence[0], /a timer's function serves it in line 12 of p\.go/)
})
