/**
 * Tests that need Go or Chromium ask here first. Where the tool is missing they are skipped with a line that says so;
 * where `UNHANG_REQUIRE` (a comma list, set by CI) names it, its absence is a failure: a skipped test must not pass
 * for a green one there.
 *
 *   test('the real server', t => {
 *     const go = requireTool(t, 'go')
 *     if (!go) return
 *     execFileSync(go, ['version'])
 *   })
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

/** Where each tool may be: names looked for on PATH, then files outside of it (where its installer puts it). */
const TOOLS = {
  go: { names: ['go'], files: [] },
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    files: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  },
} as const

export type Tool = keyof typeof TOOLS

/** The tool's executable as an absolute path; undefined where it is not on this machine. */
export function findTool(tool: Tool): string | undefined {
  const { names, files } = TOOLS[tool]
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const onPath = names.flatMap(name => folders.map(folder => join(folder, name + suffix)))
  return [...onPath, ...files].find(isExecutable)
}

/** Does `UNHANG_REQUIRE` name the tool? */
export function isRequired(tool: Tool): boolean {
  const required = (process.env.UNHANG_REQUIRE ?? '').split(',').map(name => name.trim())
  return required.includes(tool)
}

/**
 * The tool's executable, or undefined after the test was marked as skipped: return then. Throws where the tool is
 * missing and `UNHANG_REQUIRE` names it.
 */
export function requireTool(t: TestContext, tool: Tool): string | undefined {
  const file = findTool(tool)
  if (file) return file
  if (isRequired(tool)) throw new Error(`${tool} is not on this machine, and UNHANG_REQUIRE names it`)
  t.skip(`${tool} is not on this machine`)
  return undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
