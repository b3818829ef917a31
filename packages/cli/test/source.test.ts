/** Finding source: by name, by module, by tail, and never outside of what was named. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Complaint } from '../src/complaint.ts'
import { createSourceLookup, type SourceLine } from '../src/inputs/source.ts'

const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-source-')))
after(() => fs.rmSync(home, { recursive: true, force: true }))

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true })
  fs.writeFileSync(path.join(home, file), text)
}

before(() => {
  write('repo/go.mod', 'module example.com/app\n\ngo 1.22\n')
  write('repo/server/main.go', 'package main\n\nfunc a() {\n\tmu.Lock()\n}\n')
  write('repo/tools/go.mod', '// comment\nmodule "example.com/app/tools" // more\n')
  write('repo/tools/run.go', 'package tools // the one of the module below\n')
  write('repo/vendor/golang.org/x/net/http2/transport.go', 'package http2\n')
  write('repo/one/same.go', 'package one\n')
  write('repo/two/same.go', 'package two\n')
  write('repo/secret.txt', 'no source\n')
  write('outside.go', 'package outside\n')
  fs.symlinkSync(path.join(home, 'outside.go'), path.join(home, 'repo/link.go'))
})

const first = (lines: readonly SourceLine[] | undefined) => lines?.[0].text
const named = () => createSourceLookup(path.join(home, 'repo'), home)

test('a file of -trimpath is found through the module line', () => {
  assert.deepEqual(named()('example.com/app/server/main.go', 4, 1), [
    { line: 3, text: 'func a() {' },
    { line: 4, text: '\tmu.Lock()' },
    { line: 5, text: '}' },
  ])
  assert.equal(first(named()('example.com/app/tools/run.go', 1, 0)), 'package tools // the one of the module below')
})

test('a path of another machine is found by its longest tail; a version in it does not count', () => {
  assert.equal(first(named()('/build/src/server/main.go', 1, 0)), 'package main')
  assert.equal(first(named()('golang.org/x/net@v0.26.0/http2/transport.go', 1, 0)), 'package http2')
  assert.equal(first(named()('/elsewhere/two/same.go', 1, 0)), 'package two')
})

test('two files with equally long tails are none', () => {
  assert.equal(named()('/elsewhere/same.go', 1, 0), undefined)
})

test('without --src, a bare file name in common is none, and the path itself is believed', () => {
  const unnamed = createSourceLookup(undefined, path.join(home, 'repo'))
  assert.equal(unnamed('/elsewhere/run.go', 1, 0), undefined)
  assert.equal(first(unnamed('/elsewhere/tools/run.go', 1, 0)), 'package tools // the one of the module below')
  assert.equal(first(unnamed(path.join(home, 'outside.go'), 1, 0)), 'package outside')
})

test('nothing outside of the folder is read, no link followed, and no other kind of file', () => {
  const lookup = named()
  for (const file of [
    path.join(home, 'outside.go'),
    '../outside.go',
    'server/../../outside.go',
    'example.com/app/../../outside.go',
    'link.go',
    path.join(home, 'repo/link.go'),
    'secret.txt',
    path.join(home, 'repo/secret.txt'),
    '/etc/passwd',
    '',
  ])
    assert.equal(lookup(file, 1, 0), undefined, file)
})

test('a line beyond the end is none: the source is another one', () => {
  assert.equal(named()('example.com/app/server/main.go', 400, 2), undefined)
  assert.equal(named()('example.com/app/server/main.go', 0, 2), undefined)
})

test('--src that is no folder is an error', () => {
  assert.throws(() => createSourceLookup(path.join(home, 'nowhere'), home), Complaint)
  assert.throws(() => createSourceLookup(path.join(home, 'outside.go'), home), Complaint)
})
