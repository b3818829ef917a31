/** What `unhang view` hands to the page: told by first bytes, whatever of it is worth showing. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import zlib from 'node:zlib'
import { DEFAULT_FETCH } from '../src/capture/options.ts'
import { Complaint } from '../src/complaint.ts'
import { findShown, type Shown } from '../src/inputs/shown.ts'
import { DEBUG2, send, withServer } from './server.ts'

const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-shown-')))
after(() => fs.rmSync(home, { recursive: true, force: true }))
const RECORDED = new URL('../../../testdata/captures/go1.26.8/server-caught/', import.meta.url)
const trace = fs.readFileSync(new URL('server.trace', RECORDED))
const proto = fs.readFileSync(new URL('goroutines.pb.gz', RECORDED))
const PROGRAM = Buffer.from('7f454c4602010100', 'hex')
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
/** Longer than what is looked at. */
const LOG = 'a line of a log\n'.repeat(10_000)

let files = 0
function file(content: string | Uint8Array, name = `input-${files++}`): string {
  const full = path.join(home, name)
  fs.mkdirSync(path.dirname(full), { recursive: true })
  fs.writeFileSync(full, content)
  return full
}

async function found(...names: string[]) {
  let remarks = ''
  const shown = await findShown(names, DEFAULT_FETCH, text => {
    remarks += text
  })
  return { shown, names: shown.map(({ name }) => path.basename(name)), remarks }
}

async function complaintOf(...names: string[]): Promise<Complaint> {
  const error = await found(...names).catch(error => error)
  assert.ok(error instanceof Complaint, String(error))
  return error
}

function bytesOf({ content }: Shown): Uint8Array {
  return 'bytes' in content ? content.bytes : fs.readFileSync(content.path)
}

test('captures of every kind are shown as they lie there, gzipped where they are', async () => {
  const contents = [
    trace,
    DEBUG2,
    proto,
    zlib.gunzipSync(proto),
    zlib.gzipSync(trace),
    zlib.gzipSync(zlib.gzipSync(trace)),
  ]
  const names = contents.map(content => file(content))
  const { shown, remarks } = await found(...names)
  assert.deepEqual(
    shown.map(({ name, size, cut }) => [name, size, cut]),
    names.map((name, i) => [name, contents[i].length, undefined]),
  )
  for (const [i, one] of shown.entries()) assert.ok(Buffer.from(contents[i]).equals(bytesOf(one)))
  assert.equal(remarks, '')
})

test('a program is passed over with a word; alone it is an error that says what to do', async () => {
  const program = file(PROGRAM, 'server')
  const { names, remarks } = await found(program, file(trace, 'a.trace'))
  assert.deepEqual(
    [names, remarks],
    [['a.trace'], `unhang: ${program} is a program, which is not needed: passed over\n`],
  )
  assert.match((await complaintOf(program)).remedy, /unhang capture HOST:PORT/)
})

test('what is no capture: an error where nothing is left, else a remark', async () => {
  const cases: readonly (readonly [content: string | Uint8Array, found: RegExp])[] = [
    [PNG, /a picture or a document/],
    [Buffer.from('0011aa99ff', 'hex'), /bytes of no known kind/],
    ['', /an empty input/],
    ['hello', /text without a goroutine/],
    ['{"a": 1}', /JSON/],
    ['<!doctype html><html></html>', /an HTML page/],
    [Buffer.from('504b0304', 'hex'), /an archive/],
    [zlib.gzipSync(PNG), /a picture or a document/],
    [zlib.gzipSync('hello'), /text without a goroutine/],
    [Buffer.concat([PNG, Buffer.alloc(1e6)]), /a picture or a document/],
  ]
  for (const [content, why] of cases) {
    const name = file(content)
    const complaint = await complaintOf(name)
    assert.match(complaint.expected, /a Go execution trace/)
    assert.match(complaint.found, why)
    assert.match(complaint.remedy, /^[A-Z]/)
    const { names, remarks } = await found(name, file(trace, 'good.trace'))
    assert.deepEqual(names, ['good.trace'])
    assert.match(remarks, /^unhang: passed over: [^\n]+\n$/)
    assert.match(remarks, why)
  }
})

test('a name that leads nowhere: an error alone, a remark beside others', async () => {
  const nowhere = path.join(home, 'nowhere')
  assert.match((await complaintOf(nowhere)).found, /no such file/)
  const { names, remarks } = await found(file(trace, 'here.trace'), nowhere)
  assert.deepEqual(names, ['here.trace'])
  assert.match(remarks, /^unhang: passed over: no such file: .*nowhere\n$/)
})

test('the first thing that went wrong is the one that is told', async () => {
  assert.match((await complaintOf(file(''), path.join(home, 'nowhere'))).found, /an empty input/)
})

test('a dump may stand behind a log longer than what is looked at', async () => {
  const { names } = await found(file(LOG + DEBUG2, 'long.log'), file(zlib.gzipSync(`${LOG}${DEBUG2}`), 'small.log.gz'))
  assert.deepEqual(names, ['long.log', 'small.log.gz'])
})

test("a capture's folder: traces and dumps of its manifest in its order, and which of them are cut", async () => {
  const files = [
    { name: 'index.txt', what: 'index' },
    { name: 'z.txt', what: 'dump', complete: true },
    { name: 'a.trace', what: 'trace', complete: false, problem: 'no byte for 5 s' },
    { name: 'gone.txt', what: 'dump' },
  ]
  file(JSON.stringify({ schema: 'unhang.capture/1', files }), 'captured/manifest.json')
  file('<html>', 'captured/index.txt')
  file(DEBUG2, 'captured/z.txt')
  file(trace, 'captured/a.trace')
  file(DEBUG2, 'captured/mine.txt')
  const { shown, names, remarks } = await found(path.join(home, 'captured'))
  assert.deepEqual([names, remarks], [['z.txt', 'a.trace'], ''])
  assert.deepEqual(
    shown.map(({ cut }) => cut),
    [undefined, 'no byte for 5 s'],
  )
})

test('any folder: captures by name, the rest in one remark; links in it lead nowhere', async () => {
  file('{"a": 1}', 'any/notes.json')
  file(zlib.gzipSync('not a capture'), 'any/log.gz')
  file(PROGRAM, 'any/server')
  file(trace, 'any/b')
  file(DEBUG2, 'any/a')
  fs.symlinkSync(file(trace, 'secret'), path.join(home, 'any/link'))
  const { names, remarks } = await found(path.join(home, 'any'))
  assert.deepEqual(names, ['a', 'b'])
  assert.match(remarks, /server is a program.*\n.*passed over, for they are no captures: .*log\.gz, .*notes\.json\n$/)
  fs.mkdirSync(path.join(home, 'empty'))
  assert.match((await complaintOf(path.join(home, 'empty'))).found, /^none in /)
})

test('a file that is named twice, also by another way, is shown once', async () => {
  const name = file(trace)
  const link = path.join(home, 'another-name')
  fs.symlinkSync(name, link)
  const { shown, remarks } = await found(name, link)
  assert.equal(shown.length, 1)
  assert.match(remarks, /another-name is named twice: taken once/)
})

test('a link that is named is followed once and for all', async () => {
  const link = path.join(home, 'latest')
  fs.symlinkSync(file(trace), link)
  const { shown } = await found(link)
  fs.rmSync(link)
  fs.symlinkSync(file('secret'), link)
  assert.ok(trace.equals(bytesOf(shown[0])))
})

test('addresses of files are fetched and kept; tokens in them are not shown', () =>
  withServer({ '*': send('application/octet-stream', trace) }, async ({ url }) => {
    const { shown, remarks } = await found(`${url}/ci/server.trace?token=secret`)
    assert.equal(shown[0].name, `${url}/ci/server.trace?token=hidden`)
    assert.ok(trace.equals(bytesOf(shown[0])))
    assert.equal(remarks, `unhang: fetching ${shown[0].name}\n`)
  }))

test('an address that gives something else', () =>
  withServer({ '*': send('text/html', '<html>login</html>') }, async ({ url }) => {
    assert.match((await complaintOf(`${url}/ci/server.trace`)).found, /an HTML page/)
    const { shown, remarks } = await found(file(trace), `${url}/ci/server.trace`)
    assert.equal(shown.length, 1)
    assert.match(remarks, /passed over: .*HTML page/)
  }))
