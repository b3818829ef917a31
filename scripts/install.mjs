/** Installs the dependencies where they are missing, so that every entry of package.json works on a fresh clone. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Runs `npm ci` unless every package of the lock file is installed in its version. Ends the process if that fails. */
export function ensureInstalled() {
  const missing = missingPackages()
  if (missing.length === 0) return
  console.error(`installing dependencies (npm ci): ${missing.length} missing, the first is ${missing[0]}`)
  const { status, error } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.error(`npm ci failed${error ? `: ${error.message}` : ''}. Is the npm registry reachable?`)
  process.exit(2)
}

/** Optional packages are those of other platforms: not missed. Links are the workspaces. */
function missingPackages() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional && !isInstalled(path, entry))
    .map(([path]) => path.slice('node_modules/'.length))
}

function isInstalled(path, entry) {
  const manifest = join(ROOT, path, 'package.json')
  if (!existsSync(manifest)) return false
  return entry.link === true || JSON.parse(readFileSync(manifest, 'utf8')).version === entry.version
}
