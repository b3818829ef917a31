/**
 * How `npm test` tells what happened: a line a file, a failure with all its words as soon as it is known, what was
 * skipped and why at the end, and the closing line that machines read. A reporter for node:test.
 */
import { relative } from 'node:path'
import { inspect } from 'node:util'
import { ROOT } from './install.mjs'

const place = file => (file ? relative(ROOT, file) : 'unknown file')

const isMarked = mark => mark !== undefined && mark !== false

/** A test that is still to be made pass (`todo`) counts as skipped as long as it fails. */
const isSkipped = (type, data) => isMarked(data.skip) || (type === 'test:fail' && isMarked(data.todo))

/** A suite (`describe`) only repeats what its tests said. A test with subtests counts, as in node:test's own figures. */
const isSuite = data => data.details?.type === 'suite'

/** node:test reports a file without a test as one test that has the file's name. */
const isEmptyFile = data => data.name === data.file && data.details?.error === undefined

/** A failed parent that only says "1 subtest failed" adds nothing to what its child said. */
const isEcho = error => error?.failureType === 'subtestsFailed'

/** Counts by outcome, of one file or of all. */
class Tally {
  passed = 0
  failed = 0
  skipped = 0

  toString() {
    const { passed, failed, skipped } = this
    return `${passed} passed, ${failed} failed, ${skipped} skipped`
  }
}

function outcomeOf(type, data) {
  if (isSkipped(type, data)) return 'skipped'
  return type === 'test:fail' ? 'failed' : 'passed'
}

function failureOf(data) {
  const error = data.details?.error
  const cause = error?.cause ?? error
  const words = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)
  const text = `${words}${differenceOf(cause)}`
  return `FAIL  ${data.name}\n      ${place(data.file)}\n${text.replace(/^/gm, '      ')}\n`
}

/** The values of an assertion whose own message replaced node's picture of them. */
function differenceOf(error) {
  if (error?.code !== 'ERR_ASSERTION' || error.generatedMessage) return ''
  const show = value => inspect(value, { depth: 6, breakLength: 100, maxStringLength: 2000, maxArrayLength: 50 })
  return `\nexpected ${show(error.expected)}\nfound ${show(error.actual)}`
}

function lineOf(file, { passed, failed, skipped }) {
  const parts = [`${passed} passed`, failed && `${failed} FAILED`, skipped && `${skipped} skipped`].filter(Boolean)
  const what = passed + failed + skipped === 0 ? 'no test' : parts.join(', ')
  return `${failed ? 'FAIL' : 'ok  '}  ${place(file).padEnd(46)} ${what}\n`
}

function reasonsOf(skips) {
  if (skips.length === 0) return ''
  const lines = skips.map(data => {
    const why = isMarked(data.skip) ? data.skip : data.todo
    const reason = typeof why === 'string' && why !== '' ? why : 'no reason given'
    return `  ${place(data.file)}: ${data.name}: ${reason}\n`
  })
  return `\nskipped:\n${lines.join('')}`
}

// node:test takes a reporter as a module's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default async function* report(source) {
  const all = new Tally()
  const skips = []
  let file
  let ofFile = new Tally()
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if ((type !== 'test:pass' && type !== 'test:fail') || isSuite(data)) continue
    // Files run side by side, but their tests are reported file after file.
    if (file !== undefined && file !== data.file) yield lineOf(file, ofFile)
    if (file !== data.file) ofFile = new Tally()
    file = data.file
    if (isEmptyFile(data)) continue
    const outcome = outcomeOf(type, data)
    all[outcome]++
    ofFile[outcome]++
    if (outcome === 'skipped') skips.push(data)
    if (outcome === 'failed' && !isEcho(data.details?.error)) yield failureOf(data)
  }
  if (file !== undefined) yield lineOf(file, ofFile)
  yield reasonsOf(skips)
  yield '\n'
  // scripts/test.mjs adds the build and the check before it prints the closing line.
  if (process.send) process.send({ ...all })
  else yield `${all}\n`
}
