/**
 * `npm test`: installs what is missing, builds, checks the sources, runs every test file and closes with
 * `N passed, N failed, N skipped`. The build and the check count as one test each: a red one must not hide behind
 * green tests.
 *
 *   node scripts/test.mjs             everything
 *   node scripts/test.mjs dump v2     only the test files with one of these words in their name, no check
 */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureInstalled, ROOT } from './install.mjs'

/** The machines that this must run on have two cores. */
const CONCURRENCY = 2
/** A file of tests that takes longer hangs: the slowest needs less than a fifth of it on an idle machine. */
const FILE_TIMEOUT_MS = 600_000

const FOLDERS = ['packages/core/test', 'packages/cli/test', 'packages/ui/test', 'scripts/test', 'bench/test']

/** The test files with one of the words in their name; all of them without a word. */
function testFiles(words) {
  const inside = folder => readdirSync(join(ROOT, folder), { recursive: true }).map(file => join(folder, String(file)))
  const tests = FOLDERS.flatMap(inside).filter(file => /\.test\.(ts|mjs)$/.test(file))
  return tests.filter(file => words.length === 0 || words.some(word => basename(file).includes(word)))
}

/** Says at the top what the tests will find, so that a skipped one is no surprise at the end. */
async function printTools() {
  const { tsImport } = await import('tsx/esm/api')
  const { findTool } = await tsImport('../packages/core/test/require-tool.ts', import.meta.url)
  const required = process.env.UNHANG_REQUIRE ? `, UNHANG_REQUIRE=${process.env.UNHANG_REQUIRE}` : ''
  console.log(`node ${process.version}${required}`)
  for (const tool of ['go', 'chromium']) console.log(`${tool}: ${findTool(tool) ?? 'not found'}`)
  console.log('')
}

function runScript(name) {
  return spawnSync(process.execPath, [join(ROOT, 'scripts', name)], { cwd: ROOT, stdio: 'inherit' }).status === 0
}

/** Runs the files in node:test and resolves to its three counts, which the reporter sends. */
function runTests(files) {
  const flags = ['--conditions=unhang-source', '--import', 'tsx', '--test', `--test-concurrency=${CONCURRENCY}`]
  flags.push(`--test-timeout=${FILE_TIMEOUT_MS}`, '--test-reporter', './scripts/test-reporter.mjs')
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc']
  const child = spawn(process.execPath, [...flags, ...files], { cwd: ROOT, stdio })
  let counts = { passed: 0, failed: 0, skipped: 0 }
  child.on('message', message => {
    counts = message
  })
  return new Promise(resolve => {
    child.on('close', code => {
      // A runner that failed without a failed test (it crashed, it saw no file) is a failure all the same.
      resolve(code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)
    })
  })
}

const words = process.argv.slice(2)
ensureInstalled()
await printTools()
const steps = words.length === 0 ? ['build.mjs', 'check.mjs'] : ['build.mjs']
const broken = steps.filter(step => !runScript(step))
console.log('')
const files = testFiles(words)
if (files.length === 0) console.error('no test file was found')
const counts = files.length === 0 ? { passed: 0, failed: 1, skipped: 0 } : await runTests(files)
for (const step of broken) console.error(`FAIL  scripts/${step}: see above`)
const passed = counts.passed + steps.length - broken.length
const failed = counts.failed + broken.length
console.log(`${passed} passed, ${failed} failed, ${counts.skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
