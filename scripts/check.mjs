/**
 * All that can be said about the sources without running them, one line a step: format and lint (biome), types (tsc),
 * direction of imports, classes of style sheets, size of files. What a step complains of stands under its line.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, ROOT } from './install.mjs'

/** A file that no longer fits into a reader's head. Half of the files of the code we learned from are under 200. */
const MAX_LINES = 400

const node = process.execPath
const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')

const STEPS = [
  ['format and lint', () => run(node, [biome, 'check', '--error-on-warnings', '.'])],
  ['types: core', () => run(node, [tsc, '-p', 'packages/core/tsconfig.json'])],
  ['types: core with its tests', () => run(node, [tsc, '-p', 'packages/core/tsconfig.test.json'])],
  ['types: cli', () => run(node, [tsc, '-p', 'packages/cli/tsconfig.json'])],
  ['types: ui', () => run(node, [tsc, '-p', 'packages/ui/tsconfig.json'])],
  ['types: ui with its tests', () => run(node, [tsc, '-p', 'packages/ui/tsconfig.test.json'])],
  ['direction of imports', () => run(node, ['scripts/check-imports.mjs'])],
  ['classes of style sheets', () => run(node, ['scripts/check-styles.mjs'])],
  [`files of at most ${MAX_LINES} lines`, checkSizes],
]

function run(command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.stderr.on('data', chunk => chunks.push(chunk))
    child.on('error', error => resolve({ passed: false, output: error.message }))
    child.on('close', code => resolve({ passed: code === 0, output: Buffer.concat(chunks).toString() }))
  })
}

async function checkSizes() {
  const sources = ['core', 'cli', 'ui'].flatMap(name => filesUnder(join('packages', name, 'src')))
  const sizes = [...sources, ...filesUnder('scripts')].map(file => [countLines(file), file])
  const long = sizes.filter(([lines]) => lines > MAX_LINES).sort((a, b) => b[0] - a[0])
  const output = long.map(([lines, file]) => `${file}: ${lines} lines. Which second reason to exist does it have?`)
  if (sources.length === 0) output.push('no source files were seen')
  return { passed: output.length === 0, output: output.join('\n') }
}

function filesUnder(folder) {
  const inside = readdirSync(join(ROOT, folder), { recursive: true }).map(String)
  return inside.filter(file => /\.(tsx?|mjs|js|css)$/.test(file)).map(file => join(folder, file))
}

function countLines(file) {
  return readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1
}

ensureInstalled()
let failed = 0
// One after the other: biome and tsc take all cores by themselves.
for (const [name, step] of STEPS) {
  const startMs = performance.now()
  const { passed, output } = await step()
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  console.log(`${passed ? 'ok  ' : 'FAIL'}  ${name.padEnd(28)} ${seconds} s`)
  if (!passed) console.log(output.trimEnd().replace(/^/gm, '      '))
  if (!passed) failed++
}
process.exitCode = failed === 0 ? 0 : 1
