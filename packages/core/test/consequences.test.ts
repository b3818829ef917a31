import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Certainty, Finding } from '../src/analysis/diagnosis.ts'
import { withConsequences } from '../src/analysis/scene/consequences.ts'

/** "5,6>7": goroutines 5 and 6 wait for 7; "@a": for the lock a; "?": only possible; "!": cause unknown. */
function finding(text: string): Finding {
  const [, ids, holder, lock, sign] = /^([\d,]+)(?:>(\d+))?(?:@(\w+))?([?!])?$/.exec(text)!
  const goroutines = ids.split(',').map(Number)
  return {
    kind: 'mutex',
    cause: sign === '!' ? 'unknown' : 'holder-blocked',
    certainty: (sign === '?' ? 'possible' : 'likely') as Certainty,
    site: { function: text, file: 'a.go', line: 1 },
    waiters: { count: goroutines.length, goroutines, longestNs: 1e9, sinceStart: true },
    holder: holder ? { state: 'waiting', goroutine: Number(holder) } : { state: 'unknown' },
    evidence: [],
    advice: '',
    ...(lock ? { lock } : {}),
  }
}

const CASES: readonly [what: string, ranked: string, expected: string][] = [
  ['nobody waits for anybody', '5 6', '5 6'],
  ['a chain leads to its end, however many links', '7 6>7 5>6', '7 6>7←0 5>6←0'],
  ['the end of a chain stands first, wherever it was ranked among others', '5>7 1 7', '1 7 5>7←1'],
  ['a circle follows from the first of it', '5>6 6>5', '5>6 6>5←0'],
  ['who waits for a circle follows from it, too', '9>5 6>5 5>6', '6>5 9>5←0 5>6←0'],
  ['lines of one lock follow from the first', '5@a 6@a 7@b', '5@a 6@a←0 7@b'],
  ['itself is nobody else', '5,6>5', '5,6>5'],
  ['what is sure does not follow from what may be', '5>6 6?', '5>6 6?'],
  ['what is unknown explains nothing', '5>6 6!', '5>6 6!'],
  ['what may be follows from what is sure, and comes last', '6 5>6? 7', '6 7 5>6?←0'],
]
for (const [what, ranked, expected] of CASES) {
  test(`consequences: ${what}`, () => {
    const shown = withConsequences(ranked.split(' ').map(finding)).map(
      ({ site, follows }) => `${site.function}${follows === undefined ? '' : `←${follows}`}`,
    )
    assert.equal(shown.join(' '), expected)
  })
}

test('consequences: goroutines of another process have the same ids', () => {
  const [server, client] = [finding('5>6'), finding('6')]
  const shown = withConsequences([server, client], one => (one === server ? 0 : 1))
  assert.deepEqual(shown, [server, client])
})
