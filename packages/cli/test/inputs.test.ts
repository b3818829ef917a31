/** From names to captures: files, folders, pipes and addresses, each told by its first bytes. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import zlib from 'node:zlib'
import { DEFAULT_FETCH } from '../src/capture/options.ts'
import { Complaint } from '../src/complaint.ts'
import { InputFile } from '../src/inputs/files.ts'
import { openInputs } from '../src/inputs/open.ts'
import { DEBUG1, DEBUG2, send, withServer } from './server.ts'

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-inputs-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))
const TRACE_FILE = new URL('../../../testdata/captures/go1.26.8/server-caught/server.trace', import.meta.url)
const trace = fs.readFileSync(TRACE_FILE)

let files = 0
function file(content: string | Uint8Array, name = `input-${files++}`): string {
  const full = path.join(home, name)
  fs.mkdirSync(path.dirname(full), { recursive: true })
  fs.writeFileSync(full, content)
  return full
}

async function opened(...names: string[]) {
  let remarks = ''
  const remark = (text: string) => {
    remarks += text
  }
  const inputs = await openInputs(names, DEFAULT_FETCH, remark)
  return { kinds: inputs.map(({ capture }) => capture.kind), names: inputs.map(({ name }) => name), remarks }
}

async function complaintOf(...names: string[]): Promise<Complaint> {
  try {
    await opened(...names)
  } catch (error) {
    assert.ok(error instanceof Complaint, String(error))
    return error
  }
  return assert.fail('expected a complaint')
}

test('files are told by their bytes, in the order given, gzipped or not', async () => {
  const names = [file(DEBUG2), file(trace), file(zlib.gzipSync(trace)), file(zlib.gzipSync(DEBUG1))]
  const result = await opened(...names)
  assert.deepEqual(result.kinds, ['dump', 'trace', 'trace', 'dump'])
  assert.deepEqual(result.names, names)
  assert.equal(result.remarks, '')
})

test('an executable among the files is told to be unneeded and passed over', async () => {
  const { kinds, remarks } = await opened(file(Buffer.from('7f454c4602010100', 'hex'), 'server'), file(trace))
  assert.deepEqual(kinds, ['trace'])
  assert.match(remarks, /server is a program, which is not needed: passed over\n$/)
})

test('a folder that capture wrote is read in the order of its manifest, and nothing else in it', async () => {
  const folder = 'captured'
  const files = [
    { name: 'index.txt', what: 'index' },
    { name: 'z.txt', what: 'dump' },
    { name: 'a.trace', what: 'trace' },
    { name: 'gone.txt', what: 'dump' },
  ]
  file(JSON.stringify({ schema: 'unhang.capture/1', files }), `${folder}/manifest.json`)
  file('<html>', `${folder}/index.txt`)
  file(DEBUG2, `${folder}/z.txt`)
  file(trace, `${folder}/a.trace`)
  file(DEBUG2, `${folder}/mine.txt`)
  const result = await opened(path.join(home, folder))
  assert.deepEqual(
    result.names.map(name => path.basename(name)),
    ['z.txt', 'a.trace'],
  )
  assert.equal(result.remarks, '')
})

test('what the manifest calls cut is not whole, however it looks', async () => {
  const files = [
    { name: 'whole.txt', what: 'dump', complete: true },
    { name: 'cut.txt', what: 'dump', complete: false, problem: 'no byte for 5 s' },
  ]
  file(JSON.stringify({ schema: 'unhang.capture/1', files }), 'half/manifest.json')
  for (const { name } of files) file(DEBUG2, `half/${name}`)
  const inputs = await openInputs([path.join(home, 'half')], DEFAULT_FETCH, () => {})
  const problems = inputs.map(({ capture }) => capture.kind === 'dump' && capture.dump.problems.map(p => p.message))
  assert.deepEqual(problems, [[], ['no byte for 5 s']])
})

test('a manifest cannot lead out of its folder', async () => {
  file(DEBUG2, 'secret.txt')
  for (const name of ['../secret.txt', path.join(home, 'secret.txt'), '..', 'sub/../../secret.txt']) {
    const manifest = { schema: 'unhang.capture/1', files: [{ name, what: 'dump' }] }
    const folder = `evil-${files++}`
    file(JSON.stringify(manifest), `${folder}/manifest.json`)
    assert.match((await complaintOf(path.join(home, folder))).found, /^none in /)
  }
  file(JSON.stringify({ schema: 'unhang.capture/1', files: [{ name: 'link', what: 'dump' }] }), 'linked/manifest.json')
  fs.symlinkSync(path.join(home, 'secret.txt'), path.join(home, 'linked/link'))
  await complaintOf(path.join(home, 'linked'))
})

test('any folder with captures: they are read by name, the rest is passed over with a word', async () => {
  file('{"a": 1}', 'any/notes.json')
  file('hello', 'any/readme')
  file(trace, 'any/b')
  file(DEBUG2, 'any/a')
  file(trace.subarray(0, 20), 'any/cut')
  file(zlib.gzipSync('not a capture'), 'any/log.gz')
  fs.mkdirSync(path.join(home, 'any/deeper'))
  const { names, remarks } = await opened(path.join(home, 'any'))
  assert.deepEqual(
    names.map(name => path.basename(name)),
    ['a', 'b'],
  )
  assert.match(remarks, /^unhang: passed over, for they are no captures: .*cut \(.* and 1 more\n$/)
  assert.equal(remarks.split('any/cut').length, 2, 'the name of what is passed over stands there once')
})

const WRONG: readonly (readonly [content: string | Uint8Array, found: RegExp, remedy: RegExp])[] = [
  ['', /empty input/, /./],
  ['<!doctype html><html>', /an HTML page/, /login/],
  ['{"traceEvents": []}', /JSON/, /./],
  ['just some text', /text without a goroutine/, /./],
  [
    '\n404 page. Not found\n',
    /text without a goroutine in it, beginning with "404 page"$/,
    /^Is this the right file\?$/,
  ],
  ['x'.repeat(100_000), /beginning with "x{39}…"$/, /^Is this/],
  [Buffer.from([1, 2, 0xfe, 4, 0, 9]), /bytes of no known kind, beginning with 01 02 fe 04$/, /^Is this/],
  [zlib.gzipSync('hello'), /text without a goroutine/, /./],
  ['go 1.99 trace\0\0\0', /go 1\.99/, /./],
  [trace.subarray(0, 12), /./, /./],
]

for (const [content, found, remedy] of WRONG)
  test(`a named file with ${JSON.stringify(String(content).slice(0, 14))} is an error that says so`, async () => {
    const name = file(content)
    const complaint = await complaintOf(name, file(trace))
    assert.match(complaint.found, found)
    assert.ok(complaint.found.includes(name))
    assert.match(complaint.remedy, remedy)
  })

test('files that are not there, and folders without captures', async () => {
  assert.match((await complaintOf(path.join(home, 'nowhere'))).found, /^no such file: .*nowhere$/)
  fs.symlinkSync(path.join(home, 'nowhere'), path.join(home, 'dangling'))
  assert.match(
    (await complaintOf(path.join(home, 'dangling'))).found,
    /dangling, a link to .*nowhere, where there is no/,
  )
  fs.mkdirSync(path.join(home, 'empty'))
  const { found, remedy } = await complaintOf(path.join(home, 'empty'))
  assert.match(found, /^none in .*empty$/)
  assert.match(remedy, /unhang capture/)
})

test('a file that this user may not read', async t => {
  const name = file(trace)
  fs.chmodSync(name, 0)
  try {
    fs.accessSync(name, fs.constants.R_OK)
    return t.skip('this user may read everything')
  } catch {
    const { found, remedy } = await complaintOf(name)
    assert.deepEqual([found, remedy], [`${name}, which this user may not read`, 'ask as a user who may read it'])
  }
})

test('a file is read whole whatever its size says, and no further than the limit', () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  const name = file(content)
  for (const peeked of [0, 1, 65_536, 300_000, 400_000]) {
    const input = new InputFile(name)
    if (peeked > 0) assert.equal(input.peek(peeked).length, Math.min(peeked, content.length))
    assert.deepEqual(Buffer.from(input.readAll()), content)
    input.close()
  }
  const input = new InputFile(name)
  assert.throws(() => input.readAll(1000), Complaint)
  input.close()
  // /proc files have no size.
  if (process.platform !== 'linux') return
  const unsized = new InputFile('/proc/self/maps')
  unsized.peek(10)
  assert.ok(unsized.readAll().length > 1000)
  unsized.close()
})

test('a file is read whole while something else is done', async () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 253))
  for (const peeked of [0, 10, 400_000]) {
    const input = new InputFile(file(content))
    input.peek(peeked)
    let done = 0
    assert.deepEqual(Buffer.from(await input.readAllWhile(() => done++)), content)
    assert.equal(done, 1)
    input.close()
  }
})

test('the address of a file is fetched and told by its bytes', () =>
  withServer({ 'files/server.trace': send('application/octet-stream', trace) }, async ({ url, requests }) => {
    const names = [`${url}/debug/pprof/goroutine?debug=2`, `${url}/debug/pprof/files/server.trace`]
    const result = await opened(...names)
    assert.deepEqual(result.kinds, ['dump', 'trace'])
    assert.deepEqual(result.names, names)
    assert.equal(result.remarks, names.map(name => `unhang: fetching ${name}\n`).join(''))
    assert.equal(requests.length, 2)
    const secret = await opened(`${url.replace('//', '//me:s3cret@')}/debug/pprof/goroutine?debug=2&token=t0ken`)
    assert.match(requests[2], /token=t0ken/)
    assert.doesNotMatch(secret.names[0] + secret.remarks, /s3cret|t0ken/)
    assert.match((await complaintOf(`${url}/nothing/here.trace`)).found, /^404 from/)
  }))

test('a folder that is called manifest.json is no manifest', async () => {
  const dump = file(DEBUG2, 'odd/a.txt')
  fs.mkdirSync(path.join(home, 'odd/manifest.json'))
  assert.deepEqual((await opened(path.join(home, 'odd'))).names, [dump])
  assert.match((await complaintOf('')).found, /no such file: ""/)
})

test('a file that is named twice is taken once, whatever it is called', async () => {
  const dump = file(DEBUG2, 'twice/a.txt')
  const link = path.join(home, 'link.txt')
  fs.symlinkSync(dump, link)
  const { names, remarks } = await opened(dump, path.join(home, 'twice'), link)
  assert.deepEqual(names, [dump])
  assert.equal(remarks.match(/is named twice: taken once\n/g)?.length, 2)
  assert.deepEqual((await opened(dump, file(DEBUG2))).kinds, ['dump', 'dump'])
})

test('a folder without permission is an error', async t => {
  if (process.getuid?.() === 0) return t.skip('root may read every folder')
  const folder = path.dirname(file(DEBUG2, 'locked/a.txt'))
  fs.chmodSync(folder, 0)
  const { found, remedy } = await complaintOf(folder)
  fs.chmodSync(folder, 0o700)
  assert.match(found, /EACCES/)
  assert.match(remedy, /may read/)
})
