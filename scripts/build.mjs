/**
 * Builds both published packages, one line each:
 *
 *   packages/core/dist   one .js and one .d.ts for each source file (tsc)
 *   packages/cli/dist    main.js and the chunks it loads when a command needs them (esbuild), everything bundled:
 *                        the packed `unhang` needs no other package; dist/demo holds what `unhang demo` runs,
 *                        dist/page what `unhang view` serves: the page, its worker, its style;
 *                        dist/wasm the parser of Go source and its grammar
 *
 * Each is made beside the old one and put in its place when it is whole: a build that fails leaves the old one alone.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative, sep } from 'node:path'
import { ensureInstalled, ROOT } from './install.mjs'

const at = (...path) => join(ROOT, ...path)
const fresh = name => at('.cache', `build-${process.pid}`, name)

function buildCore() {
  const tsc = at('node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', 'packages/core/tsconfig.build.json', '--outDir', fresh('core')]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout.trimEnd())
  install(fresh('core'), at('packages/core/dist'))
}

const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  // Workspaces are bundled from their sources: neither waits for the other's build.
  conditions: ['unhang-source'],
  metafile: true,
  logLevel: 'silent',
}

async function buildCli() {
  const { build } = await import('esbuild')
  const [program, page] = await Promise.all([buildProgram(build), buildPage(build)])
  const packages = new Set([...bundledPackages(program), ...bundledPackages(page), ...copyGrammar(fresh('cli/wasm'))])
  writeFileSync(join(fresh('cli'), 'THIRD-PARTY.txt'), licencesOf([...packages].sort()))
  copyDemo(join(fresh('cli'), 'demo'))
  install(fresh('cli'), at('packages/cli/dist'))
}

async function buildProgram(build) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: { main: 'packages/cli/src/main.ts' },
    outdir: fresh('cli'),
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Whitespace and names stay: a stack trace in a bug report must be readable.
    minifySyntax: true,
    legalComments: 'eof',
    // commander is CommonJS and requires Node.js's own modules, for which an ES module has no `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
  return metafile
}

/**
 * Files with fixed names: `cli/src/server/page.ts` hands them out, and nothing beside them. With `report.js`, its first
 * script, they are what `unhang report` puts into one file.
 */
async function buildPage(build) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: {
      page: 'packages/ui/src/main.tsx',
      worker: 'packages/ui/src/worker/worker.ts',
      report: 'packages/ui/src/report/boot.ts',
      graph: 'packages/ui/src/graph/worker.ts',
    },
    outdir: fresh('cli/page'),
    // One file each: a worker that is no module starts everywhere, also from a disk.
    format: 'iife',
    platform: 'browser',
    // What runs in browsers of the last three years; the page's own code is no newer.
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
  })
  await build({
    ...SHARED,
    entryPoints: { page: 'packages/ui/src/theme.css', report: 'packages/ui/src/report/text.css' },
    outdir: fresh('cli/page'),
    minify: true,
  })
  copyFileSync(at('packages/ui/src/index.html'), join(fresh('cli/page'), 'index.html'))
  return metafile
}

/** As `cli/src/source/grammar.ts` looks for them. Returns the packages' folders. */
function copyGrammar(to) {
  mkdirSync(to)
  return ['web-tree-sitter', 'tree-sitter-go'].map(name => {
    copyFileSync(at('node_modules', name, `${name}.wasm`), join(to, `${name}.wasm`))
    return `node_modules/${name}`
  })
}

/** The experiment's sources and recordings, where `cli/src/demo/places.ts` looks for them outside of a checkout. */
function copyDemo(to) {
  // Sources alone: a binary that somebody built there must not be published.
  const isSource = file => statSync(file).isDirectory() || /\.(go|mod|sum|proto|md)$/.test(file)
  cpSync(at('examples/go-lock'), join(to, 'go-lock'), { recursive: true, filter: isSource })
  cpSync(at('testdata/captures'), join(to, 'captures'), { recursive: true, filter: isShipped })
}

/** Of the recordings, what the demo shows: the newest Go's, without the figures and forms of dumps that add nothing. */
function isShipped(path) {
  const [version, scene, file] = relative(at('testdata/captures'), path).split(sep)
  if (version && version !== newestGo()) return false
  if (scene === 'client-caught') return false
  if (!file) return true
  if (scene === 'client-late' && file.endsWith('.debug2.txt')) return false
  return file === 'manifest.json' || /\.(trace|debug2\.txt|pb\.gz)$/.test(file)
}

const newestGo = () =>
  readdirSync(at('testdata/captures'))
    .filter(name => name.startsWith('go'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)

/** The folders in node_modules of which anything came into the bundle. */
function bundledPackages(metafile) {
  const folders = Object.keys(metafile.inputs).map(
    input => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0],
  )
  return folders.filter(folder => folder !== undefined)
}

/** What the licences of the bundled packages ask for: their text goes along. */
function licencesOf(folders) {
  const texts = folders.map(folder => {
    const { name, version } = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'))
    return `${name} ${version}\n\n${readFileSync(licenceFile(folder, name), 'utf8').trim()}\n`
  })
  return `Packages of others inside this one, with their licences.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** Of a package that names its licence and brings no text of it, the text lies here. */
function licenceFile(folder, name) {
  const file = readdirSync(at(folder)).find(entry => /^licen[cs]e/i.test(entry))
  const own = at('scripts/licences', `${name.replace(/\W+/g, '-').replace(/^-/, '')}.txt`)
  if (file) return at(folder, file)
  if (existsSync(own)) return own
  throw new Error(`${folder} has no licence file: may it be bundled?`)
}

/** Puts a finished folder in the place of the one before. */
function install(from, to) {
  rmSync(to, { recursive: true, force: true })
  renameSync(from, to)
}

/** What npm shows and asks for in each tarball; the core has a README of its own. */
function copyDocuments() {
  for (const name of ['core', 'cli']) copyFileSync(at('LICENSE'), at('packages', name, 'LICENSE'))
  if (existsSync(at('README.md'))) copyFileSync(at('README.md'), at('packages/cli/README.md'))
}

async function step(name, work) {
  const startMs = performance.now()
  try {
    await work()
  } catch (error) {
    console.error(`FAIL  ${name}\n${String(error.message).replace(/^/gm, '      ')}`)
    process.exitCode = 1
    return
  }
  console.error(`built ${name.padEnd(24)} ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
}

ensureInstalled()
mkdirSync(fresh(''), { recursive: true })
await step('packages/core/dist', buildCore)
await step('packages/cli/dist', buildCli)
await step('documents', copyDocuments)
rmSync(fresh(''), { recursive: true, force: true })
