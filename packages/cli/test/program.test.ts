/** The command line as a table: arguments in, plan or complaint out. No process, no file, no network. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../src/commands/program.ts'

const GLOBALS = { json: false, quiet: false, color: 'auto' }
const FETCH = { timeoutSeconds: 30, maxBytes: 1e9, headers: [] }
const CAPTURE = { seconds: 10, folder: undefined, fullDump: true, ...FETCH }
const ANSWER = { src: undefined, all: false }

const ask = (url: string, more = {}) => ({ command: 'ask', url, ...GLOBALS, ...CAPTURE, ...ANSWER, ...more })
const take = (url: string, more = {}) => ({ command: 'capture', url, ...GLOBALS, ...CAPTURE, ...more })
const diagnose = (inputs: string[], more = {}) => ({
  command: 'diagnose',
  inputs,
  ...GLOBALS,
  ...CAPTURE,
  ...ANSWER,
  ...more,
})

const view = (inputs: string[], more = {}) => ({
  command: 'view',
  inputs,
  src: undefined,
  port: undefined,
  open: true,
  ...GLOBALS,
  ...CAPTURE,
  ...more,
})

const report = (inputs: string[], more = {}) => ({
  command: 'report',
  inputs,
  file: 'report.html',
  src: undefined,
  title: '',
  ...GLOBALS,
  ...more,
})

const dump = (inputs: string[], more = {}) => ({
  command: 'dump',
  inputs,
  like: 'lines',
  filter: { function: undefined, state: undefined, minutes: undefined },
  diff: undefined,
  all: false,
  ...GLOBALS,
  ...FETCH,
  ...more,
})

const spent = (command: string, input: string, more = {}) => ({
  command,
  input,
  scope: {},
  sort: 'total',
  limit: undefined,
  ...GLOBALS,
  ...more,
})

const diff = (before: string, after: string, more = {}) => ({
  command: 'diff',
  before,
  after,
  scope: {},
  sort: 'change',
  limit: 8,
  ...GLOBALS,
  ...more,
})

const MMU = { work: ['stw', 'background', 'assist'], perProc: false, asGo: false }
const mmu = (more = {}) => ({
  command: 'mmu',
  input: 'f',
  choice: MMU,
  windowNs: undefined,
  scope: {},
  ...GLOBALS,
  ...more,
})

const WATCH = {
  intervalSeconds: 5,
  threshold: 10,
  seconds: 10,
  fullDump: true,
  folder: undefined,
  maxCaptures: 10,
  pauseSeconds: 600,
  forSeconds: undefined,
  once: false,
  src: undefined,
}
const watch = (url: string, more = {}) => ({ command: 'watch', url, ...GLOBALS, ...FETCH, ...WATCH, ...more })

const PROFILE = {
  kind: 'block',
  format: 'top',
  output: undefined,
  by: 'time',
  cumulative: false,
  granularity: 'functions',
  focus: undefined,
  ignore: undefined,
  peek: undefined,
  unended: false,
  scope: {},
}
const profile = (more = {}) => ({ command: 'profile', input: 'f', ...GLOBALS, ...PROFILE, ...more })

const PLANS: readonly (readonly [line: string, plan: object])[] = [
  ['localhost:6060', ask('localhost:6060')],
  [':6060', ask(':6060')],
  ['https://h/admin', ask('https://h/admin')],
  ['localhost:6060 --seconds 3 --json', ask('localhost:6060', { seconds: 3, json: true })],
  ['--seconds 0.5 localhost:6060', ask('localhost:6060', { seconds: 0.5 })],
  ['--json --quiet localhost:6060 --all', ask('localhost:6060', { json: true, quiet: true, all: true })],
  ['h:1 --timeout 2m --max-size 64k', ask('h:1', { timeoutSeconds: 120, maxBytes: 64_000 })],
  ['h:1 --color never --src .', ask('h:1', { color: 'never', src: '.' })],
  ['capture h:1 -o d --seconds 3', take('h:1', { folder: 'd', seconds: 3 })],
  ['capture h:1 --output d', take('h:1', { folder: 'd' })],
  ['capture h:1 --no-full-dump', take('h:1', { fullDump: false })],
  ['h:1 --no-full-dump', ask('h:1', { fullDump: false })],
  ['--quiet capture h:1', take('h:1', { quiet: true })],
  ['capture h:1 --header A:b --header C:d:e', take('h:1', { headers: [['A', 'b'], ['C', 'd:e']] })], // biome-ignore format: one line
  ['diagnose a b --json', diagnose(['a', 'b'], { json: true })],
  ['--json diagnose a', diagnose(['a'], { json: true })],
  ['diagnose a --src src --all', diagnose(['a'], { src: 'src', all: true })],
  ['diagnose -', diagnose(['-'])],
  ['diagnose --client a --server b', diagnose([], { ends: { client: ['a'], server: ['b'] } })],
  ['diagnose x --server b --server c', diagnose(['x'], { ends: { client: [], server: ['b', 'c'] } })],
  ['diagnose -- -a', diagnose(['-a'])],
  ['view', view([])],
  ['view a b -', view(['a', 'b', '-'])],
  ['view a --no-open --port 0 --src s', view(['a'], { open: false, port: 0, src: 's' })],
  ['--quiet view h:1 --seconds 3 --json', view(['h:1'], { seconds: 3, quiet: true, json: true })],
  ['view a --port 65535', view(['a'], { port: 65535 })],
  ['report a b', report(['a', 'b'])],
  ['report a -o - --src s --title INC-12', report(['a'], { file: '-', src: 's', title: 'INC-12' })],
  ['functions a', spent('functions', 'a')],
  ['functions a --sort sync --limit 3 --json', spent('functions', 'a', { sort: 'sync', limit: 3, json: true })],
  ['functions a --range 1s-2s', spent('functions', 'a', { scope: { range: { startNs: 1e9, endNs: 2e9 } } })],
  ['goroutines a --function main.main', spent('goroutines', 'a', { scope: { function: 'main.main' } })],
  ['goroutines a --sort birth --goroutine 7', spent('goroutines', 'a', { sort: 'birth', scope: { goroutines: [7] } })],
  ['mmu f', mmu()],
  ['mmu f --flags sweep,stw --window 500us', mmu({ choice: { ...MMU, work: ['stw', 'sweep'] }, windowNs: 5e5 })],
  ['mmu f --per-proc --as-go --json', mmu({ choice: { ...MMU, perProc: true, asGo: true }, json: true })],
  ['mmu f --range 1s-2s', mmu({ scope: { range: { startNs: 1e9, endNs: 2e9 } } })],
  ['summary f --json', { command: 'summary', input: 'f', ...GLOBALS, json: true }],
  ['profile f', profile()],
  ['profile f --kind sync --format pprof -o p.gz --by count', profile({ kind: 'sync', format: 'pprof', output: 'p.gz', by: 'count' })], // biome-ignore format: one line
  ['profile f --focus a --ignore b --peek c --unended --cumulative', profile({ focus: 'a', ignore: 'b', peek: 'c', unended: true, cumulative: true })], // biome-ignore format: one line
  ['profile f --lines --peek main.f', profile({ granularity: 'lines', peek: 'main.f' })],
  ['profile f --json --range 1s-2s --function main.f', profile({ format: 'json', json: true, scope: { range: { startNs: 1e9, endNs: 2e9 }, function: 'main.f' } })], // biome-ignore format: one line
  ['profile f --format json --json', profile({ format: 'json', json: true })],
  ['demo', { command: 'demo', recorded: false, goroutines: undefined, ...GLOBALS }],
  ['demo --recorded -n 2000', { command: 'demo', recorded: true, goroutines: 2000, ...GLOBALS }],
  ['tasks f', { command: 'tasks', input: 'f', task: undefined, filter: {}, scope: {}, ...GLOBALS }],
  [
    'tasks f --task 26 --json',
    { command: 'tasks', input: 'f', task: 26, filter: {}, scope: {}, ...GLOBALS, json: true },
  ],
  ['tasks f --log timeout', { command: 'tasks', input: 'f', task: undefined, filter: { log: 'timeout' }, scope: {}, ...GLOBALS }], // biome-ignore format: one line
  ['tasks f --type a --unended --min 1.5ms --max 2s --range 1s-2s', { command: 'tasks', input: 'f', task: undefined, filter: { type: 'a', unended: true, minNs: 1.5e6, maxNs: 2e9 }, scope: { range: { startNs: 1e9, endNs: 2e9 } }, ...GLOBALS }], // biome-ignore format: one line
  ['regions f --type a --function main.b --goroutine 7', { command: 'regions', input: 'f', filter: { type: 'a' }, scope: { function: 'main.b', goroutines: [7] }, ...GLOBALS }], // biome-ignore format: one line
  ['dump f g', dump(['f', 'g'])],
  ['dump f --like functions --function a --state chan --minutes 3', dump(['f'], { like: 'functions', filter: { function: 'a', state: 'chan', minutes: 3 } })], // biome-ignore format: one line
  ['diff a b', diff('a', 'b')],
  ['diff a b --sort name --limit 3 --json --function main.f --range 1s-2s', diff('a', 'b', { sort: 'name', limit: 3, json: true, scope: { range: { startNs: 1e9, endNs: 2e9 }, function: 'main.f' } })], // biome-ignore format: one line
  ['watch h:1', watch('h:1')],
  ['watch h:1 --interval 0.5 --threshold 100 --seconds 3 -o d', watch('h:1', { intervalSeconds: 0.5, threshold: 100, seconds: 3, folder: 'd' })], // biome-ignore format: one line
  ['watch h:1 --max-captures 3 --pause 1h --for 8h --once --src s', watch('h:1', { maxCaptures: 3, pauseSeconds: 3600, forSeconds: 28_800, once: true, src: 's' })], // biome-ignore format: one line
  ['watch h:1 --no-full-dump --timeout 5 --header A:b --max-size 1M', watch('h:1', { fullDump: false, timeoutSeconds: 5, headers: [['A', 'b']], maxBytes: 1e6 })], // biome-ignore format: one line
  ['--json watch h:1 --quiet', watch('h:1', { json: true, quiet: true })],
  ['dump f --diff g --all --json', dump(['f'], { diff: 'g', all: true, json: true })],
]

for (const [line, plan] of PLANS)
  test(`unhang ${line}`, () => {
    assert.deepEqual(parseCommandLine(line.split(' '), '1.2.3'), { plan })
  })

const WRONG: readonly (readonly [line: string, message: RegExp])[] = [
  ['diagnos x', /too many arguments|'diagnos' is neither a command nor a server/],
  ['diagnos', /'diagnos' is neither a command nor a server. Did you mean diagnose\?/],
  ['localhost', /'localhost' is neither a command nor a server. A server is given as HOST:PORT/],
  ['capture localhost', /neither a command nor a server/],
  ['capture', /missing required argument 'url'/],
  ['diagnose', /missing required argument 'inputs'/],
  ['report', /missing required argument 'inputs'/],
  ['diff a', /missing required argument 'after'/],
  ['diff a b c', /too many arguments/],
  ['diff a b --sort size', /Allowed choices are change, before, after, name/],
  ['demo -n many', /Expected a whole number above 0/],
  ['demo x', /too many arguments/],
  ['view a --port 65536', /Expected a port from 0/],
  ['view a --port -1', /Expected a port from 0/],
  ['view a --port x', /Expected a port from 0/],
  ['view a --all', /unknown option '--all'/],
  ['summary a b', /too many arguments/],
  ['profile', /missing required argument 'file'/],
  ['profile f --by weight', /Allowed choices are time, count/],
  ['profile f --json --format svg', /--json prints JSON, and --format svg something else/],
  ['h:1 --jsn', /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  ['h:1 --color red', /Allowed choices are auto, always, never/],
  ['h:1 --seconds 0', /Expected seconds above 0/],
  ['h:1 --seconds -3', /Expected seconds above 0/],
  ['h:1 --seconds 1e9', /Expected seconds above 0/],
  ['h:1 --seconds', /argument missing/],
  ['h:1 --max-size 0', /Expected a size above 0/],
  ['h:1 --max-size 1T', /Expected a size above 0/],
  ['h:1 --header nothing', /Expected 'Name: value'/],
  ['tasks', /missing required argument 'file'/],
  ['tasks f --task x', /Expected a task's number/],
  ['tasks f --task 1 --type a', /--task tells of one task, whole/],
  ['tasks f --task 1 --range 1s-2s', /--task tells of one task, whole/],
  ['tasks f --task 1 --log a', /--task tells of one task, whole/],
  ['regions f --log a', /unknown option '--log'/],
  ['tasks f --min 10', /Expected a time with its unit/],
  ['tasks f --min 2h', /Expected a time with its unit \(ns, us, ms, s, m or h\), at most 1h/],
  ['regions f --max soon', /Expected a time with its unit/],
  ['tasks f --min 5ms --max 1ms', /--min 5 ms and --max 1 ms leave nothing/],
  ['regions f --min 1s --max 1s', /--min 1 s and --max 1 s leave nothing/],
  ['regions f --task 1', /unknown option '--task'/],
  ['dump f --like same', /Allowed choices are exact, pointers, lines, functions/],
  ['dump f --minutes 0', /Expected a whole number above 0/],
  ['dump f --diff', /argument missing/],
  ['watch', /missing required argument 'url'/],
  ['watch localhost', /neither a command nor a server/],
  ['watch h:1 --threshold 0', /Expected a whole number above 0/],
  ['watch h:1 --interval 0', /Expected seconds above 0/],
  ['watch h:1 --for ever', /Expected a time above 0 and up to 24d/],
  ['watch h:1 --for 25d', /Expected a time above 0 and up to 24d/],
  ['watch h:1 --pause 0', /Expected a time above 0/],
  ['watch h:1 --max-captures 0', /Expected a whole number above 0/],
  ['summary f --seconds 3', /unknown option '--seconds'/],
  ['mmu f --flags stw,cpu', /Expected some of stw, background, assist, sweep/],
  ['mmu f --window 10', /Expected a time with its unit/],
  ['mmu f --window 0ms', /Expected a time with its unit/],
  ['mmu f --function main.main', /unknown option '--function'/],
]

for (const [line, message] of WRONG)
  test(`wrong usage: unhang ${line}`, () => {
    const parsed = parseCommandLine(line.split(' '), '1.2.3')
    assert.ok('exitCode' in parsed)
    assert.equal(parsed.exitCode, 2)
    assert.equal(parsed.stdout, '')
    assert.match(parsed.stderr, message)
  })

test('a header keeps its value whole, and cannot smuggle in a line', () => {
  const parsed = parseCommandLine(['h:1', '--header', 'Authorization: Bearer a b:c'], '1.2.3')
  assert.ok('plan' in parsed && parsed.plan.command === 'ask')
  assert.deepEqual(parsed.plan.headers, [['Authorization', 'Bearer a b:c']])
  const smuggled = parseCommandLine(['h:1', '--header', 'A: b\r\nC: d'], '1.2.3')
  assert.ok('exitCode' in smuggled && smuggled.exitCode === 2)
})

test('help and version go to standard output with exit status 0', () => {
  for (const line of ['--help', '-h', 'help', 'help capture', 'capture --help', 'h:1 --help', '--version']) {
    const parsed = parseCommandLine(line.split(' '), '1.2.3')
    assert.ok('exitCode' in parsed, line)
    assert.equal(parsed.exitCode, 0, line)
    assert.equal(parsed.stderr, '', line)
    assert.match(parsed.stdout, line === '--version' ? /^1\.2\.3\n$/ : /^Usage: unhang /, line)
  }
})

test('without arguments the help goes to standard error, with exit status 2', () => {
  const parsed = parseCommandLine([], '1.2.3')
  assert.ok('exitCode' in parsed)
  assert.deepEqual([parsed.exitCode, parsed.stdout], [2, ''])
  assert.match(parsed.stderr, /^Usage: unhang HOST:PORT\|URL/)
})

test('the help shows the bare form and examples, and not the name it has inside', () => {
  const parsed = parseCommandLine(['--help'], '1.2.3')
  assert.ok('exitCode' in parsed)
  assert.match(parsed.stdout, /unhang localhost:6060/)
  assert.doesNotMatch(parsed.stdout, /\bask\b/)
  const bare = parseCommandLine(['h:1', '--help'], '1.2.3')
  assert.ok('exitCode' in bare)
  assert.match(bare.stdout, /^Usage: unhang HOST:PORT\|URL \[options\]/)
})
