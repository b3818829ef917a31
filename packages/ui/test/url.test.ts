/** Addresses: what is written is what is read, and what nobody wrote does no harm. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  BUCKET_NS,
  FUNCTION_SORTS,
  GOROUTINE_SORTS,
  HISTOGRAMS,
  LIKENESSES,
  PROFILE_KINDS,
  REGION_SORTS,
  TASK_SORTS,
} from '@unhang/core'
import fc from 'fast-check'
import { COMPARE_SORTS } from '../src/protocol/compare.ts'
import { TOP_SORTS } from '../src/protocol/profiles.ts'
import type { MomentRef } from '../src/protocol.ts'
import type { ComparePlace } from '../src/state/compare-url.ts'
import { type FunctionsPlace, NAME_LIMIT } from '../src/state/functions-url.ts'
import { GROUPS_START, type GroupsPlace, MINUTES_LIMIT, TEXT_LIMIT } from '../src/state/groups-url.ts'
import { MMU_START } from '../src/state/mmu-url.ts'
import { PROFILE_TEXT_LIMIT, PROFILE_VIEWS, PROFILES_START, type ProfilesPlace } from '../src/state/profiles-url.ts'
import { type TasksPlace, TYPE_LIMIT } from '../src/state/tasks-url.ts'
import {
  FILTER_LIMIT,
  format,
  KEY_LIMIT,
  KEYS_LIMIT,
  PAGES,
  type Place,
  parse,
  START,
  type TimeRange,
} from '../src/state/url.ts'

// Anything that a program may be called; half characters cannot stand in an address.
const text = (maxLength: number) =>
  fc
    .oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
    .filter(value => value.length <= maxLength)

// Whole nanoseconds mostly; beneath 1e-6 there is nothing to tell.
const timeNs = fc.oneof(
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.double({ min: 1e-6, max: 1e18, noNaN: true }),
  fc.double({ min: -1e12, max: -1e-6, noNaN: true }),
)
const range: fc.Arbitrary<TimeRange> = fc
  .tuple(timeNs, timeNs)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ startNs: Math.min(a, b), endNs: Math.max(a, b) }))
const top = fc.oneof(fc.nat({ max: 1_000_000 }), fc.double({ min: 1e-6, max: 1e9, noNaN: true }))

const moment: fc.Arbitrary<MomentRef> = fc.oneof(
  fc.record({ kind: fc.constant('dump' as const), index: fc.nat({ max: 9999 }) }, { noNullPrototype: true }),
  fc.record(
    { kind: fc.constant('trace' as const), index: fc.nat({ max: 9999 }), atNs: fc.option(timeNs, { nil: undefined }) },
    { noNullPrototype: true },
  ),
)
const profiles: fc.Arbitrary<ProfilesPlace> = fc.record(
  {
    kind: fc.constantFrom(...PROFILE_KINDS),
    weight: fc.constantFrom('time' as const, 'count' as const),
    unended: fc.boolean(),
    granularity: fc.constantFrom('functions' as const, 'lines' as const),
    view: fc.constantFrom(...PROFILE_VIEWS),
    isInverted: fc.boolean(),
    entry: text(PROFILE_TEXT_LIMIT),
    goroutines: text(PROFILE_TEXT_LIMIT),
    region: text(PROFILE_TEXT_LIMIT),
    focus: text(PROFILE_TEXT_LIMIT),
    ignore: text(PROFILE_TEXT_LIMIT),
    search: text(PROFILE_TEXT_LIMIT),
    zoom: fc.array(fc.integer({ min: -1, max: 2e9 }), { maxLength: 40 }),
    at: text(PROFILE_TEXT_LIMIT),
    line: text(PROFILE_TEXT_LIMIT),
    sort: fc.constantFrom(...TOP_SORTS),
    isReversed: fc.boolean(),
  },
  { noNullPrototype: true },
)
const groups: fc.Arbitrary<GroupsPlace> = fc.record(
  {
    of: fc.option(moment, { nil: undefined }),
    against: fc.option(moment, { nil: undefined }),
    like: fc.constantFrom(...LIKENESSES),
    function: text(TEXT_LIMIT),
    state: text(TEXT_LIMIT),
    minutes: fc.option(fc.nat({ max: MINUTES_LIMIT }), { nil: undefined }),
    sort: fc.constantFrom(undefined, 'wait' as const, 'count' as const, 'name' as const, 'change' as const),
    group: fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('g', 'r', 'c'), fc.nat()).map(([kind, number]) => `${kind}${number}`),
    ),
  },
  { noNullPrototype: true },
)

const sorted = <Column extends string>(columns: readonly Column[]) =>
  fc.record({ column: fc.constantFrom(...columns), isReversed: fc.boolean() }, { noNullPrototype: true })
const bucket = fc.nat({ max: BUCKET_NS.length - 1 })
const compare: fc.Arbitrary<ComparePlace> = fc.record(
  {
    against: fc.option(fc.nat(9999), { nil: undefined }),
    isOfBoth: fc.boolean(),
    table: fc.constantFrom('functions', 'waits'),
    sort: fc.constantFrom(...COMPARE_SORTS),
    isReversed: fc.boolean(),
  },
  { noNullPrototype: true },
)
const functions: fc.Arbitrary<FunctionsPlace> = fc.record(
  {
    name: text(NAME_LIMIT),
    sort: sorted(FUNCTION_SORTS),
    open: fc.option(text(NAME_LIMIT), { nil: undefined }),
    by: sorted(GOROUTINE_SORTS),
    stays: fc.option(
      fc
        .tuple(fc.constantFrom(...HISTOGRAMS), bucket, bucket)
        .map(([kind, a, b]) => ({ kind, fromBucket: Math.min(a, b), toBucket: Math.max(a, b) })),
      { nil: undefined },
    ),
  },
  { noNullPrototype: true },
)

const tasks: fc.Arbitrary<TasksPlace> = fc.oneof(tasksOf('tasks', TASK_SORTS), tasksOf('regions', REGION_SORTS))
function tasksOf(show: TasksPlace['show'], sorts: readonly TasksPlace['sort'][]): fc.Arbitrary<TasksPlace> {
  const latencyNs = fc.option(fc.nat({ max: 2 ** 31 - 1 }), { nil: undefined })
  return fc.record(
    {
      show: fc.constant(show),
      type: fc.option(text(TYPE_LIMIT), { nil: undefined }),
      isOpen: fc.boolean(),
      minNs: latencyNs,
      maxNs: latencyNs,
      log: show === 'tasks' ? text(TYPE_LIMIT) : fc.constant(''),
      sort: fc.constantFrom(...sorts),
      isDescending: fc.boolean(),
      task: fc.option(fc.nat({ max: 10 ** 9 }), { nil: undefined }),
    },
    { noNullPrototype: true },
  )
}
const place: fc.Arbitrary<Place> = fc.record(
  {
    page: fc.constantFrom(...PAGES),
    trace: fc.option(fc.nat({ max: 9999 }), { nil: undefined }),
    view: fc.option(
      fc.tuple(range, top).map(([seen, first]) => ({ ...seen, top: first })),
      { nil: undefined },
    ),
    span: fc.option(fc.record({ goroutineId: fc.nat({ max: 10 ** 9 }), timeNs }, { noNullPrototype: true }), {
      nil: undefined,
    }),
    range: fc.option(range, { nil: undefined }),
    filter: text(FILTER_LIMIT),
    expanded: fc.option(
      fc.array(
        text(KEY_LIMIT).filter(key => key !== ''),
        { maxLength: KEYS_LIMIT },
      ),
      { nil: undefined },
    ),
    finding: fc.integer({ min: -1, max: 9999 }),
    groups,
    functions,
    profiles,
    tasks,
    mmu: fc.constant(MMU_START),
    compare,
  },
  { noNullPrototype: true },
)

describe('the address', () => {
  it('is read as it was written, whatever the page shows', () => {
    fc.assert(
      fc.property(place, value => assert.deepEqual(parse(format(value)), value)),
      { seed: 7, numRuns: 3000 },
    )
  })

  it('goes through a browser unchanged', () => {
    fc.assert(
      fc.property(place, value => {
        const url = new URL('http://localhost:1/')
        url.hash = format(value)
        assert.deepEqual(parse(url.hash), value)
      }),
      { seed: 7, numRuns: 1000 },
    )
  })

  it('is readable', () => {
    const value: Place = {
      ...START,
      page: 'timeline',
      view: { startNs: 700_000_000, endNs: 1_200_000_000, top: 12.5 },
      span: { goroutineId: 41, timeNs: 713_204_112 },
      range: { startNs: 0, endNs: 1500.5 },
      filter: 'fn:main.(*server).AcquireLock longer:10ms',
      expanded: ['procs', 'f:main.worker', 'a,b'],
    }
    assert.equal(
      format(value),
      '#timeline?t=0.7s-1.2s&top=12.5&g=41@713204112&range=0s-0.0000015005s' +
        '&filter=fn:main.(*server).AcquireLock%20longer:10ms&open=procs,f:main.worker,a%2Cb',
    )
  })

  it('is empty where everybody starts', () => {
    assert.equal(format(START), '')
    assert.deepEqual(parse(''), START)
    assert.equal(format({ ...START, page: 'timeline' }), '#timeline')
    assert.equal(format({ ...START, trace: 0 }), '#answer?trace=1')
  })

  it('takes anything else as if it were not there', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom('#', 'timeline', '?', '&', '=', 't', 'g', '@', '-', 's', '.', '1e999', '%', '%zz', '9'))
        .map(parts => parts.join('')),
    )
    fc.assert(
      fc.property(odd, hash => {
        const value = parse(hash)
        assert.ok(PAGES.includes(value.page))
        for (const seen of [value.view, value.range]) assert.ok(seen === undefined || seen.startNs < seen.endNs)
        assert.deepEqual(parse(format(value)), value)
      }),
      { seed: 7, numRuns: 3000 },
    )
    const garbage = '#tmeline?t=2s-1s&top=-4&g=x@1&range=NaN-1s&filter=%zz&finding=0&trace=99999'
    assert.deepEqual(parse(garbage), START)
  })

  it('has no room for names of a hundred kilobytes', () => {
    const long = 'x'.repeat(100_000)
    const value = { ...START, filter: long, expanded: [long, 'procs'] }
    assert.ok(format(value).length < 3000)
    assert.deepEqual(parse(format(value)).expanded, ['procs'])
    assert.equal(parse(`#answer?filter=${long}`).filter.length, FILTER_LIMIT)
  })

  it('does not fail on half a character', () => {
    const value = parse(format({ ...START, filter: 'a\ud800b' }))
    assert.equal(value.filter, 'a\ufffdb')
  })

  it('names moments, groups and filters so that people can read them', () => {
    const hash =
      '#goroutines?of=dump2&with=dump1&like=functions&function=main.(*T)&state=chan%20send&minutes=2&group=g41'
    const { page, groups } = parse(hash)
    assert.equal(page, 'goroutines')
    assert.deepEqual(groups, {
      of: { kind: 'dump', index: 1 },
      against: { kind: 'dump', index: 0 },
      like: 'functions',
      function: 'main.(*T)',
      state: 'chan send',
      minutes: 2,
      sort: undefined,
      group: 'g41',
    })
    assert.equal(format(parse(hash)).replace(/%20/g, ' '), decodeURIComponent(hash))
    assert.deepEqual(parse('#goroutines?of=trace1@0.7s').groups.of, { kind: 'trace', index: 0, atNs: 7e8 })
  })

  it('names profiles so that people can read them, and takes the defaults for what makes no sense', () => {
    const hash =
      '#profiles?range=0.8s-0.9s&profiles.kind=sync&profiles.by=count&profiles.view=graph&profiles.entry=main.worker&profiles.zoom=12.~.7z'
    const place = parse(hash)
    assert.equal(format(place), hash)
    assert.deepEqual(place.profiles, {
      ...PROFILES_START,
      kind: 'sync',
      weight: 'count',
      view: 'graph',
      entry: 'main.worker',
      zoom: [38, -1, 287],
    })
    for (const wrong of [
      'kind=film',
      'by=x',
      'unended=1',
      'view=<b>',
      'zoom=1..2',
      'zoom=zzzzzzz',
      'zoom=-1',
      'sort=%',
      'at=%',
    ])
      assert.deepEqual(parse(`#profiles?profiles.${wrong}`).profiles, PROFILES_START, wrong)
  })

  it('takes the defaults for groups that make no sense', () => {
    for (const wrong of [
      'of=dump0',
      'of=dump1@2s',
      'of=trace1@soon',
      'of=film3',
      'with=dump99999',
      'like=twins',
      'minutes=-1',
      'minutes=2.5',
      'minutes=99999999',
      'sort=colour',
      'group=<b>',
      'group=g',
      'function=%',
    ])
      assert.deepEqual(parse(`#goroutines?${wrong}`).groups, GROUPS_START, wrong)
  })
})
