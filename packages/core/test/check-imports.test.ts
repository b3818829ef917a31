/** The import check finds what it is there for: one planted fault of each kind, and no innocent line. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../../scripts/check-imports.mjs', import.meta.url))

/** Files that break no rule, one of each shape of import. */
const INNOCENT = {
  'core/package.json': '{ "dependencies": { "pprof-format": "1" }, "devDependencies": { "esbuild": "1" } }',
  'core/src/base/errors.ts': 'export class FormatError extends Error {}\n',
  'core/src/trace/tables.ts': "import type { Problem } from '../base/errors.ts'\n",
  'core/src/trace/read.ts': "import { readV1 } from './v1/read.ts'\nimport { readV2 } from './v2/read.ts'\n",
  'core/src/trace/v1/read.ts': "import { TraceBuilder } from '../build.ts'\n",
  'core/src/trace/v2/read.ts': "import {\n  a,\n  b,\n} from '../tables.ts'\n",
  'core/src/profile/read.ts': "import { Profile } from 'pprof-format'\n",
  'core/src/analysis/locks/hang.ts': "import type { Trace } from '../../trace/tables.ts'\nimport '../scene/waits.ts'\n",
  'core/src/index.ts': "export * from './trace/read.ts'\n",
  'cli/package.json': '{ "devDependencies": { "@unhang/core": "1", "commander": "1" } }',
  'cli/src/main.ts': "import { commands } from './commands/index.ts'\nimport { argv } from 'node:process'\n",
  'cli/src/commands/index.ts':
    "import { readTrace } from '@unhang/core'\nimport { Command } from 'commander'\nconst lazy = () => import('../print/diagnosis.ts')\n",
  'cli/src/print/diagnosis.ts':
    "// import { x } from '../commands/index.ts'\nconst advice = 'import _ \"net/http/pprof\"'\n",
}

/** A line put into a file, and the words that must be said about it. */
const FAULTS: readonly (readonly [file: string, line: string, complaint: string])[] = [
  [
    'core/src/analysis/a.ts',
    "import { readTrace } from '../trace/read.ts'",
    'core/analysis may not import core/trace/read',
  ],
  [
    'core/src/analysis/b.ts',
    "import type { V } from '../trace/v2/read.ts'",
    'core/analysis may not import core/trace/v2/read',
  ],
  [
    'core/src/analysis/scene/p.ts',
    "import { lockFindings } from '../locks/hang.ts'",
    'core/analysis/scene may not import core/analysis/locks/hang',
  ],
  ['core/src/trace/c.ts', "import {\n  hang,\n} from '../analysis/hang.ts'", 'core/trace may not import core/analysis'],
  [
    'core/src/trace/v1/d.ts',
    "export { x } from '../v2/varint.ts'",
    'core/trace/v1 may not import core/trace/v2/varint',
  ],
  ['core/src/trace/v2/e.ts', "import '../v1/read.ts'", 'core/trace/v2 may not import core/trace/v1/read'],
  ['core/src/trace/v2/f.ts', "import { readTrace } from '../read.ts'", 'core/trace/v2 may not import core/trace/read'],
  ['core/src/base/g.ts', "import type { Trace } from '../trace/tables.ts'", 'core/base may not import core/trace'],
  ['core/src/base/h.ts', "import { readFileSync } from 'node:fs'", "may not import Node.js's node:fs"],
  ['core/src/base/i.ts', "import { build } from 'esbuild'", 'esbuild is not a dependency'],
  ['core/src/dump/j.ts', "const lazy = () => import('../../../cli/src/main.ts')", 'reaches into another package'],
  ['cli/src/print/k.ts', "import { run } from '../commands/index.ts'", 'cli/print may not import cli/commands'],
  ['cli/src/print/l.ts', "import { readTrace } from '../../../core/src/index.ts'", 'reaches into another package'],
  ['cli/src/commands/m.ts', "import { read } from '@unhang/core/trace/read'", '@unhang/core has one door'],
  ['cli/src/commands/n.ts', "import open from 'open'", 'open is not a dependency'],
  ['cli/src/extra/o.ts', 'export const lost = 1', 'belongs to no layer'],
]

test('a tree without a fault passes', t => {
  const { status, stdout, stderr } = check(treeOf(t, {}))
  assert.equal(stderr, '')
  assert.match(stdout, /^11 files, 0 forbidden imports$/m)
  assert.equal(status, 0)
})

for (const [file, line, complaint] of FAULTS) {
  test(`fault: ${complaint}`, t => {
    const { status, stdout, stderr } = check(treeOf(t, { [file]: `${line}\n` }))
    assert.ok(stderr.startsWith(`${file}: `), stderr)
    assert.ok(stderr.includes(complaint), stderr)
    assert.match(stdout, /^12 files, 1 forbidden imports$/m)
    assert.equal(status, 1)
  })
}

test('a check that saw no file fails', t => {
  const folder = emptyFolder(t)
  const { status, stderr } = check(folder)
  assert.match(stderr, /no source files under/)
  assert.equal(status, 1)
})

test('this repository has no fault', () => {
  const { status, stdout, stderr } = check(fileURLToPath(new URL('../..', import.meta.url)))
  assert.equal(stderr, '')
  assert.match(stdout, /^\d+ files, 0 forbidden imports$/m)
  assert.equal(status, 0)
})

function check(folder: string) {
  return spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' })
}

function treeOf(t: TestContext, planted: Record<string, string>): string {
  const folder = emptyFolder(t)
  for (const [file, text] of Object.entries({ ...INNOCENT, ...planted })) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'unhang-imports-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
