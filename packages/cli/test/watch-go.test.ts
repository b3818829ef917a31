/** `unhang watch` on a live server that is busy and well, and then hangs. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { requireTool } from '../../core/test/require-tool.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const TSX = path.join(ROOT, 'node_modules/tsx/dist/loader.mjs')
const SOURCE = path.join(ROOT, 'testdata/watch-server/main.go')

test('a server that begins to hang while it is watched: captured and named by itself', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-watch-go-'))
  const binary = path.join(home, 'server')
  await promisify(execFile)(go, ['build', '-o', binary, SOURCE], {
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '' },
  })
  const server = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const address = await new Promise<string>(resolve =>
      server.stdout.once('data', text => resolve(String(text).trim())),
    )
    const flags = ['--conditions=unhang-source', '--import', TSX, MAIN, 'watch', address]
    const options = ['--interval', '0.3', '--seconds', '1', '--once', '--json', '-o', 'nights', '--for', '2m']
    const watching = spawn(process.execPath, [...flags, ...options], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let stdout = ''
    watching.stdout.on('data', piece => {
      // It is seen well before it hangs.
      if (stdout === '') setTimeout(() => server.stdin.write('hang\n'), 2000)
      stdout += piece
    })
    const code = await new Promise(resolve => watching.on('close', resolve))
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    assert.equal(code, 1, stdout)
    // A machine that is busy makes profiles slow, which is told, and its own crowds.
    const told = events.map(({ event }) => event).filter(event => !['paced', 'slow', 'quick'].includes(event))
    assert.deepEqual(
      told.filter((event, i) => event !== 'grew' || told[i - 1] !== event),
      ['start', 'grew', 'capture', 'captured', 'end'],
    )
    const { verdict, findings, missing } = events.find(({ event }) => event === 'captured')
    assert.deepEqual([verdict, missing], ['hang', []])
    assert.deepEqual(
      [findings[0].cause, findings[0].certainty, findings[0].site.function],
      ['forgotten-unlock', 'likely', 'main.(*store).add'],
    )
  } finally {
    server.stdin.end()
    server.kill()
    fs.rmSync(home, { recursive: true, force: true })
  }
})
