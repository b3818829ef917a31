/** Go's own leak search, live: a server built with the experiment is captured, and the marked are certain. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { requireTool } from '../../core/test/require-tool.ts'
import { capture } from '../src/capture/bundle.ts'
import { readTarget } from '../src/capture/target.ts'
import { diagnoseNamed } from '../src/commands/answer.ts'
import type { Progress } from '../src/print/progress.ts'

const SOURCE = fileURLToPath(new URL('../../../testdata/leak-server/main.go', import.meta.url))
const SILENT: Progress = {
  begin: () => ({ bytes: () => {}, failed: () => {}, end: () => {} }),
  note: () => {},
  finish: () => {},
}
const FETCH = { timeoutSeconds: 20, maxBytes: 1e8, headers: [] }
const LEAKED = 'all nilReceive nilSend pick read receive send signal take write'

/** Captures the server as Go builds it with these experiments, and gives the diagnosis and what was captured. */
async function captured(go: string, home: string, experiment: string, fullDump: boolean) {
  const binary = path.join(home, `server-${experiment}`)
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '', GOEXPERIMENT: experiment }
  await promisify(execFile)(go, ['build', '-o', binary, SOURCE], { env })
  const server: ChildProcess = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const address = await new Promise<string>(resolve =>
      server.stdout!.once('data', text => resolve(String(text).trim())),
    )
    const folder = path.join(home, `capture-${experiment}-${fullDump}`)
    const options = { ...FETCH, seconds: 0.6, fullDump, folder }
    const { manifest, complaints } = await capture(readTarget(address), options, '0', SILENT, new AbortController().signal) // biome-ignore format: one line
    assert.deepEqual(complaints, [])
    const names = manifest.files.map(({ name }) => name)
    return { names, diagnosis: await diagnoseNamed([folder], FETCH, { remark: () => {} }) }
  } finally {
    server.stdin?.end()
    server.kill()
  }
}

test('a server with the leak profile: each leaked goroutine is certain, nobody else is; without it nothing is asked', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const { stdout } = await promisify(execFile)(go, ['env', 'GOVERSION'])
  if (Number(/^go1\.(\d+)/.exec(stdout)?.[1]) < 26) return t.skip(`${stdout.trim()} has no leak profile`)
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-leaks-go-'))
  try {
    for (const fullDump of [true, false]) {
      const { names, diagnosis } = await captured(go, home, 'goroutineleakprofile', fullDump)
      assert.ok(names.includes('goroutineleak.pb.gz'), names.join())
      const certain = diagnosis.findings.filter(({ certainty }) => certainty === 'certain')
      const functions = new Set(certain.map(({ site }) => site.function.replace('main.', '')))
      assert.equal([...functions].sort().join(' '), LEAKED)
      const likely = diagnosis.findings.filter(({ certainty }) => certainty === 'likely')
      const others = likely.filter(({ site }) => !functions.has(site.function.replace('main.', '')))
      assert.deepEqual(
        others.map(({ site }) => site.function),
        [],
      )
    }
    const plain = await captured(go, home, '', true)
    assert.ok(!plain.names.includes('goroutineleak.pb.gz'))
    // A nil channel needs no search to be certain.
    const certain = plain.diagnosis.findings.filter(({ certainty }) => certainty === 'certain')
    assert.ok(
      certain.every(({ site }) => /^main\.nil/.test(site.function)),
      String(certain.map(({ site }) => site.function)),
    )
  } finally {
    fs.rmSync(home, { recursive: true, force: true })
  }
})
