/** Every program in `examples/healthy`, live: unhang accuses nobody, under load and at rest. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { requireTool } from '../../core/test/require-tool.ts'
import {
  buildModule,
  captureInto,
  diagnoseJson,
  EXAMPLES,
  line,
  type Program,
  programsOf,
  startProgram,
  until,
} from './examples.ts'

const MODULE = 'healthy'
/** They work all the time: more at a time would only wait for each other. */
const AT_A_TIME = 6
const MOMENTS = ['busy', 'busy again', 'at rest'] as const
/** Long enough to see what is slow move, and not the same twice. */
const SECONDS = { busy: 1.5, 'busy again': 0.6, 'at rest': 1 }
const VIEWS = { all: '.', 'the trace alone': 'server.trace', 'the dump alone': 'goroutines.debug2.txt' } as const

test('the README has every program', () => {
  const readme = fs.readFileSync(path.join(EXAMPLES, MODULE, 'README.md'), 'utf8')
  for (const name of programsOf(MODULE)) assert.ok(readme.includes(`[${name}](${name}/main.go)`), name)
})

test('healthy programs, live', { concurrency: AT_A_TIME }, async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-healthy-'))
  try {
    await buildModule(go, MODULE, path.join(home, 'bin'))
    const programs = programsOf(MODULE)
    assert.ok(programs.length >= 10)
    await Promise.all(programs.map(name => t.test(name, t => checkHealthy(t, name, home))))
  } finally {
    fs.rmSync(home, { recursive: true, force: true })
  }
})

async function checkHealthy(t: TestContext, name: string, home: string): Promise<void> {
  const folder = path.join(home, name)
  await captureMoments(path.join(home, 'bin', name), folder)
  for (const moment of MOMENTS)
    for (const [view, file] of Object.entries(VIEWS))
      await t.test(`${name}, ${moment}, ${view}`, async () => {
        const { code, diagnosis } = await diagnoseJson(MODULE, path.join(folder, moment, file))
        assert.deepEqual([code, diagnosis.verdict], [0, 'healthy'], diagnosis.findings.map(line).join('\n'))
      })
}

/** Captures the program twice while it works and once when it rests. It must not stand still in between. */
async function captureMoments(file: string, folder: string): Promise<void> {
  const program = await startProgram(file)
  try {
    for (const moment of MOMENTS) {
      if (moment === 'at rest') assert.equal(await program.get('/rest'), 'resting\n')
      else await untilMoreDone(program)
      await captureInto(path.join(folder, moment), program.address, SECONDS[moment])
    }
  } finally {
    program.stop()
  }
}

async function untilMoreDone({ get }: Program): Promise<void> {
  const before = Number(await get('/done'))
  await until('more work done', async () => Number(await get('/done')) > before)
}
