/** Which path of a function keeps a slot of a channel that is used as a pool? */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadGoParser } from '../src/source/grammar.ts'
import { GoPackage } from '../src/source/package.ts'
import { slotsOf } from '../src/source/slots.ts'
import { bodyAt, offersAt } from '../src/source/waiting.ts'

const CASES = fileURLToPath(new URL('source-fixtures/waits/slots.txt', import.meta.url))

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

const parser = loadGoParser()

for (const part of fs.readFileSync(CASES, 'utf8').split(/^== /m).slice(1)) {
  const [head, ...lines] = part.split('\n')
  test(head, async () => {
    const text = PREAMBLE + lines.join('\n')
    const pkg = new GoPackage([{ name: 'p.go', text }], await parser, Number.POSITIVE_INFINITY)
    const [file] = pkg.files
    const line = text.split('\n').findIndex(one => one.endsWith('// here')) + 1
    const placed = bodyAt(pkg, file, { function: 'main.(*pool).get', line })
    assert.ok(placed)
    const [offer] = offersAt({ pkg, packageName: 'main', file, ...placed }, line, 'send')
    assert.ok(offer && offer.do !== 'give' && offer.on.is === 'place')
    const slots = slotsOf(pkg, 'main', offer.on.place)
    const found = slots ? `${slots.keeping.lock.line} ${slots.keeping.leaves.line}` : 'none'
    assert.equal(found, head.slice(head.lastIndexOf(': ') + 2))
  })
}
