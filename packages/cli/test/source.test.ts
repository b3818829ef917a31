/** Finding source: by name, by module, by tail, and never outside of what was named. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Complaint } from '../src/complaint.ts'
import { createSourceFiles, createSourceLookup, type SourceLookup } from '../src/inputs/source.ts'
import { createSourceNow } from '../src/inputs/source-now.ts'

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
  write('repo/tools/run.go', 'package tools\n\nfunc run() { work() } // the one of the module below\n')
  write('repo/vendor/golang.org/x/net/http2/transport.go', 'package http2\n\nfunc (t *Transport) read() {}\n')
  write('repo/one/same.go', 'package one\n\nfunc f() { one() }\n')
  write('repo/two/same.go', 'package two\n\nfunc f() { two() }\n')
  write('repo/secret.txt', 'no source\n')
  write('outside.go', 'package outside\n\nfunc f() { outside() }\n')
  fs.symlinkSync(path.join(home, 'outside.go'), path.join(home, 'repo/link.go'))
})

const remarks: string[] = []
const lookup = (folder: string | undefined) =>
  createSourceLookup(folder, path.join(home, 'repo'), text => remarks.push(text))
const named = () => lookup(path.join(home, 'repo'))
const unnamed = () => lookup(undefined)
const lineOf = (source: SourceLookup, file: string, name: string, line = 3) =>
  source({ function: name, file, line }, 0)?.[0].text

test('a file of -trimpath is found through the module line', () => {
  for (const source of [named(), unnamed()]) {
    assert.deepEqual(source({ function: 'main.a', file: 'example.com/app/server/main.go', line: 4 }, 1), [
      { line: 3, text: 'func a() {' },
      { line: 4, text: '\tmu.Lock()' },
      { line: 5, text: '}' },
    ])
    const run = lineOf(source, 'example.com/app/tools/run.go', 'example.com/app/tools.run')
    assert.equal(run, 'func run() { work() } // the one of the module below')
  }
})

test('a path of another machine is found by its longest tail; a version in it does not count', () => {
  assert.equal(lineOf(named(), '/build/src/server/main.go', 'main.a'), 'func a() {')
  const read = 'golang.org/x/net/http2.(*Transport).read'
  assert.match(lineOf(named(), 'golang.org/x/net@v0.26.0/http2/transport.go', read) ?? '', /Transport/)
  assert.equal(lineOf(named(), '/elsewhere/two/same.go', 'two.f'), 'func f() { two() }')
})

test('two files with equally long tails are none', () => {
  assert.equal(lineOf(named(), '/elsewhere/same.go', 'one.f'), undefined)
})

test('without --src a common tail is none, and the path itself is believed', () => {
  assert.equal(lineOf(unnamed(), '/build/src/server/main.go', 'main.a', 4), undefined)
  assert.equal(lineOf(unnamed(), 'other/server/main.go', 'main.a', 4), undefined)
  assert.equal(lineOf(unnamed(), 'server/main.go', 'main.a', 4), undefined)
  assert.equal(lineOf(unnamed(), path.join(home, 'outside.go'), 'outside.f'), 'func f() { outside() }')
})

test('source of another program is not shown, and the first such file is told', () => {
  const source = named()
  remarks.length = 0
  assert.equal(lineOf(source, 'seed/server/main.go', 'main.(*server).AcquireLock', 4), undefined)
  assert.equal(lineOf(source, 'seed/server/main.go', 'main.b', 4), undefined)
  assert.equal(lineOf(source, 'seed/server/main.go', 'main.a', 400), undefined)
  assert.equal(lineOf(source, 'seed/server/main.go', 'main.a.func1', 4), '\tmu.Lock()')
  const file = path.join(home, 'repo/server/main.go')
  assert.deepEqual(remarks, [
    `unhang: no source shown of ${file}: it does not match the capture, its line 4 is not in main.(*server).AcquireLock\n`,
  ])
})

test('nothing outside of the folder is read, no link followed, and no other kind of file', () => {
  const source = named()
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
    assert.equal(lineOf(source, file, 'outside.f'), undefined, file)
})

test('a line beyond the end is none: the source is another one', () => {
  assert.equal(lineOf(named(), 'example.com/app/server/main.go', 'main.a', 400), undefined)
  assert.equal(lineOf(named(), 'example.com/app/server/main.go', 'main.a', 0), undefined)
})

test('--src that is no folder is an error', () => {
  assert.throws(() => lookup(path.join(home, 'nowhere')), Complaint)
  assert.throws(() => lookup(path.join(home, 'outside.go')), Complaint)
})

test('what was read stays until it is asked for anew; an edit is told, another time of the same text is none', () => {
  write('edited/a.go', 'package main\n\nfunc a() { before() }\n')
  write('edited/b.go', 'package main\n')
  const file = path.join(home, 'edited/a.go')
  const site = { function: 'main.a', file, line: 3 }
  let ms = 1000
  const source = createSourceNow(
    () => createSourceFiles(path.join(home, 'edited'), home, () => {}),
    () => ms++,
  )
  const text = () => source.lines(site, 0)?.[0].text
  assert.deepEqual([source.isRead(), source.edited()], [false, []])
  assert.equal(text(), 'func a() { before() }')
  fs.utimesSync(file, 1, 1)
  assert.deepEqual(source.edited(), [])
  source.renew()
  assert.equal(source.since(), 1000)
  write('edited/a.go', 'package main\n\nfunc a() { after() }\n')
  assert.deepEqual(source.edited(), [file])
  assert.equal(text(), 'func a() { before() }', 'what was said stays together with what is shown')
  assert.equal(source.folderOf(site)?.files[0].text.includes('before'), true)
  source.renew()
  assert.deepEqual([text(), source.edited(), source.since()], ['func a() { after() }', [], 1001])
  source.folderOf(site)
  fs.rmSync(path.join(home, 'edited/b.go'))
  assert.deepEqual(source.edited(), [path.join(home, 'edited/b.go')])
})

test('where no source was found, whoever looks anew looks for it again', () => {
  const site = { function: 'main.late', file: '/elsewhere/late/late.go', line: 3 }
  const source = createSourceNow(() => createSourceFiles(path.join(home, 'repo'), home, () => {}))
  assert.equal(source.lines(site, 0), undefined)
  write('repo/late/late.go', 'package main\n\nfunc late() {}\n')
  assert.equal(source.lines(site, 0), undefined)
  source.renew()
  assert.equal(source.lines(site, 0)?.[0].text, 'func late() {}')
})
