/** Which path of a function keeps a slot of a channel that is used as a pool? */
import assert from 'node:assert/strict'
import { slotsOf } from '../src/source/slots.ts'
import type { Place } from '../src/source/steps.ts'
import { type Located, offersAt } from '../src/source/waiting.ts'
import { testWaits } from './source-fixtures.ts'

const PREAMBLE = `package main

import (
	"net/http"
	"sync"
)

type pool struct {
	mu     sync.Mutex
	places chan struct{}
	bare   chan struct{}
}

func open() *pool {
	return &pool{
		places: make(chan struct{}, 4),
		bare:   make(chan struct{}),
	}
}

var client http.Client

`

testWaits('slots.txt', PREAMBLE, 'main.(*pool).get', (located, line, expected) => {
  const [offer] = offersAt(located, line, 'send')
  assert.ok(offer && offer.do !== 'give' && offer.on.is === 'place')
  assert.equal(keptIn(located, offer.on.place), expected)
})

const UNITS = `package main

import "golang.org/x/sync/semaphore"

type pool struct{ units *semaphore.Weighted }

func open() *pool { return &pool{units: semaphore.NewWeighted(4)} }

`

testWaits('units.txt', UNITS, 'main.(*pool).get', (located, line, expected) => {
  const [offer] = offersAt(located, line, 'Acquire')
  assert.ok(offer?.do === 'give' && offer.value.is === 'place')
  assert.equal(keptIn(located, offer.value.place), expected)
})

/** "24 27": taken in line 24, and kept in line 27. */
function keptIn({ pkg }: Located, place: Place): string {
  const slots = slotsOf(pkg, 'main', place)
  return slots ? `${slots.keeping.lock.line} ${slots.keeping.leaves.line}` : 'none'
}
