/**
 * The recorded experiment gives the right answer, for every Go version within reach: our own captures in `testdata`, and
 * those beside the repository (where they are there). What each of them holds is told by the README beside them.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Diagnosis } from '../src/analysis/diagnosis.ts'
import type { DiagnoseInput } from '../src/analysis/scene/processes.ts'
import { readDump } from '../src/dump/read.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'

const CAPTURES = join(ROOT, '../shared/captures')

function inputsOf(folder: string, names: readonly string[]): DiagnoseInput[] {
  return names.map(name => {
    const file = readFileSync(join(folder, name))
    const bytes = name.endsWith('.gz') ? gunzipSync(file) : file
    return name.endsWith('.trace')
      ? { name, kind: 'trace', trace: openTrace(bytes) }
      : { name, kind: 'dump', dump: readDump(bytes) }
  })
}

/** The finding that makes the verdict, in the fields that must be right. */
function gist({ verdict, findings }: Diagnosis) {
  const counted = findings.filter(finding => finding.certainty !== 'possible')
  return [
    verdict,
    ...counted.map(({ kind, cause, site, waiters, holder }) => [
      kind,
      cause,
      site.function,
      waiters.count,
      waiters.goroutines.length,
      holder.state,
    ]),
  ]
}

const LOCK = ['mutex', 'forgotten-unlock', 'main.(*server).AcquireLock', 10]
const CALLS = [
  'network',
  'remote',
  'google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader',
  10,
  10,
  'waiting',
]

if (!existsSync(CAPTURES)) test('captures', t => t.skip('there is no ../shared/captures on this machine'))
for (const folder of existsSync(CAPTURES) ? readdirSync(CAPTURES).filter(name => name.startsWith('go')) : []) {
  const told = (...names: string[]) => diagnose(inputsOf(join(CAPTURES, folder), names))
  const minor = Number(folder.split('.')[1])

  test(`${folder}: the server, from its trace`, () => {
    for (const dumps of [[], ['server.goroutine.debug2.txt']]) {
      const diagnosis = told('server.trace', ...dumps)
      assert.deepEqual(gist(diagnosis), ['hang', [...LOCK, 10, 'exited']])
      const [finding] = diagnosis.findings
      assert.equal(finding.site.line, 26)
      assert.equal(finding.waiters.sinceStart, false)
      // 0.7 s of a trace of 3 s had passed when the client started.
      assert.ok(finding.waiters.longestNs > 2.2e9 && finding.waiters.longestNs < 2.4e9)
      const holder = finding.holder.goroutine
      assert.ok(holder !== undefined && !finding.waiters.goroutines.includes(holder))
    }
  })

  test(`${folder}: the server, from a dump alone, in all three forms`, () => {
    assert.deepEqual(gist(told('server.goroutine.debug2.txt')), ['hang', [...LOCK, 10, 'exited']])
    for (const form of ['server.goroutine.debug1.txt', 'server.goroutine.pb.gz'])
      assert.deepEqual(gist(told(form)), ['hang', [...LOCK, 0, 'exited']])
  })

  test(`${folder}: the client, which had hung before it was traced`, () => {
    assert.deepEqual(gist(told('client.trace', 'client.goroutine.debug2.txt')), ['hang', CALLS])
    const alone = told('client.trace')
    // Since Go 1.23 a trace states where each goroutine waits; older ones know that they wait, and say that.
    if (minor >= 23) assert.deepEqual(gist(alone), ['hang', CALLS])
    else assert.ok(alone.looked.placeUnknown >= 2000)
  })

  test(`${folder}: both processes at once, in any order`, () => {
    const dumps = ['server.goroutine.debug2.txt', 'client.goroutine.debug2.txt']
    for (const names of [
      ['server.trace', 'client.trace', ...dumps],
      [...dumps.reverse(), 'client.trace', 'server.trace'],
    ]) {
      assert.deepEqual(gist(told(...names)), ['hang', [...LOCK, 10, 'exited'], CALLS])
    }
  })
}

// Folders as `unhang capture` writes them: a dump, the trace, and the dump in three forms.
const SCENES: { readonly [scene: string]: readonly unknown[] } = {
  'server-caught': ['hang', [...LOCK, 10, 'exited']],
  'server-late': ['hang', [...LOCK, 10, 'exited']],
  'server-fixed': ['healthy'],
  'client-caught': ['hang', CALLS],
  'client-late': ['hang', CALLS],
}
const OWN = join(ROOT, 'testdata/captures')
for (const version of readdirSync(OWN).filter(name => name.startsWith('go'))) {
  for (const [scene, expected] of Object.entries(SCENES)) {
    test(`${version}: ${scene}`, () => {
      const folder = join(OWN, version, scene)
      const names = readdirSync(folder).filter(name => /\.trace$|debug[12]\.txt$|\.pb\.gz$/.test(name))
      const diagnosis = diagnose(inputsOf(folder, names))
      assert.deepEqual(gist(diagnosis), expected)
      if (scene.endsWith('-late')) assert.equal(diagnosis.findings[0].waiters.sinceStart, true)
      if (scene === 'server-caught') assert.ok(diagnosis.findings[0].holder.goroutine !== undefined)
    })
  }
}
