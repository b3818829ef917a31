/**
 * `npm start`: from a fresh clone to the answer in one command. Installs what is missing, builds what is older than its
 * sources, and runs `unhang demo` with the arguments given. Needs git, npm and Node.js 20 or later, nothing else.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, ROOT } from './install.mjs'

const PROGRAM = join(ROOT, 'packages/cli/bin/unhang.js')
const BUILT = join(ROOT, 'packages/cli/dist/main.js')

/** All that goes into the build. */
const SOURCES = [
  'package-lock.json',
  'packages/core/src',
  'packages/core/package.json',
  'packages/cli/src',
  'packages/cli/package.json',
  'packages/ui/src',
  'packages/ui/package.json',
  'scripts/build.mjs',
  'examples/go-lock',
  'testdata/captures',
]

/** When the file, or the newest in the folder, was changed; 0 where there is none. */
function changedMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0
  // A folder's own time counts as well: it changes when a file in it is removed.
  return readdirSync(path).reduce((newest, name) => Math.max(newest, changedMs(join(path, name))), stat.mtimeMs)
}

function ensureBuilt() {
  if (changedMs(BUILT) > Math.max(...SOURCES.map(source => changedMs(join(ROOT, source))))) return
  console.error('building …')
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (status === 0) return
  console.error(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trimEnd())
  console.error('the build failed: that is a bug in this checkout, see CONTRIBUTING.md')
  process.exit(2)
}

ensureInstalled()
ensureBuilt()
// In this process, not in a child: Ctrl-C and the exit status then need no passing on.
process.argv.splice(1, 1, PROGRAM, 'demo')
await import(pathToFileURL(PROGRAM).href)
