/** Who is stuck, as source and stacks say together: each case is a package, and who stands where in it. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Finding } from '@unhang/core'
import type { SourceFiles } from '../src/inputs/source.ts'
import { absentFor, waitingsIn } from '../src/source/absent.ts'
import type { StackFrame, Standing, Standings } from '../src/source/goroutines.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { withAbsent } from '../src/source/stranded.ts'
import { Packages } from '../src/source/waiting.ts'

const CASES = fileURLToPath(new URL('source-fixtures/waits/absent.txt', import.meta.url))

const PREAMBLE = `package main

import (
	"sync"
	"time"

	"example.com/other"
)

`

const parser = loadGoParser()

/** "(*server).f@here" is of the program, at the line of that mark; anything else is of another package. */
function frameOf(text: string, frame: string): StackFrame {
  const [name, mark] = frame.split('@')
  if (!mark) return { function: name, file: '/go/other.go', line: 1, args: '' }
  const line = text.split('\n').findIndex(one => one.endsWith(`// ${mark}`)) + 1
  assert.ok(line > 0, mark)
  return { function: `main.${name}`, file: '/src/p.go', line, args: '' }
}

/** "7 chan receive: f@here < g@there by h@go". */
function standingOf(text: string, line: string): Standing {
  const [, id, reason, stack, by] = /^(\d+) ([^:]+): (.*?)(?: by (\S+))?$/.exec(line)!
  const frames = stack.split(' < ').map(frame => frameOf(text, frame))
  const createdBy = by ? { createdBy: frameOf(text, by) } : {}
  return { id: Number(id), reason, frames, isSteady: false, waitedNs: 0, ...createdBy }
}

function filesOf(text: string): SourceFiles {
  const files = [{ name: 'p.go', text }]
  return {
    lines: () => undefined,
    folderOf: ({ file }) => (file === '/src/p.go' ? { file: 'p.go', files, isCut: false } : undefined),
  }
}

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
