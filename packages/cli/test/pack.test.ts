/**
 * What people get from npm: each package is packed, installed into an empty folder outside of the checkout, and used
 * there as its README says. Uses what `npm run build` has built.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const TRACE = join(ROOT, 'testdata/captures/go1.26.8/server-caught/server.trace')
/** Goroutines of that trace, as Go's own reader counts them. */
const { goroutines: GOROUTINES } = JSON.parse(readFileSync(join(TRACE, '../server.oracle.json'), 'utf8'))

const BUNDLED = ['commander', 'open', 'picocolors', 'pprof-format', 'preact', '@preact/signals', '@viz-js/viz']

const work = mkdtempSync(join(tmpdir(), 'unhang-pack-'))
const folders = {
  tarballs: join(work, 'tarballs'),
  cli: join(work, 'cli-alone'),
  core: join(work, 'core-alone'),
  both: join(work, 'both'),
}
let tarballs: { readonly cli: string; readonly core: string }

before(() => {
  for (const folder of Object.values(folders)) mkdirSync(folder)
  for (const name of ['core', 'cli']) {
    const built = join(ROOT, 'packages', name, 'dist')
    assert.ok(existsSync(built), `${built} is missing: npm run build comes first`)
  }
  tarballs = { cli: pack(join(ROOT, 'packages/cli')), core: pack(join(ROOT, 'packages/core')) }
  install(folders.cli, ['--offline', tarballs.cli])
  installWithDependencies(folders.core, [tarballs.core])
  installWithDependencies(folders.both, [tarballs.core, tarballs.cli])
})
after(() => rmSync(work, { recursive: true, force: true }))

test('the tarballs hold what they should and nothing of this machine', () => {
  const cli = filesOf(tarballs.cli)
  for (const file of ['LICENSE', 'bin/unhang.js', 'dist/main.js', 'dist/THIRD-PARTY.txt', 'dist/demo/go-lock/go.mod'])
    assert.ok(cli.includes(file), `${file} is missing: ${cli.join(' ')}`)
  const page = cli.filter(file => file.startsWith('dist/page/'))
  assert.deepEqual(
    page.sort(),
    ['graph.js', 'index.html', 'page.css', 'page.js', 'report.css', 'report.js', 'worker.js'].map(
      file => `dist/page/${file}`,
    ),
  )
  const grammar = cli.filter(file => file.endsWith('.wasm'))
  assert.deepEqual(grammar.sort(), ['dist/wasm/tree-sitter-go.wasm', 'dist/wasm/web-tree-sitter.wasm'])
  const core = filesOf(tarballs.core)
  for (const file of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/trace/tables.d.ts'])
    assert.ok(core.includes(file), `${file} is missing: ${core.join(' ')}`)
  if (existsSync(join(ROOT, 'README.md'))) assert.ok(cli.includes('README.md'))
  for (const file of [...cli, ...core]) assert.doesNotMatch(file, /node_modules|\.test\.|(^|\/)src\//)
  for (const name of ['unhang', '@unhang/core']) assertNoPathOf(ROOT, join(folders.both, 'node_modules', name))
})

test('unhang alone needs no other package', () => {
  assert.deepEqual(packagesIn(folders.cli), ['unhang'])
  const licences = readFileSync(join(folders.cli, 'node_modules/unhang/dist/THIRD-PARTY.txt'), 'utf8')
  for (const name of [...BUNDLED, 'tree-sitter-go', 'web-tree-sitter'])
    assert.match(licences, new RegExp(`^${name} \\d`, 'm'))
  assertUnhangRuns(folders.cli)
})

test('unhang from the package parses Go source', () => {
  const source = join(folders.cli, 'node_modules/unhang/dist/demo/go-lock')
  const { stdout } = run(
    join(folders.cli, 'node_modules/.bin/unhang'),
    ['diagnose', TRACE, '--src', source],
    folders.cli,
  )
  assert.match(stdout, /locked in line \d+, the return in line \d+ leaves/)
})

test('the page needs nothing that is not in the package', () => {
  const folder = join(folders.cli, 'node_modules/unhang/dist/page')
  const [html, style, ...scripts] = ['index.html', 'page.css', 'page.js', 'worker.js', 'graph.js'].map(file =>
    readFileSync(join(folder, file), 'utf8'),
  )
  const named = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(match => match[1])
  assert.deepEqual(named.filter(name => !name.startsWith('data:')).sort(), ['page.css', 'page.js'])
  assert.doesNotMatch(style, /url\((?!["']?data:)|@import/)
  for (const text of [html, style, ...scripts]) assert.doesNotMatch(text, /sourceMappingURL|\bimport\(|file:\/\//)
  // Under a policy that allows no text to become code.
  for (const text of scripts) assert.doesNotMatch(text, /\beval\(|new Function\(/)
})

test('unhang view from the package serves the page that was packed', async () => {
  const unhang = join(folders.cli, 'node_modules/unhang/bin/unhang.js')
  const child = spawn(process.execPath, [unhang, 'view', '--no-open', '--port', '0', TRACE], { cwd: folders.cli })
  try {
    const [address] = await once(child.stdout, 'data')
    const url = String(address).trim()
    for (const [path, file] of Object.entries({ '': 'index.html', 'page.js': 'page.js', 'worker.js': 'worker.js' })) {
      const served = await (await fetch(url + path)).text()
      assert.equal(served, readFileSync(join(folders.cli, 'node_modules/unhang/dist/page', file), 'utf8'))
    }
    assert.deepEqual(Buffer.from(await (await fetch(`${url}captures/0`)).arrayBuffer()), readFileSync(TRACE))
  } finally {
    child.kill('SIGKILL')
  }
})

test('@unhang/core alone reads a trace', () => {
  assert.deepEqual(packagesIn(folders.core), ['@unhang/core', 'pprof-format'])
  assertCoreRuns(folders.core)
})

test('both together', () => {
  assert.deepEqual(packagesIn(folders.both), ['@unhang/core', 'pprof-format', 'unhang'])
  assertUnhangRuns(folders.both)
  assertCoreRuns(folders.both)
})

for (const [setting, options] of Object.entries({
  'Node.js': { module: 'NodeNext', types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
  'a browser with a bundler': { module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2023', 'DOM'], types: [] },
  neither: { module: 'NodeNext', lib: ['ES2023'], types: [] },
})) {
  test(`the types of @unhang/core hold in ${setting}`, () => {
    const folder = join(folders.core, `types-${setting.replaceAll(/\W+/g, '-')}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
    const compilerOptions = { target: 'ES2022', strict: true, noEmit: true, skipLibCheck: false, ...options }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const { stdout } = run(process.execPath, [tsc, '-p', folder], folder)
    assert.equal(stdout, '')
  })
}

/** The second half fails to compile where the types came out as `any`. */
const CONSUMER = `import { FormatError, readTrace, type Trace } from '@unhang/core'

const trace: Trace = readTrace(new Uint8Array(0))
export const count: number = trace.goroutines.length
export const isFormatError = (error: unknown): error is FormatError => error instanceof FormatError
// @ts-expect-error
export const wrong: string = trace.durationNs
// @ts-expect-error
trace.spans.length = 3
`

test('@unhang/core bundles for a browser and runs without Node.js', async () => {
  const { errors, warnings, outputFiles } = await build({
    stdin: {
      contents: `import { readTrace } from '@unhang/core'; result = readTrace(bytes).goroutines.length`,
      resolveDir: folders.core,
    },
    bundle: true,
    // A module of Node.js is an error on this platform.
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'silent',
  })
  assert.deepEqual([errors, warnings], [[], []])
  const code = outputFiles[0].text
  assert.doesNotMatch(code, /['"]node:/)
  // What all browsers have and the language has not; no Buffer, no process.
  const context = {
    TextDecoder,
    TextEncoder,
    DecompressionStream,
    bytes: new Uint8Array(readFileSync(TRACE)),
    result: 0,
  }
  vm.runInNewContext(code, context)
  assert.equal(context.result, GOROUTINES)
})

/** Whoever packs must not tell the world where. */
function assertNoPathOf(path: string, folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    assert.ok(!readFileSync(file).includes(path), `${file} holds ${path}`)
  }
}

function assertUnhangRuns(folder: string): void {
  const unhang = join(folder, 'node_modules/.bin/unhang')
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/unhang/package.json'), 'utf8'))
  assert.deepEqual(run(unhang, ['--version'], folder), { status: 0, stdout: `${version}\n`, stderr: '' })
  const { status, stdout } = run(unhang, ['diagnose', TRACE, '--json'], folder)
  const diagnosis = JSON.parse(stdout)
  assert.equal(diagnosis.verdict, 'hang')
  assert.equal(diagnosis.findings[0].site.function, 'main.(*server).AcquireLock')
  assert.equal(status, 1)
}

function assertCoreRuns(folder: string): void {
  const script = `import { readTrace } from '@unhang/core'
    import { readFileSync } from 'node:fs'
    console.log(readTrace(readFileSync(process.argv[1])).goroutines.length)`
  const result = run(process.execPath, ['--input-type=module', '-e', script, TRACE], folder)
  assert.deepEqual(result, { status: 0, stdout: `${GOROUTINES}\n`, stderr: '' })
}

/** Packs a package and returns the tarball's path. */
function pack(folder: string): string {
  const into = mkdtempSync(join(folders.tarballs, 'pack-'))
  npm(['pack', folder, '--pack-destination', into], into)
  const [file] = readdirSync(into)
  assert.ok(file, `npm pack wrote nothing for ${folder}`)
  return join(into, file)
}

function filesOf(tarball: string): string[] {
  const { stdout } = run('tar', ['-tzf', tarball], work)
  return stdout.split('\n').flatMap(line => (line.startsWith('package/') ? [line.slice('package/'.length)] : []))
}

function install(folder: string, args: readonly string[]): void {
  npm(['install', '--no-package-lock', ...args], folder)
}

/**
 * Installs from the registry (or npm's cache) what the tarballs depend on; where that is out of reach, from the copy
 * in this checkout, and says so.
 */
function installWithDependencies(folder: string, files: readonly string[]): void {
  try {
    install(folder, ['--prefer-offline', '--fetch-retries=0', '--fetch-timeout=20000', ...files])
  } catch (error) {
    if (
      !/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENOTCACHED|ENETUNREACH|ERR_SOCKET|request to .* failed/.test(String(error))
    )
      throw error
    console.log('the npm registry is out of reach: pprof-format comes from this checkout')
    install(folder, ['--offline', pack(join(ROOT, 'node_modules/pprof-format')), ...files])
  }
}

/** Names of the packages installed in a folder. */
function packagesIn(folder: string): string[] {
  const modules = join(folder, 'node_modules')
  const names = readdirSync(modules).filter(name => !name.startsWith('.'))
  const all = names.flatMap(name =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map(inner => `${name}/${inner}`) : [name],
  )
  return all.sort()
}

function npm(args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = run('npm', [...args, '--no-fund', '--no-audit', '--ignore-scripts'], cwd)
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: exit status ${status}\n${stdout}${stderr}`)
}

function run(program: string, args: readonly string[], cwd: string) {
  // The npm that runs these tests says where it is by its environment: the one inside is elsewhere. How the registry
  // is reached (its address, certificates) holds for both.
  const outer = /^npm_(?!config_)|^npm_config_.*(prefix|workspace)|^NODE_(OPTIONS|TEST_CONTEXT)$/i
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)))
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  if (error) throw error
  return { status, stdout, stderr }
}
