/** What is dropped, and what the page's server says: only what fits is taken. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FILES_LIMIT, filesOfDrop, filesOfList, readFiles } from '../src/pages/files.ts'
import { capturesOf, editedOf, linesOf } from '../src/pages/served.ts'

type FakeEntry = {
  readonly name: string
  readonly isFile: boolean
  readonly isDirectory: boolean
  file?(take: (file: File) => void, fail: (error: unknown) => void): void
  createReader?(): { readEntries(take: (entries: FakeEntry[]) => void): void }
}

const file = (name: string): FakeEntry => ({
  name,
  isFile: true,
  isDirectory: false,
  file: take => take(new File([name], name)),
})
const unreadable = (name: string): FakeEntry => ({ ...file(name), file: (_take, fail) => fail(new Error('no')) })
/** As browsers do it: some at a time, then nothing. */
const folder = (name: string, children: readonly FakeEntry[]): FakeEntry => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader() {
    let at = 0
    return {
      readEntries(take) {
        take(children.slice(at, at + 100))
        at += 100
      },
    }
  },
})
const drop = (entries: readonly FakeEntry[]): DataTransfer =>
  ({
    items: entries.map(entry => ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null })),
    files: [],
  }) as unknown as DataTransfer

/** As an input gives it: with the path in the chosen folder, else ''. */
const inFolder = (path: string, name = 'x') =>
  Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: path }) as File

const namesOf = async (entries: readonly FakeEntry[]) => (await filesOfDrop(drop(entries))).map(({ name }) => name)

describe('a drop', () => {
  it('gives files by name, and folders with what is in them but what lies beside captures', async () => {
    const captured = folder('incident', [
      file('server.trace'),
      file('manifest.json'),
      file('index.txt'),
      file('cmdline.txt'),
      file('.DS_Store'),
      unreadable('secret.trace'),
      folder('.git', [file('HEAD')]),
      folder('deeper', [file('goroutines.debug2.txt')]),
    ])
    assert.deepEqual(await namesOf([file('index.txt'), captured]), [
      'incident/deeper/goroutines.debug2.txt',
      'incident/server.trace',
      'index.txt',
    ])
  })

  it('takes some hundred files and no more, however many there are and however deep', async () => {
    const many = folder(
      'home',
      Array.from({ length: 1000 }, (_, i) => file(`${i}.trace`)),
    )
    assert.equal((await namesOf([many])).length, FILES_LIMIT)
    let deep = folder('leaf', [file('a.trace')])
    for (let i = 0; i < 100; i++) deep = folder('f', [deep])
    assert.deepEqual(await namesOf([deep]), [])
    // A folder that is in itself, as a link may make one.
    const loop: FakeEntry = { ...folder('loop', []), createReader: () => loopReader() }
    const loopReader = () => {
      let isFirst = true
      return {
        readEntries(take: (entries: FakeEntry[]) => void) {
          take(isFirst ? [loop, loop] : [])
          isFirst = false
        },
      }
    }
    assert.deepEqual(await namesOf([loop]), [])
  })

  it('works without entries', async () => {
    const transfer = { items: [], files: [inFolder('', 'a.trace')] } as unknown as DataTransfer
    assert.deepEqual(
      (await filesOfDrop(transfer)).map(({ name }) => name),
      ['a.trace'],
    )
  })
})

describe('chosen files', () => {
  it('of a folder have their path, and what lies beside captures is left out', () => {
    const found = filesOfList([inFolder('a/server.trace'), inFolder('a/manifest.json'), inFolder('', 'manifest.json')])
    assert.deepEqual(
      found.map(({ name }) => name),
      ['a/server.trace', 'manifest.json'],
    )
  })

  it('become bytes; what cannot be read is told', async () => {
    const bad = { name: 'gone', size: 3, arrayBuffer: () => Promise.reject(new Error('it is gone')) } as unknown as File
    const huge = { name: 'huge', size: 2 ** 31, arrayBuffer: () => assert.fail('too large') } as unknown as File
    const files = [new File(['abc'], 'a'), bad, huge].map(one => ({ name: one.name, file: one, isNamed: true }))
    const read: string[] = []
    const { sources, remarks } = await readFiles(files, name => read.push(name))
    assert.deepEqual(read, ['a'])
    assert.deepEqual(
      sources.map(source => 'bytes' in source && new TextDecoder().decode(source.bytes)),
      ['abc'],
    )
    assert.deepEqual(remarks, [
      'gone could not be read: it is gone',
      'huge has 2.15 GB, more than a browser can hold. Trace for fewer seconds',
    ])
  })
})

describe('the server’s answers', () => {
  it('are taken where they fit', () => {
    const files = [{ name: 'a.trace', size: 3, url: '/captures/0', cut: 'ended early' }, { name: 7 }, null, 'x']
    assert.deepEqual(capturesOf({ schema: 'unhang.captures/1', files, remarks: ['one', 2] }), {
      sources: [{ name: 'a.trace', size: 3, url: '/captures/0', cut: 'ended early' }],
      remarks: ['one'],
      isServed: true,
    })
    for (const odd of [
      null,
      7,
      'x',
      [],
      {},
      { schema: 'unhang.captures/2', files: [] },
      { schema: 'unhang.captures/1' },
    ])
      assert.deepEqual(capturesOf(odd), { sources: [], remarks: [], isServed: false })
    for (const odd of [null, [], {}, { files: 'x', sinceMs: 1 }, { files: ['a.go'] }, { files: [1, null], sinceMs: 1 }])
      assert.equal(editedOf(odd), undefined)
    assert.deepEqual(editedOf({ files: ['a.go', 7], sinceMs: 1 }), { files: ['a.go'], sinceMs: 1 })
  })

  it('about source are a few lines of bounded length', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => ({ line: i, text: 'x'.repeat(10_000) }))
    const taken = linesOf({ lines })
    assert.equal(taken?.length, 21)
    assert.equal(taken?.[0].text.length, 400)
    for (const odd of [null, {}, { lines: [] }, { lines: [{ line: '1', text: 'x' }] }, { lines: 'x' }])
      assert.equal(linesOf(odd), undefined)
  })
})
