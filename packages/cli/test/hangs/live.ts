/** Plays programs of testdata/hangs and captures them as `unhang capture` does. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { capture } from '../../src/capture/bundle.ts'
import { readTarget } from '../../src/capture/target.ts'
import type { Progress } from '../../src/print/progress.ts'
import { caseNames, FOLDER, MODULE } from './truth.ts'

/** Late: it hangs before the capture begins. During: it comes to hang while it is traced. */
export type Way = 'late' | 'during'
export const WAYS: readonly Way[] = ['late', 'during']

const SILENT: Progress = {
  begin: () => ({ bytes: () => {}, failed: () => {}, end: () => {} }),
  note: () => {},
  finish: () => {},
}
/** From the first dump, which lies there before the trace begins, to the hang. */
const BEFORE_HANG_MS = 200
const TIMEOUT_SECONDS = 30

/** The file that names the packages of all cases; written where it is not what the folders say. */
function writeRegistry(): void {
  const names = caseNames()
  const text = [
    '// What is in cases/, by name. Written by whoever builds: scripts/score.mts and the test of the corpus.\n',
    'package main\n',
    'import (',
    ...names.map(name => `\t"${MODULE}/cases/${name}"`),
    ')\n',
    'var cases = map[string]func(){',
    ...aligned(names),
    '}\n',
  ].join('\n')
  const file = path.join(FOLDER, 'registry.go')
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text)
}

/** As gofmt has it. */
function aligned(names: readonly string[]): string[] {
  const longest = Math.max(...names.map(name => name.length))
  return names.map(name => `\t"${name}": ${' '.repeat(longest - name.length)}${name}.Run,`)
}

/** Builds the one program of all cases into the folder, and gives its path. */
export async function buildHangs(go: string, folder: string): Promise<string> {
  writeRegistry()
  const binary = path.join(folder, process.platform === 'win32' ? 'hangs.exe' : 'hangs')
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '' }
  await promisify(execFile)(go, ['build', '-trimpath', '-o', binary, '.'], { cwd: FOLDER, env })
  return binary
}

export type PlayOptions = { readonly seconds: number; readonly quiet?: boolean }

/** Plays a case and captures it into the folder, which must not exist. */
export async function captureCase(
  binary: string,
  name: string,
  way: Way,
  folder: string,
  { seconds, quiet }: PlayOptions,
): Promise<void> {
  const flags = [...(way === 'during' ? ['-on-input'] : []), ...(quiet ? ['-quiet'] : [])]
  const program = spawn(binary, ['-case', name, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const lines = linesOf(program)
    const address = (await lines(/^at (\S+)$/m))[1]
    if (way === 'late') await lines(/^ready$/m)
    const options = {
      seconds,
      timeoutSeconds: TIMEOUT_SECONDS,
      maxBytes: 1e9,
      headers: [],
      fullDump: true,
      folder,
    }
    const taken = capture(readTarget(address), options, '0', SILENT, new AbortController().signal)
    if (way === 'during') await Promise.all([begin(program, folder), taken])
    const { complaints } = await taken
    if (complaints.length > 0) throw new Error(`${name}: ${complaints[0].message}`)
  } finally {
    program.stdin?.end()
    program.kill('SIGKILL')
  }
}

async function begin(program: ChildProcess, folder: string): Promise<void> {
  const before = path.join(folder, 'goroutines-before.debug2.txt')
  for (let i = 0; !fs.existsSync(before); i++) {
    if (i > TIMEOUT_SECONDS * 50) throw new Error(`no ${before}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  await new Promise(resolve => setTimeout(resolve, BEFORE_HANG_MS))
  program.stdin?.write('begin\n')
}

/** Waits for text of the program's output; fails where the program ends without it. */
function linesOf(program: ChildProcess): (wanted: RegExp) => Promise<RegExpExecArray> {
  let text = ''
  program.stdout?.on('data', chunk => {
    text += chunk
  })
  return wanted =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = wanted.exec(text)
        if (match) resolve(match)
        return match
      }
      if (look()) return
      program.stdout?.on('data', look)
      program.once('error', reject)
      program.once('close', status => reject(new Error(`ended with ${status} before it printed ${wanted}: ${text}`)))
    })
}
