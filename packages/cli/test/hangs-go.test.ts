/** Every program in `testdata/hangs`, live: each stuck function is named with its cause, and nobody else. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { requireTool } from '../../core/test/require-tool.ts'
import { buildHangs, captureCase, WAYS, type Way } from './hangs/live.ts'
import { accusationOf, LISTED, missOf } from './hangs/misses.ts'
import { readTruths, type Truth, truthOf } from './hangs/truth.ts'
import { type JudgedGroup, judgeFolder, type Verdict } from './hangs/verdict.ts'

/** The programs mostly wait: many at a time are little work. */
const AT_A_TIME = 8
const SECONDS = 1.5

test('a header says who is stuck, or that nobody is', () => {
  const header = '// Package mill: it grinds.\n//\n// hang: mill.(*mill).grind chan-send no-receiver|unknown x2\n'
  const { groups, also } = truthOf('mill', `${header}// also: mill.Run\npackage mill\n// healthy\n`)
  const waits = { kinds: ['chan send'], causes: ['no-receiver', 'unknown'], count: 2 }
  assert.deepEqual(groups, [{ function: 'example.com/hangs/cases/mill.(*mill).grind', ...waits }])
  assert.deepEqual(also, ['example.com/hangs/cases/mill.Run'])
  assert.deepEqual(truthOf('mill', '// Package mill\n//\n// healthy\npackage mill\n').groups, [])
  for (const wrong of [
    '',
    `${header}// healthy\n`,
    '// hang: mill.grind mutex\n',
    '// hang: mill.grind mutex unknown 2\n',
  ])
    assert.throws(() => truthOf('mill', `${wrong}package mill\n`), /^Error: mill: /)
})

test('what is listed as not told yet is there', () => {
  const names = readTruths().map(({ name }) => name)
  assert.deepEqual(
    LISTED.filter(name => !names.includes(name)),
    [],
  )
})

test('hangs, live', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-hangs-'))
  try {
    const binary = await buildHangs(go, home)
    const jobs = readTruths().flatMap(truth => WAYS.map(way => ({ truth, way })))
    const work = async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await playAndCheck(t, job.truth, job.way, binary, home)
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
  } finally {
    fs.rmSync(home, { recursive: true, force: true })
  }
})

async function playAndCheck(t: TestContext, truth: Truth, way: Way, binary: string, home: string): Promise<void> {
  const { groups, accused, diagnosis } = await play(truth, way, binary, path.join(home, way, truth.name))
  await t.test(`${truth.name}, ${way}: nobody is accused who is not stuck`, { todo: accusationOf(truth.name) }, () => {
    assert.deepEqual(accused, [])
    if (groups.length === 0) assert.equal(diagnosis.verdict, 'healthy')
  })
  if (groups.length === 0) return
  await t.test(`${truth.name}, ${way}: who is stuck, and why`, { todo: missOf(truth.name) }, () => {
    const told = (group: JudgedGroup) => [group.function, group.told, group.told === 'named' ? [] : group.said]
    assert.deepEqual(
      groups.map(told),
      truth.groups.map(group => [group.function, 'named', []]),
    )
  })
}

/**
 * A capture meets one moment of a program: a race that was not met, as happens on a busy machine, is played again, and
 * so is what is told otherwise than it should be. What is told wrong each time is wrong.
 */
async function play(truth: Truth, way: Way, binary: string, folder: string, again = 2): Promise<Verdict> {
  fs.mkdirSync(path.dirname(folder), { recursive: true })
  await captureCase(binary, truth.name, way, folder, { seconds: SECONDS })
  const verdict = await judgeFolder(truth, folder, 'both')
  if (again === 0 || isAsKnown(truth.name, verdict)) return verdict
  return play(truth, way, binary, `${folder}-again`, again - 1)
}

function isAsKnown(name: string, { groups, accused }: Verdict): boolean {
  if (groups.some(({ told }) => told === 'absent')) return false
  const isTold = missOf(name) !== undefined || groups.every(({ told }) => told === 'named')
  return isTold && (accusationOf(name) !== undefined || accused.length === 0)
}
