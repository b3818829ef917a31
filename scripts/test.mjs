/**
 * `npm test`: installs what is missing, builds, checks the sources, runs every test file and closes with
 * `N passed, N failed, N skipped`. The build and the check count as one test each: a red one must not hide behind
 * green tests.
 *
 *   node scripts/test.mjs             everything
 *   node scripts/test.mjs dump v2     only the test files with one of these words in their path, no check
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ensureInstalled, ROOT } from './install.mjs'

/** The machines that this must run on have two cores. */
const CONCURRENCY = 2
/** A single test that takes longer hangs: the slowest, which starts a real server, needs less than a fifth of it. */
const TEST_TIMEOUT_MS = 300_000

const SUMMARY = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m

function testFiles(words) {
  const folders = ['packages/core/test', 'packages/cli/test', 'examples'].filter(folder =>
    existsSync(join(ROOT, folder)),
  )
  const files = folders.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true }).map(f => join(folder, f)),
  )
  const tests = files.filter(file => /\.test\.(ts|mjs)$/.test(file) && !/node_modules|testdata/.test(file)).sort()
  return words.length === 0 ? tests : tests.filter(file => words.some(word => file.includes(word)))
}

/** Says at the top what the tests will find, so that a skipped one is no surprise at the end. */
function printTools() {
  const find = names => names.flatMap(name => (process.env.PATH ?? '').split(delimiter).map(dir => join(dir, name)))
  const found = names => find(names).find(file => existsSync(file) && statSync(file).isFile()) ?? 'not found'
  const required = process.env.UNHANG_REQUIRE ? `, UNHANG_REQUIRE=${process.env.UNHANG_REQUIRE}` : ''
  console.log(`node ${process.version}${required}`)
  console.log(`go: ${found(['go', 'go.exe'])}`)
  console.log(`chromium: ${found(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'])}`)
}

function runScript(name) {
  return spawnSync(process.execPath, [join(ROOT, 'scripts', name)], { cwd: ROOT, stdio: 'inherit' }).status === 0
}

/** Runs the files in node:test and resolves to its three counts; all it prints goes through as it comes. */
function runTests(files) {
  const flags = ['--conditions=unhang-source', '--import', 'tsx', '--test', `--test-concurrency=${CONCURRENCY}`]
  flags.push(`--test-timeout=${TEST_TIMEOUT_MS}`, '--test-reporter', './scripts/test-reporter.mjs')
  const child = spawn(process.execPath, [...flags, ...files], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  let tail = ''
  child.stdout.on('data', chunk => {
    tail = (tail + chunk).slice(-4096)
    // The closing line is printed at the very end, with the build and the check in it.
    process.stdout.write(chunk.toString().replace(SUMMARY, ''))
  })
  return new Promise(resolve => {
    child.on('close', code => {
      const [passed, failed, skipped] = (SUMMARY.exec(tail) ?? [0, 0, 0, 0]).slice(1).map(Number)
      // A runner that failed without a failed test (it crashed, it saw no file) is a failure all the same.
      resolve({ passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped })
    })
  })
}

const words = process.argv.slice(2)
printTools()
ensureInstalled()
console.log('')
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
