/** Capturing from a real net/http/pprof, as the machine's Go has it. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readTrace } from '@unhang/core'
import { requireTool } from '../../core/test/require-tool.ts'
import { capture } from '../src/capture/bundle.ts'
import { readTarget } from '../src/capture/target.ts'
import type { Progress } from '../src/print/progress.ts'

const SOURCE = fileURLToPath(new URL('../../../testdata/pprof-server/main.go', import.meta.url))
const SILENT: Progress = {
  begin: () => ({ bytes: () => {}, failed: () => {}, end: () => {} }),
  note: () => {},
  finish: () => {},
}

/** Starts the server and gives its address, HOST:PORT. */
async function startServer(go: string, home: string): Promise<{ server: ChildProcess; address: string }> {
  const binary = path.join(home, 'server')
  await promisify(execFile)(go, ['build', '-o', binary, SOURCE], {
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '' },
  })
  const server = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
  const address = await new Promise<string>(resolve => server.stdout.once('data', text => resolve(String(text).trim())))
  return { server, address }
}

test('a real net/http/pprof: everything comes, reads, and is told busy while it is traced', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-go-'))
  const { server, address } = await startServer(go, home)
  let long: Promise<unknown> | undefined
  try {
    const take = (name: string, seconds: number) => {
      const options = {
        seconds,
        timeoutSeconds: 20,
        maxBytes: 1e8,
        headers: [],
        fullDump: true,
        folder: path.join(home, name),
      }
      return capture(readTarget(address), options, '0', SILENT, new AbortController().signal)
    }
    const longer = take('long', 1.5)
    long = longer
    // The other one's trace has begun when its first dump lies there.
    while (!fs.existsSync(path.join(home, 'long', 'goroutines-before.debug2.txt')))
      await new Promise(resolve => setTimeout(resolve, 20))
    await new Promise(resolve => setTimeout(resolve, 200))
    const busy = await take('busy', 0.1)
    assert.match(busy.complaints[0].found, /500 from .*trac\w+ .*already enabled/)
    assert.match(busy.complaints[0].remedy, /somebody else is tracing/)
    assert.deepEqual(
      busy.manifest.files.map(({ what, form }) => form ?? what),
      ['index', 'debug1', 'debug2', 'debug1', 'proto', 'debug2', 'cmdline'],
    )
    const whole = await longer
    assert.deepEqual(whole.complaints, [])
    assert.deepEqual(whole.manifest.refused, [])
    assert.equal(whole.manifest.files.length, 8)
    const trace = readTrace(fs.readFileSync(path.join(whole.folder, 'server.trace')))
    assert.ok(trace.durationNs > 1e9, `${trace.durationNs} ns`)
    assert.deepEqual(trace.problems, [])
    const dump = fs.readFileSync(path.join(whole.folder, 'goroutines.debug2.txt'), 'utf8')
    assert.match(dump, /\[select \(no cases\)\]:\nmain\.waitForEver\(/)
  } finally {
    await long?.catch(() => {})
    server.stdin?.end()
    server.kill()
    fs.rmSync(home, { recursive: true, force: true })
  }
})
