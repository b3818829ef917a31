/** On which paths a function leaves a lock locked: small functions, and Go's own, of which none may be accused. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadGoParser } from '../src/source/grammar.ts'
import { GoPackage } from '../src/source/package.ts'
import { releaseAt } from '../src/source/release.ts'

const FIXTURES = fileURLToPath(new URL('source-fixtures', import.meta.url))

const PREAMBLE = `package p

import (
	"log"
	"os"
	"runtime"
	"sync"
	"testing"

	"example.com/other"
)

var mu sync.Mutex

type server struct {
	mu      sync.Mutex
	rw      sync.RWMutex
	n       int
	safe    bool
	once    sync.Once
	cond    *sync.Cond
	entries map[string]*entry
	list    []entry
	held    []*entry
}

type entry struct {
	mu sync.Mutex
	n  int
}

type cache struct {
	sync.Mutex
	n int
}

type box[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func (s *server) work() error { return nil }
func work() error             { return nil }

`

type Case = { readonly name: string; readonly expected: string; readonly text: string }

function casesOf(file: string): Case[] {
  const [, ...parts] = readFileSync(join(FIXTURES, file), 'utf8').split(/^== /m)
  return parts.map(part => {
    const [head, ...lines] = part.split('\n')
    const [name, expected] = head.split(': ')
    return { name, expected, text: PREAMBLE + lines.join('\n') }
  })
}

function lineOf(text: string, mark: string): number {
  return text.split('\n').findIndex(line => line.endsWith(`// ${mark}`)) + 1
}

const parser = loadGoParser()

async function packageOf(text: string): Promise<GoPackage> {
  return new GoPackage([{ name: 'p.go', text }], await parser, Number.POSITIVE_INFINITY)
}

for (const file of readdirSync(FIXTURES).filter(name => name.endsWith('.txt')))
  for (const { name, expected, text } of casesOf(file))
    test(`${file.replace('.txt', '')}: ${name}`, async () => {
      const pkg = await packageOf(text)
      const release = releaseAt(pkg, pkg.files[0], lineOf(text, 'site'))
      assert.ok(release, 'no lock in the line')
      const found = release.leaving.map(({ lock, leaves }) => ({ taken: lock.line, leaves: leaves?.line }))
      const leaves = lineOf(text, 'leaves')
      const taken = lineOf(text, 'taken') || lineOf(text, 'site')
      assert.deepEqual(found, leaves === 0 ? [] : [{ taken, leaves }])
      assert.equal(expected === 'leaves', leaves > 0, 'the marks and the heading')
      if (expected !== 'leaves') assert.equal(release.isSure, expected === 'releases')
    })

test('a Lock that gives something back is not one of sync', async () => {
  const text = `${PREAMBLE}
type fileLock struct{}

func (l *fileLock) Lock() (unlock func(), err error) { return nil, nil }

func f(l *fileLock) error {
	unlock, err := l.Lock() // site
	if err != nil {
		return err
	}
	defer unlock()
	return work()
}

func g(l *fileLock) (func(), error) { return l.Lock() } // returned
`
  const pkg = await packageOf(text)
  for (const mark of ['site', 'returned']) assert.equal(releaseAt(pkg, pkg.files[0], lineOf(text, mark)), undefined)
})
