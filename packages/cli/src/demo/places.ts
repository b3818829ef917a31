/**
 * Where the experiment's sources and recordings lie: at the top of a checkout, or beside the built program in the
 * installed package, where the build has put copies of them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Places = {
  /** The Go module with server and client; undefined where it is not there. */
  readonly example: string | undefined
  /** The folder with one folder of recordings for each Go version; undefined where it is not there. */
  readonly captures: string | undefined
}

/** Looks upwards from a file of this package; a checkout wins over what an older build has copied. */
export function findPlaces(from: string = import.meta.url): Places {
  const root = packageRoot(fileURLToPath(from))
  if (!root) return { example: undefined, captures: undefined }
  const checkout = join(root, '..', '..')
  const inCheckout = nameOf(checkout) === 'unhang-workspace'
  const first = (...paths: string[]) => paths.find(path => existsSync(path))
  return {
    example: first(...(inCheckout ? [join(checkout, 'examples/go-lock')] : []), join(root, 'dist/demo/go-lock')),
    captures: first(...(inCheckout ? [join(checkout, 'testdata/captures')] : []), join(root, 'dist/demo/captures')),
  }
}

/** The folder of the package `unhang` that holds the file: sources, build and bundles lie at different depths in it. */
function packageRoot(file: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    if (nameOf(folder) === 'unhang') return folder
  return undefined
}

function nameOf(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest && 'name' in manifest ? String(manifest.name) : undefined
  } catch {
    return undefined
  }
}
