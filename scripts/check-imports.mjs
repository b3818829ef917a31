/**
 * Fails when a file imports against the direction of the data: readers never know analyses, analyses know the tables
 * and never the readers, the two formats of traces never know each other, the core knows nothing of Node.js.
 * Type-only imports count too: a layer that must not know a module must not know its types either.
 *
 * `node scripts/check-imports.mjs [FOLDER]` reads FOLDER/core/src, FOLDER/cli/src … (default: packages).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the time went: what all of its questions share. */
const spent = (...files) => files.map(file => `core/spent/${file}`)

/** What the parts of the timeline share: its model, and what is made of a trace once. */
const TIMELINE = [
  'core/base',
  'core/trace/tables',
  'core/trace/lookup',
  'core/analysis',
  ...spent('entries', 'scope', 'stays'),
  ...['model', 'timeline', 'texts', 'tracks', 'wakes', 'waits', 'moments', 'ticks'].map(
    file => `core/timeline/${file}`,
  ),
]

/** What an analysis reads: tables, whoever made them. */
const ANALYSED = ['core/base', 'core/trace/tables', 'core/dump/tables', 'core/profile/tables']

const analysis = (...parts) => parts.map(part => `core/analysis/${part}`)

/**
 * What each layer may import beside itself. A path names a file or a whole folder; the longest that fits a file is
 * its layer. A new file that fits none must be given a place here: that is the moment to ask where it belongs.
 */
const LAYERS = {
  'core/base': [],
  'core/trace/v1': ['core/base', 'core/trace/tables', 'core/trace/build', 'core/trace/header', 'core/trace/events'],
  'core/trace/v2': ['core/base', 'core/trace/tables', 'core/trace/build', 'core/trace/header', 'core/trace/events'],
  'core/trace': ['core/base'],
  'core/profile': ['core/base'],
  'core/dump': ['core/base', 'core/profile'],
  'core/analysis': ANALYSED,
  // From what is the case to what it means: each folder of the analysis knows those before it.
  'core/analysis/diagnosis': ['core/base'],
  'core/analysis/scene': [...ANALYSED, 'core/analysis/diagnosis'],
  'core/analysis/reach': [...ANALYSED, ...analysis('diagnosis', 'scene')],
  'core/analysis/holders': [...ANALYSED, ...analysis('diagnosis', 'scene', 'reach')],
  'core/analysis/stranded': [...ANALYSED, ...analysis('diagnosis', 'scene', 'reach', 'holders')],
  'core/analysis/locks': [...ANALYSED, ...analysis('diagnosis', 'scene', 'reach', 'holders', 'stranded')],
  'core/analysis/leaks': [...ANALYSED, ...analysis('diagnosis', 'scene', 'reach', 'stranded')],
  // Where the time went. Each room asks in its own way, over the same stays.
  'core/spent': ['core/base', 'core/trace/tables', 'core/trace/lookup'],
  // Two traces side by side: sums of functions, and where they wait for what.
  'core/spent/diff': [
    ...['core/base', 'core/trace/tables', 'core/analysis/scene', 'core/analysis/diagnosis', 'core/dump/site'],
    ...spent('entries', 'scope', 'stays', 'functions'),
  ],
  'core/spent/profile': ['core/base', 'core/trace/tables', 'core/trace/lookup', ...spent('entries', 'scope', 'stays')],
  // What a wait is called, its stack tells.
  'core/spent/tasks': [
    'core/base',
    'core/trace/tables',
    'core/trace/lookup',
    'core/analysis/scene',
    ...spent('entries', 'scope', 'stays'),
  ],
  'core/timeline': [
    'core/base',
    'core/trace/tables',
    'core/trace/lookup',
    'core/analysis',
    ...spent('entries', 'scope', 'stays'),
  ],
  // Each looks at the model in its own way, and none at another.
  'core/timeline/rows': TIMELINE,
  'core/timeline/scene': TIMELINE,
  'core/timeline/filter': TIMELINE,
  'core/timeline/detail': TIMELINE,
  'core/identify': ['core/base', 'core/trace/header', 'core/dump', 'core/profile'],
  'core/open': ['core/base', 'core/trace', 'core/dump', 'core/profile', 'core/identify'],
  'core/standings': ['core/base', 'core/trace/tables', 'core/analysis', 'core/dump'],
  'core/index': ['core'],
  'cli/print/printable': ['core'],
  'cli/complaint': ['cli/print/printable'],
  'cli/print': ['core', 'cli/complaint', 'cli/inputs/source'],
  'cli/capture': ['core', 'cli/complaint', 'cli/print'],
  'cli/inputs/gofuncs': [],
  'cli/inputs/copies': [],
  'cli/inputs/source': ['core', 'cli/complaint', 'cli/print/printable', 'cli/inputs/gofuncs', 'cli/inputs/copies'],
  // What Go source says about locks; it reads files through the inputs alone.
  'cli/source': ['core', 'cli/inputs/source', 'cli/inputs/gofuncs'],
  'cli/inputs': ['core', 'cli/complaint', 'cli/print', 'cli/capture'],
  'cli/demo': ['core', 'cli/complaint', 'cli/inputs', 'cli/print', 'cli/capture'],
  'cli/watch/settings': [],
  'cli/watch': ['core', 'cli/complaint', 'cli/print', 'cli/capture'],
  // Hands out bytes and lines of source; of the core it takes types alone, and never analyses.
  'cli/server': ['cli/complaint', 'cli/inputs', 'cli/print', 'core'],
  // One HTML file with the page and the captures in it.
  'cli/report': ['core', 'cli/complaint', 'cli/capture', 'cli/inputs', 'cli/print', 'cli/server/page'],
  'cli/commands': [
    'core',
    'cli/complaint',
    'cli/inputs',
    'cli/source',
    'cli/report',
    'cli/print',
    'cli/capture',
    'cli/demo',
    'cli/server',
    'cli/watch',
  ],
  'cli/main': ['cli/complaint', 'cli/commands', 'cli/print'],
  'ui/protocol': ['core'],
  // Everything heavy; the only place of the page that may call the core's readers and analyses.
  'ui/worker': ['core', 'ui/protocol'],
  // Graphviz, in a worker of its own.
  'ui/graph': ['core', 'ui/protocol/graph'],
  'ui/words': ['core'],
  'ui/client': ['core', 'ui/protocol'],
  'ui/state': ['core', 'ui/protocol', 'ui/words'],
  'ui/timeline': ['core', 'ui/protocol', 'ui/words'],
  'ui/widgets': ['core', 'ui/protocol', 'ui/words'],
  // What begins a report, before the page of it is there.
  'ui/report': ['core'],
  'ui/report/parts': [],
  'ui/pages': [
    'core',
    'ui/protocol',
    'ui/words',
    'ui/client',
    'ui/state',
    'ui/timeline',
    'ui/widgets',
    'ui/report/parts',
  ],
  'ui/main': ['ui'],
}

/** Every import statement of a file: biome's format puts `from '…'` on a line that begins with one of these words. */
const IMPORTS =
  /^\s*(?:import|export|\})[^'"\n]*\bfrom\s*['"]([^'"\n]+)['"]|^\s*import\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/gm

const isUnder = (path, layer) => path === layer || path.startsWith(`${layer}/`)

/** 'core/src/trace/v2/read.ts' is the module 'core/trace/v2/read'. */
const moduleOf = path =>
  posix
    .normalize(path)
    .replace('/src/', '/')
    .replace(/(\.d)?\.[mc]?[jt]sx?$/, '')

function layerOf(module) {
  const fitting = Object.keys(LAYERS).filter(layer => isUnder(module, layer))
  return fitting.sort((a, b) => b.length - a.length)[0]
}

/** All that is imported by the text of a file, comments left out. */
export function importsOf(text) {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
  return [...code.matchAll(IMPORTS)].map(match => match[1] ?? match[2] ?? match[3])
}

/** Why `file` ('core/src/open.ts', of `layer`) may not import `specifier`; undefined: it may. */
function faultOf(file, layer, specifier, known) {
  if (specifier.startsWith('.')) {
    const target = moduleOf(posix.join(posix.dirname(file), specifier))
    if (target.split('/')[0] !== file.split('/')[0]) return `reaches into another package: ${specifier}`
    return mayImport(layer, target) ? undefined : `${layer} may not import ${target}`
  }
  if (isBuiltin(specifier)) return isUnder(layer, 'core') ? `${layer} may not import Node.js's ${specifier}` : undefined
  const packageName = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (!known.has(packageName)) return `${packageName} is not a dependency in this package's package.json`
  if (!packageName.startsWith('@unhang/')) return undefined
  if (specifier !== packageName) return `${packageName} has one door, its index: found ${specifier}`
  const target = packageName.slice('@unhang/'.length)
  return mayImport(layer, target) ? undefined : `${layer} may not import ${target}`
}

function mayImport(layer, target) {
  return isUnder(target, layer) || LAYERS[layer].some(allowed => isUnder(target, allowed))
}

/** The packages that a workspace may import: what it declares, and for the core only what its users get too. */
function dependenciesOf(folder, name) {
  const file = join(folder, name, 'package.json')
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const bundled = name === 'cli' || name === 'ui' ? manifest.devDependencies : {}
  return new Set(Object.keys({ ...manifest.dependencies, ...bundled }))
}

function sourcesOf(folder, name) {
  const source = join(folder, name, 'src')
  if (!existsSync(source)) return []
  const inside = readdirSync(source, { recursive: true }).map(String)
  return inside.filter(file => /\.[mc]?[jt]sx?$/.test(file)).map(file => `${name}/src/${file.replaceAll('\\', '/')}`)
}

/** Reads every source under `folder` and returns how many there are and what is wrong, one line each. */
export function checkImports(folder) {
  const names = readdirSync(folder)
  const faults = []
  let fileCount = 0
  for (const name of names) {
    const known = dependenciesOf(folder, name)
    for (const file of sourcesOf(folder, name)) {
      fileCount++
      const layer = layerOf(moduleOf(file))
      if (layer === undefined) {
        faults.push(`${file}: belongs to no layer of scripts/check-imports.mjs`)
        continue
      }
      for (const specifier of importsOf(readFileSync(join(folder, file), 'utf8'))) {
        const fault = faultOf(file, layer, specifier, known)
        if (fault) faults.push(`${file}: ${fault}`)
      }
    }
  }
  // A check that saw nothing has checked nothing.
  if (fileCount === 0) faults.push(`no source files under ${folder}`)
  return { fileCount, faults }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../packages', import.meta.url))
  const { fileCount, faults } = checkImports(folder)
  for (const fault of faults) console.error(fault)
  console.log(`${fileCount} files, ${faults.length} forbidden imports`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
