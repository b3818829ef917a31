/** Which path of a function keeps a slot of a channel that is used as a pool? */
import assert from 'node:assert/strict'
import { slotsOf } from '../src/source/slots.ts'
import { offersAt } from '../src/source/waiting.ts'
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
  const slots = slotsOf(located.pkg, 'main', offer.on.place)
  const found = slots ? `${slots.keeping.lock.line} ${slots.keeping.leaves.line}` : 'none'
  assert.equal(found, expected)
})
