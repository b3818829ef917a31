/** What waits at a line, and does it wake by itself? */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { clockOf } from '../src/source/clocks.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { GoPackage } from '../src/source/package.ts'
import { bodyAt, offersAt, type WaitKind } from '../src/source/waiting.ts'

const CASES = fileURLToPath(new URL('source-fixtures/waits/clocks.txt', import.meta.url))

const PREAMBLE = `package p

import (
	"context"
	"os"
	"os/signal"
	"time"

	"example.com/other"
)

type server struct {
	in     chan int
	quit   chan struct{}
	ticker *time.Ticker
	n      int
}

type box struct{ C chan int }

`

const parser = loadGoParser()
const KINDS: readonly WaitKind[] = ['select', 'receive', 'send']

for (const part of fs.readFileSync(CASES, 'utf8').split(/^== /m).slice(1)) {
  const [head, ...lines] = part.split('\n')
  test(head, async () => {
    const text = PREAMBLE + lines.join('\n')
    const pkg = new GoPackage([{ name: 'p.go', text }], await parser, Number.POSITIVE_INFINITY)
    const [file] = pkg.files
    const line = text.split('\n').findIndex(one => one.endsWith('// here')) + 1
    const placed = bodyAt(pkg, file, { function: 'p.(*server).get', line })
    assert.ok(placed)
    const located = { pkg, packageName: 'p', file, ...placed }
    const offers = KINDS.flatMap(kind => offersAt(located, line, kind))
    const found = offers.map(offer => clockOf(offer, located)?.is ?? 'none')
    const expected = head.slice(head.lastIndexOf(': ') + 2)
    assert.deepEqual(found.sort(), expected === 'nothing' ? [] : expected.split(', '))
  })
}
