import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EVENT_SPECS, EventType, specOf } from '../src/trace/events.ts'
import { requireTool } from './require-tool.ts'

test('each event knows its arguments, its stacks and its strings', () => {
  assert.deepEqual(EVENT_SPECS[EventType.GoCreate], {
    type: 14,
    name: 'GoCreate',
    args: ['dt', 'new_g', 'new_stack', 'stack'],
    stackArgs: [3, 2],
    stringArgs: [],
    timed: true,
    hasData: false,
    isStack: false,
    experiment: undefined,
    since: 22,
  })
  assert.deepEqual(EVENT_SPECS[EventType.UserLog]?.stringArgs, [2, 3])
  assert.equal(EVENT_SPECS[EventType.EventBatch]?.timed, false)
  assert.equal(EVENT_SPECS[0], undefined)
})

test('a version knows the events of its time alone', () => {
  assert.equal(specOf(EventType.UserLog, 22)?.name, 'UserLog')
  assert.equal(specOf(EventType.GoSwitch, 22), undefined)
  assert.equal(specOf(EventType.SpanAlloc, 23)?.experiment, 'AllocFree')
  assert.equal(specOf(EventType.Sync, 23), undefined)
  assert.equal(specOf(EventType.EndOfGeneration, 25), undefined)
  assert.equal(specOf(EventType.EndOfGeneration, 26)?.name, 'EndOfGeneration')
  assert.equal(specOf(53, 26), undefined)
})

/** Go's table, as its source writes it: EvGoStart: { Name: "GoStart", Args: []string{"dt", "g", "g_seq"}, … }. */
function goSpecs(source: string): Map<string, { args: string[]; timed: boolean; stacks: number[]; strings: number[] }> {
  const table = source.slice(source.indexOf('var specs = '))
  const specs = new Map<string, { args: string[]; timed: boolean; stacks: number[]; strings: number[] }>()
  for (const [, name, body] of table.matchAll(/^\tEv(\w+): \{\n([\s\S]*?)^\t\},$/gm)) {
    const list = (field: string) => new RegExp(`${field}: +\\[\\]\\w+\\{(.*?)\\}`).exec(body)?.[1].split(', ') ?? []
    specs.set(name, {
      args: list('Args').map(arg => arg.replaceAll('"', '')),
      timed: /IsTimedEvent: true/.test(body),
      stacks: list('StackIDs').map(Number),
      strings: list('StringIDs').map(Number),
    })
  }
  return specs
}

test("the table is that of the installed Go's own source", t => {
  const go = requireTool(t, 'go')
  if (!go) return undefined
  const root = execFileSync(go, ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  const file = join(root, 'src/internal/trace/tracev2/events.go')
  if (!existsSync(file)) return t.skip(`the installed Go is older than 1.25, or comes without its sources: no ${file}`)
  const expected = goSpecs(readFileSync(file, 'utf8'))
  assert.ok(expected.size >= Object.keys(EventType).length, `found ${expected.size} events in Go's source`)
  for (const [name, type] of Object.entries(EventType)) {
    const spec = EVENT_SPECS[type]
    const theirs = expected.get(name)
    assert.deepEqual(spec?.args, theirs?.args, name)
    assert.deepEqual(spec?.stackArgs, theirs?.stacks, name)
    assert.deepEqual(spec?.stringArgs, theirs?.strings, name)
    // One event lacks the flag in Go's table, though it is timed as its siblings are.
    if (name !== 'GCSweepActive') assert.equal(spec?.timed, theirs?.timed, name)
  }
})
