/** How sure is it of those that wait for each other? */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tie } from '../src/analysis/reach/partners.ts'
import { judged, NOTHING_KNOWN, type Node } from '../src/analysis/stranded/judged.ts'

/** A goroutine that receives; `depth`: how many functions of its own it has called to get there. */
function receiver(row: number, depth: number, stillNs: number, tie: Tie, partner: number): Node {
  return waiter('chan receive', 'bucket', row, depth, stillNs, tie, partner)
}

function waiter(
  kind: string,
  type: string,
  row: number,
  depth: number,
  stillNs: number,
  tie: Tie,
  partner: number,
): Node {
  const frames = Array.from({ length: depth + 1 }, (_, i) => ({
    function: `main.(*${type}).f${row}_${i}`,
    file: 'a.go',
    line: i,
    own: true,
    plumbing: false,
    package: 'main',
    receiver: `main.${type}`,
  }))
  const place = { frames, site: frames[0], wait: { kind, what: kind } }
  return {
    row,
    place: place as unknown as Node['place'],
    stillNs,
    anchor: 'gone',
    partners: new Map([[partner, tie]]),
    young: false,
    ...NOTHING_KNOWN,
  }
}

const pair = (stillNs: number, tie: Tie, depth = 0) =>
  judged([receiver(1, depth, stillNs, tie, 2), receiver(2, 1, stillNs, tie, 1)], new Set(), () => false).map(
    one => one.certainty,
  )

test('a loop that receives in the function it began with may be a ticker, and then wakes who waits for it', () => {
  assert.deepEqual(pair(1, 'sibling'), ['possible', 'possible'])
  assert.deepEqual(pair(1, 'type'), ['possible', 'possible'])
})

test('it is none where it was called from elsewhere, has a pointer in common with the other, or stood for long', () => {
  assert.deepEqual(pair(1, 'sibling', 1), ['likely', 'likely'])
  assert.deepEqual(pair(1, 'value'), ['likely', 'likely'])
  assert.deepEqual(pair(2e9, 'sibling'), ['likely', 'likely'])
})

test('a loop of a ticker that comes round to its line takes nothing from a sender, and is no more than worth a look itself', () => {
  const beside = (kind: string, type: string, depth: number, tie: Tie = 'sibling') =>
    judged(
      [waiter('chan send', 'bucket', 1, 0, 1, tie, 2), waiter(kind, type, 2, depth, 1, 'sibling', 1)],
      new Set(),
      () => false,
    )
  const certainty = (...of: Parameters<typeof beside>) => beside(...of).map(one => one.certainty)
  assert.deepEqual(certainty('chan receive', 'clock', 0), ['likely', 'possible'])
  assert.deepEqual(certainty('chan receive', 'bucket', 0), ['likely', 'possible'])
  // A select may have a timer among its cases, and in the middle of something it goes on with something else.
  assert.deepEqual(certainty('select', 'clock', 0), ['likely', 'possible'])
  assert.deepEqual(certainty('select', 'clock', 1), ['possible', 'possible'])
  // Whom it has started may have a slot, and gives it back at its end.
  assert.deepEqual(certainty('select', 'clock', 0, 'child'), ['possible', 'possible'])
  assert.deepEqual(certainty('select', 'clock', 0, 'scope'), ['possible', 'possible'])
})

test('a loop that is paced by one that the clock wakes will come back to its line, and takes what is sent there', () => {
  const sends = waiter('chan send', 'bucket', 1, 0, 1, 'sibling', 2)
  const clock = waiter('chan receive', 'clock', 3, 0, 1, 'sibling', 2)
  const certainty = (between: Node) => judged([sends, between, clock], new Set(), () => false).map(one => one.certainty)
  assert.deepEqual(certainty(waiter('select', 'limiter', 2, 1, 1, 'sibling', 3)), ['possible', 'possible', 'possible'])
  assert.deepEqual(certainty(waiter('chan receive', 'limiter', 2, 1, 1, 'sibling', 3)), [
    'possible',
    'possible',
    'possible',
  ])
})
