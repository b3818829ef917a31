/**
 * With its server's source the page says what the terminal says, finding by finding: the worker's own code asks the real
 * server, about programs of `testdata/hangs` that are played live. Of each it is known what the source does to its answer.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { Diagnosis } from '@unhang/core'
import { findShown } from '../../cli/src/inputs/shown.ts'
import { createSourceFiles } from '../../cli/src/inputs/source.ts'
import { createSourceNow } from '../../cli/src/inputs/source-now.ts'
import { createApp } from '../../cli/src/server/app.ts'
import { listen } from '../../cli/src/server/listen.ts'
import { sourceTeller } from '../../cli/src/source/explain.ts'
import { EXAMPLES, unhang } from '../../cli/test/examples.ts'
import { buildHangs, captureCase } from '../../cli/test/hangs/live.ts'
import { requireTool } from '../../core/test/require-tool.ts'
import type { Answered } from '../src/protocol.ts'
import { Session } from '../src/worker/session.ts'

const TESTDATA = path.join(EXAMPLES, '../testdata')
const HANGS = path.join(TESTDATA, 'hangs')
const RECORDED = path.join(TESTDATA, 'captures/go1.26.8')

/** What the source does to the answer of a program. */
const PROGRAMS = [
  ['chanunderlock', 'another cause: who has the lock waits to send'],
  ['rwabba', 'another cause: both have what the other waits for'],
  ['semaleak', 'another cause: a channel with room is a pool'],
  ['nilnotify', 'one more: nobody is left to serve it'],
  ['rangenotclosed', 'surer: nobody closes it'],
  ['selectgone', 'surer: none of its cases is served'],
  ['farticker', 'one less: a ticker wakes it'],
  ['earlyreturn', 'a sentence: left locked on one path'],
] as const

/** The answer that the page shows: `answer` of its worker, which asks the server for captures and for source. */
async function shownOnPage(folder: string, src: string): Promise<Answered> {
  const remark = () => {}
  const captures = await findShown([folder], {} as never, remark)
  const source = createSourceNow(() => createSourceFiles(src, os.tmpdir(), remark))
  const tell = await sourceTeller(source, remark)
  const listening = await listen(port => createApp({ port, page: new Map(), captures, remarks: [], source, tell }), 0)
  const { fetch } = globalThis
  globalThis.fetch = (target, init) => fetch(new URL(String(target), listening.url), init)
  try {
    const session = new Session(() => () => undefined)
    const sources = captures.map(({ name, size, cut }, i) => ({ name, size, url: `/captures/${i}`, cut }))
    await session.answer(1, 'open', { sources })
    return await session.answer(2, 'answer', { isServed: true })
  } finally {
    globalThis.fetch = fetch
    await listening.close()
  }
}

async function checkSame(folder: string, src: string): Promise<Answered> {
  const { stdout } = await unhang('diagnose', folder, '--json', '--src', src)
  const printed = JSON.parse(stdout) as Diagnosis
  const shown = await shownOnPage(folder, src)
  assert.equal(shown.hasSource, true)
  const plain = JSON.parse(JSON.stringify(shown.diagnosis)) as Diagnosis
  for (const [i, finding] of printed.findings.entries()) assert.deepEqual(plain.findings[i], finding)
  assert.deepEqual(plain, printed)
  // Its places are those of these findings, and no longer of those that were found without source.
  assert.equal(shown.findingPlaces.length, printed.findings.length)
  assert.equal(shown.findingGroups.length, printed.findings.length)
  return shown
}

for (const name of ['server-caught', 'client-caught'])
  test(`the experiment, ${name}: page and terminal say the same with source`, async () => {
    const { diagnosis } = await checkSame(path.join(RECORDED, name), path.join(EXAMPLES, 'go-lock'))
    const [first] = diagnosis.findings
    if (name === 'server-caught') assert.ok(first.source?.sentences.every(said => first.evidence.includes(said)))
  })

test('without source the page says so, and what the captures alone say', async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-no-source-'))
  try {
    const { hasSource, diagnosis } = await shownOnPage(path.join(RECORDED, 'server-caught'), home)
    assert.deepEqual([hasSource, diagnosis.verdict, diagnosis.findings[0].source], [false, 'hang', undefined])
  } finally {
    fs.rmSync(home, { recursive: true })
  }
})

test('programs that hang, live: page and terminal say the same with source', async t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'unhang-told-'))
  try {
    const binary = await buildHangs(go, home)
    const folderOf = (name: string) => path.join(home, name)
    await Promise.all(PROGRAMS.map(([name]) => captureCase(binary, name, 'late', folderOf(name), { seconds: 1 })))
    for (const [name, does] of PROGRAMS)
      await t.test(`${name}, ${does}`, async () => {
        const { diagnosis } = await checkSame(folderOf(name), HANGS)
        // The source has its part in it, else this would hold without.
        const { stdout } = await unhang('diagnose', folderOf(name), '--json', '--src', home)
        assert.notDeepEqual(diagnosis.findings, (JSON.parse(stdout) as Diagnosis).findings)
      })
  } finally {
    fs.rmSync(home, { recursive: true, force: true })
  }
})
