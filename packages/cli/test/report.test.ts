/** `unhang report`: what goes in comes out, the answer is that of `diagnose`, it is small, and no text in it is markup. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { isGzip } from '@unhang/core'
import { runDiagnose } from '../src/commands/diagnose.ts'
import { parseCommandLine } from '../src/commands/program.ts'
import { runReport } from '../src/commands/report.ts'
import { Complaint } from '../src/complaint.ts'
import { createOutput } from '../src/print/output.ts'
import { capturePart } from '../src/report/pieces.ts'
import { readReportFiles } from '../src/server/page.ts'
import { knownOf, type Parted, parted, plain } from './report-parts.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CAPTURES = path.join(ROOT, 'testdata/captures')
const SICK = path.join(CAPTURES, 'go1.26.8/server-caught')
const SOURCE = path.join(ROOT, 'examples/go-lock')
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-report-'))
after(() => fs.rmSync(home, { recursive: true, force: true }))

/** Runs a command line of `report` or `diagnose`. */
async function run(args: readonly string[]) {
  const parsed = parseCommandLine(args, '1.2.3')
  assert.ok('plan' in parsed, 'exitCode' in parsed ? parsed.stderr : '')
  let stdout = ''
  let stderr = ''
  const streams = [
    { write: (text: string) => (stdout += text) },
    { write: (text: string) => (stderr += text) },
  ] as const
  const output = createOutput(parsed.plan, ...streams, {})
  if (parsed.plan.command === 'diagnose') await runDiagnose(parsed.plan, output, '1.2.3')
  else if (parsed.plan.command === 'report') assert.equal(await runReport(parsed.plan, output, '1.2.3'), 0)
  return { stdout, stderr }
}

let files = 0

async function report(args: readonly string[]) {
  const file = path.join(home, `${files++}.html`)
  const { stderr } = await run(['report', ...args, '-o', file])
  const html = fs.readFileSync(file, 'utf8')
  assert.deepEqual(
    fs.readdirSync(home).filter(name => name.startsWith('.')),
    [],
    'nothing is left beside it',
  )
  return { html, file, stderr, ...parted(html) }
}

const without = (html: string) => html.replace(/\s+/g, ' ')

describe('a report', () => {
  it('holds each capture byte for byte, and says of them what diagnose says, with source', async () => {
    const made = await report([SICK, '--src', SOURCE, '--title', 'INC-12'])
    const known = knownOf(made)
    assert.equal(known.files.length, 5)
    for (const [i, { name }] of known.files.entries()) {
      const there = fs.readFileSync(path.join(SICK, name))
      const part = made.parts.get(`capture/${i}`)!
      // What is gzipped already is not gzipped again.
      if (isGzip(there)) assert.deepEqual(part, there)
      else assert.deepEqual(gunzipSync(part), there)
    }
    const { stdout } = await run(['diagnose', SICK, '--src', SOURCE, '--json'])
    assert.deepEqual(known.diagnosis, JSON.parse(stdout.replaceAll(`${SICK}/`, '')))
    assert.equal(known.hasSource, true)
    assert.equal(known.title, 'INC-12')
    const hot = known.sources.find(
      (one: { line: number; file: string }) => one.line === 41 && /main\.go$/.test(one.file),
    )
    assert.deepEqual(hot.lines[2], { line: 41, text: '\tmu.Lock()' })
    const names = [...made.parts.keys()]
    assert.deepEqual(names.slice(0, names.indexOf('report.json')), ['page.js', 'page.css', 'worker.js', 'graph.js'])
    const page = readReportFiles()
    for (const [name, bytes] of page.page) assert.deepEqual(plain(made, name), Buffer.from(bytes))
  })

  it('tells the answer without any script', async () => {
    const { head, html } = await report([SICK, '--src', SOURCE])
    const { stdout } = await run(['diagnose', SICK, '--src', SOURCE])
    const pre = /<pre>([\s\S]*?)<\/pre>/.exec(head)?.[1] ?? ''
    assert.equal(without(unescaped(pre)), without(stdout))
    assert.match(head, /<title>hang: server\.trace · unhang<\/title>/)
    assert.match(
      head,
      /<meta name="description" content="HANG 10 goroutines wait for a lock that nobody is left to release">/,
    )
    assert.match(html, /<noscript>/)
  })

  it('runs its own two scripts and nothing else, and fetches nothing', async () => {
    const made = await report([SICK])
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(made.head) ?? []
    const boot = /<script>([\s\S]*?)<\/script>/.exec(made.head)?.[1] ?? ''
    const style = /<style>([\s\S]*?)<\/style>/.exec(made.head)?.[1] ?? ''
    const hash = (text: string | Buffer) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      `script-src ${hash(boot)} ${hash(plain(made, 'page.js'))} 'wasm-unsafe-eval'`,
      `style-src ${hash(style)} ${hash(plain(made, 'page.css'))}`,
      'worker-src blob:',
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    assert.equal(made.head.match(/<script/g)?.length, 1)
  })

  for (const version of fs.readdirSync(CAPTURES).filter(name => name.startsWith('go')))
    for (const scene of fs.readdirSync(path.join(CAPTURES, version)))
      it(`is small: ${version} ${scene}`, async () => {
        const folder = path.join(CAPTURES, version, scene)
        const made = await report([folder])
        let gzipped = 0
        for (const { name } of knownOf(made).files) gzipped += sizeGzipped(fs.readFileSync(path.join(folder, name)))
        const size = fs.statSync(made.file).size
        assert.ok(size <= 1.5 * gzipped + 1e6, `${size} bytes for ${gzipped} bytes of gzipped captures`)
      })

  it('stays within eight sevenths of the gzipped capture, beside what is the same in each report', async () => {
    const small = path.join(home, 'small.txt')
    fs.writeFileSync(small, DUMP)
    const { html: least } = await report([small])
    const large = path.join(home, 'large.txt')
    fs.writeFileSync(
      large,
      Array.from({ length: 60_000 }, (_, i) => goroutine(i + 7, (i * 2654435761) >>> 0)).join('\n'),
    )
    const made = await report([large])
    const gzipped = sizeGzipped(fs.readFileSync(large))
    assert.ok(gzipped > 4e5, 'it is of some size')
    const more = Buffer.byteLength(made.html) - Buffer.byteLength(least)
    assert.ok(more <= gzipped * (8 / 7) * 1.02 + 20_000, `${more} more for ${gzipped}`)
  })

  it('packs a trace as it is, and well', async () => {
    const life = fs.readFileSync(path.join(SICK, 'server.trace'))
    const bytes = new Uint8Array(5 << 20)
    for (let at = 0; at < bytes.length; at += 64)
      bytes.set(life.subarray((at * 31) % 20_000, ((at * 31) % 20_000) + 64), at)
    bytes.set(life.subarray(0, 16))
    const pieces: Uint8Array[] = []
    for await (const piece of capturePart('capture/0', { bytes }, 'made up')) pieces.push(piece)
    const html = `${Buffer.concat(pieces)}</body>\n</html>\n`
    const packed = parted(html).parts.get('capture/0')!
    assert.deepEqual(gunzipSync(packed), Buffer.from(bytes))
    assert.ok(packed.length <= 1.15 * sizeGzipped(bytes), `${packed.length} for ${sizeGzipped(bytes)}`)
  })

  it('makes no markup of names, titles and texts of captures', async () => {
    const hostile = [
      `<img src=x onerror=alert(1)>.txt`,
      `--><script>alert(2)<script>.txt`,
      `"onload="alert(3).txt`,
      `&lt;b&gt;.txt`,
    ]
    for (const name of hostile) fs.writeFileSync(path.join(home, name), EVIL)
    const made = await report([
      ...hostile.map(name => path.join(home, name)),
      '--title',
      `</title><script>alert(4)</script>"'&<!--`,
    ])
    const known = knownOf(made)
    assert.deepEqual(
      known.files.map((file: { name: string }) => file.name),
      hostile.map(name => name.split('/').at(-1)),
    )
    assert.equal(known.title, `</title><script>alert(4)</script>"'&<!--`)
    const { boot, style } = readReportFiles()
    const own = made.head
      .replace(Buffer.from(boot).toString().trimEnd(), '')
      .replace(Buffer.from(style).toString().trimEnd(), '')
    const tags = own.match(/<\/?[a-z!][^\s>]*/gi)
    assert.deepEqual(tags, [
      '<!doctype', '<html', '<head', '<meta', '<meta', '<meta', '<meta', '<meta', '<meta', '<meta', '<title', '</title', '<link',
      '<style', '</style', '</head', '<body', '<div', '<main', '<h1', '</h1', '<p', '<noscript', '</noscript', '</p', '<pre',
      '</pre', '</main', '</div', '<script', '</script',
    ]) // biome-ignore format: one line
    assert.doesNotMatch(own, /<[^>]* on\w+=/)
    assert.match(own, /script&gt;&lt;!--/)
  })

  it('goes to standard output', async () => {
    const { stdout, stderr } = await run(['report', SICK, '-o', '-'])
    const made: Parted = parted(stdout)
    assert.equal(knownOf(made).diagnosis.verdict, 'hang')
    assert.equal(stderr, '')
  })

  it('tells as JSON what it wrote', async () => {
    const file = path.join(home, 'told.html')
    const { stdout } = await run(['report', SICK, '-o', file, '--json'])
    const told = JSON.parse(stdout)
    assert.equal(told.schema, 'unhang.report/1')
    assert.equal(told.byteLength, fs.statSync(file).size)
    assert.equal(told.verdict, 'hang')
    assert.equal(told.captures.length, 5)
  })

  it('leaves out what is no capture with a word, and keeps that word', async () => {
    const other = path.join(home, 'notes.txt')
    fs.writeFileSync(other, 'It hung again tonight.\n')
    const made = await report([other, path.join(SICK, 'server.trace')])
    assert.match(made.stderr, /passed over: notes\.txt|notes\.txt/)
    const known = knownOf(made)
    assert.equal(known.files.length, 1)
    assert.match(known.remarks.join('\n'), /notes\.txt/)
  })

  it('holds no folder and no host of whoever wrote it', async () => {
    const alice = path.join(home, 'home/alice, (old)')
    const incident = path.join(alice, 'unhang-prod-7')
    fs.cpSync(SICK, incident, { recursive: true })
    fs.writeFileSync(
      path.join(alice, 'server.trace'),
      fs.readFileSync(path.join(SICK, 'server.trace')).subarray(0, 9000),
    )
    fs.writeFileSync(path.join(alice, 'notes.txt'), 'nothing to see\n')
    fs.symlinkSync(path.join(home, 'alice/gone/away.trace'), path.join(alice, 'link.trace'))
    const own = ['server.trace', 'notes.txt', 'link.trace', 'unhang-prod-7/server.trace'].map(name =>
      path.join(alice, name),
    )
    const server = http.createServer((_, response) => response.end(fs.readFileSync(path.join(SICK, 'server.trace'))))
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const urls = [`http://127.0.0.1:${port}/night/server.trace?seconds=5`, 'http://127.0.0.1:1/gone.trace']
    const made = await report([incident, ...own, path.relative(process.cwd(), own[1]), ...urls])
    server.close()
    const { parts, head } = made
    const page = readReportFiles().page
    const texts = [...parts.keys()].filter(name => !page.has(name)).map(name => plain(made, name).toString('latin1'))
    const leak = new RegExp(`alice|prod-7|127\\.0\\.0\\.1|${home}|${os.homedir()}/`)
    for (const text of [head, ...texts]) assert.doesNotMatch(text, leak)
    const known = knownOf(made)
    assert.deepEqual(
      known.files.map(({ name }: { name: string }) => name).filter((name: string) => /trace/.test(name)),
      ['server.trace', 'server.trace (2)', 'server.trace (3)'],
    )
    assert.deepEqual(known.remarks, [
      'server.trace is named twice: taken once',
      'notes.txt is named twice: taken once',
      'fetching server.trace (3)',
      'fetching gone.trace',
      'passed over: notes.txt: text without a goroutine in it, beginning with "nothing to see"',
      'passed over: link.trace, a link to away.trace, where there is no file',
      'passed over: connection refused on the server',
    ])
    assert.match(made.stderr, /alice/, 'whoever writes it is told where')
  })

  it('says that a file is cut, as its manifest does', async () => {
    const folder = path.join(home, 'cut')
    fs.cpSync(SICK, folder, { recursive: true })
    const manifest = path.join(folder, 'manifest.json')
    const text = JSON.parse(fs.readFileSync(manifest, 'utf8'))
    const dump = text.files.find((file: { name: string }) => file.name === 'goroutines.debug2.txt')
    dump.complete = false
    dump.problem = `${new URL(dump.url).host} went away`
    fs.writeFileSync(manifest, JSON.stringify(text))
    const cut = knownOf(await report([folder])).files.filter((file: { cut?: string }) => file.cut)
    assert.deepEqual(
      cut.map((file: { name: string }) => file.name),
      ['goroutines.debug2.txt'],
    )
    assert.equal(cut[0].cut, 'the server went away')
  })

  it('replaces the one before as a whole, and keeps it where it fails', async () => {
    const file = path.join(home, 'again.html')
    await run(['report', SICK, '-o', file])
    const before = fs.readFileSync(file)
    await assert.rejects(run(['report', path.join(home, 'nothing.trace'), '-o', file]), Complaint)
    assert.deepEqual(fs.readFileSync(file), before)
    fs.symlinkSync(file, path.join(home, 'link.html'))
    await run(['report', path.join(SICK, 'server.trace'), '-o', path.join(home, 'link.html')])
    assert.ok(fs.lstatSync(path.join(home, 'link.html')).isSymbolicLink())
    assert.notDeepEqual(fs.readFileSync(file), before)
  })

  const notes = path.join(home, 'only-notes.txt')
  const kept = fs.mkdtempSync(path.join(home, 'kept-'))
  const only = path.join(kept, 'only.trace')
  fs.copyFileSync(path.join(SICK, 'server.trace'), only)
  const TROUBLES: readonly (readonly [what: string, args: readonly string[], found: RegExp])[] = [
    ['no such file', [path.join(home, 'nothing.trace')], /no such file/],
    ['no capture', [notes], /only-notes\.txt/],
    ['a live server', ['localhost:6060'], /a server: localhost:6060/],
    ['no folder to write into', [SICK, '-o', path.join(home, 'no/where/r.html')], /no such folder/],
    ['a folder to write over', [SICK, '-o', home], /is a folder/],
    ['the capture itself to write over', [only, '-o', only], /only\.trace, which is read itself/],
    ['a capture in the folder that is read', [kept, '-o', only], /only\.trace, which is read itself/],
    ['no source where --src says', [SICK, '--src', path.join(home, 'nowhere')], /nowhere/],
  ]
  for (const [what, args, found] of TROUBLES)
    it(`complains in three lines: ${what}`, async () => {
      fs.writeFileSync(notes, 'nothing to see\n')
      const to = args.includes('-o') ? [] : ['-o', path.join(home, 'trouble.html')]
      const complained = await run(['report', ...args, ...to]).then(
        () => undefined,
        error => error,
      )
      assert.ok(complained instanceof Complaint, String(complained))
      assert.match(complained.found, found)
      assert.equal(fs.existsSync(path.join(home, 'trouble.html')), false)
    })
})

const unescaped = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name as 'amp'],
  )

const sizeGzipped = (bytes: Uint8Array) => (isGzip(bytes) ? bytes.length : gzipSync(bytes, { level: 9 }).length)

const goroutine = (id: number, salt: number) => `goroutine ${id} [chan receive, 3 minutes]:
main.worker(0x${salt.toString(16)}, 0x${((salt ^ 0x9e3779b9) >>> 0).toString(16)})
\t/app/worker.go:26 +0x1d
created by main.main in goroutine 1
\t/app/main.go:12 +0x25
`
const DUMP = goroutine(7, 1)
const EVIL = `goroutine 7 [sync.Mutex.Lock, 9 minutes]:
sync.(*Mutex).Lock(...)
\t/usr/local/go/src/sync/mutex.go:90
main.evil</script><script>alert(5)</script><!--(0xc000012345)
\t/app/</script>.go:26 +0x1d
created by main.main in goroutine 1
\t/app/main.go:12 +0x25
`
