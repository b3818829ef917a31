/**
 * Diagnoses a capture in a process of its own: a trace takes six times its size in memory, which is given back so, and
 * where it does not fit, the watch goes on.
 */
import { spawn } from 'node:child_process'
import type { Diagnosis } from '@unhang/core'

export type Diagnosed = Pick<Diagnosis, 'verdict' | 'findings'> | { readonly problem: string }

/** An answer has some kilobytes for each finding. */
const MOST_TEXT = 64e6
/** A gigabyte takes a minute or two. */
const LONGEST_MS = 15 * 60_000

/** `unhang diagnose FOLDER --json`, with this very program. Never rejects. */
export function diagnoseApart(folder: string, src: string | undefined, signal: AbortSignal): Promise<Diagnosed> {
  const [, program] = process.argv
  const source = src === undefined ? [] : ['--src', src]
  const args = [...process.execArgv, program, 'diagnose', '--json', '--quiet', ...source, '--', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, timeout: LONGEST_MS })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      if (texts[name].length < MOST_TEXT) texts[name] += piece
    })
  return new Promise(resolve => {
    child.on('error', error => resolve({ problem: signal.aborted ? 'interrupted' : error.message }))
    child.on('close', (code, killed) => resolve(read(code, killed, texts)))
  })
}

function read(code: number | null, killed: string | null, { stdout, stderr }: { stdout: string; stderr: string }) {
  if (code !== 0 && code !== 1) return { problem: problemOf(code, killed, stderr) }
  try {
    const { verdict, findings } = JSON.parse(stdout) as Diagnosis
    return { verdict, findings }
  } catch {
    return { problem: 'its answer is no JSON' }
  }
}

function problemOf(code: number | null, killed: string | null, stderr: string): string {
  const found = /^\s*found\s+(.*)$/m.exec(stderr)?.[1]
  return found ?? (killed ? `ended by ${killed}` : `exit status ${code}: ${stderr.trim().split('\n', 1)[0]}`)
}
