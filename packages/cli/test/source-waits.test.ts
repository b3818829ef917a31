/** What waits at a line, and does it wake by itself? */
import assert from 'node:assert/strict'
import { clockOf } from '../src/source/clocks.ts'
import { offersAt, type WaitKind } from '../src/source/waiting.ts'
import { testWaits } from './source-fixtures.ts'

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

const KINDS: readonly WaitKind[] = ['select', 'receive', 'send']

testWaits('clocks.txt', PREAMBLE, 'p.(*server).get', (located, line, expected) => {
  const offers = KINDS.flatMap(kind => offersAt(located, line, kind))
  const found = offers.map(offer => clockOf(offer, located)?.is ?? 'none')
  assert.deepEqual(found.sort(), expected === 'nothing' ? [] : expected.split(', '))
})
