/** The closing line of `npm test` is what CI believes: it must count right whatever a test file does. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const REPORTER = fileURLToPath(new URL('../test-reporter.mjs', import.meta.url))

const FILES = {
  'a.test.mjs': `import test, { describe, it } from 'node:test'
    import assert from 'node:assert/strict'
    test('good', () => console.log('printed by a test'))
    test('parent', async t => { await t.test('inner', () => assert.deepEqual({ a: 1 }, { a: 2 })) })
    test('needs a tool', t => t.skip('go is not on this machine'))
    test('not yet', { todo: 'wants a fix' }, () => assert.ok(false))
    test('by now', { todo: 'wanted a fix' }, () => {})
    describe('suite', () => { it('one', () => {}); it('two', () => assert.ok(false, 'words of the test')) })`,
  'b.test.mjs': `throw new Error('broken at import')`,
  'c.test.mjs': `process.exit(3)`,
  'd.test.mjs': `export {}`,
}

test('every outcome is counted once, and told', t => {
  const folder = mkdtempSync(join(tmpdir(), 'unhang-reporter-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const args = ['--test', '--test-reporter', REPORTER, ...Object.keys(FILES).map(name => join(folder, name))]
  // Set by the runner of this very test; with it the inner one would talk to the outer one and not to us.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  // parent, inner, two, and the two files that broke; a suite is no test.
  assert.equal(stdout.trimEnd().split('\n').at(-1), '3 passed, 5 failed, 2 skipped')
  assert.equal(status, 1)
  for (const words of ['printed by a test', 'words of the test', 'broken at import', '-   a: 2'])
    assert.ok(stdout.includes(words), `${words} is missing in:\n${stdout}`)
  assert.match(stdout, /^skipped:\n.*a\.test\.mjs: needs a tool: go is not on this machine$/m)
  assert.match(stdout, /a\.test\.mjs: not yet: wants a fix$/m)
  assert.match(stdout, /^ok .*d\.test\.mjs +no test$/m)
})
