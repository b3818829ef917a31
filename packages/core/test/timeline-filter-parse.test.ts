/** The line of a filter as a person types it: what it says, and what is said of it where it says nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quote, quoteExactly } from '../src/timeline/filter/lex.ts'
import { parseFilter } from '../src/timeline/filter/parse.ts'
import { KEYS, MAX_FILTER_LENGTH, MAX_TERMS, MAX_TEXTS, type Term } from '../src/timeline/filter/spec.ts'
import { GoState } from '../src/trace/tables.ts'

function termsOf(text: string): readonly Term[] {
  const parsed = parseFilter(text)
  if ('error' in parsed) throw new Error(`${text.slice(0, 100)}: ${parsed.error.message}`)
  return parsed.filter.terms
}

function errorOf(text: string): { message: string; wrong: string } {
  const parsed = parseFilter(text)
  assert.ok('error' in parsed, `${text} is a filter`)
  const { message, from, to } = parsed.error
  return { message, wrong: text.slice(from, to) }
}

const word = (text: string) => ({ text, exact: false })

test('terms of each key', () => {
  const said: readonly [string, object][] = [
    ['fn:AcquireLock', { key: 'fn', texts: [word('acquirelock')] }],
    ['fn:a,"b c",=D', { key: 'fn', texts: [word('a'), word('b c'), { text: 'D', exact: true }] }],
    ['fn:"say \\"hi\\\\\\n"', { key: 'fn', texts: [word('say "hi\\\n')] }],
    ['Fn:main.(*server).F[int]', { key: 'fn', texts: [word('main.(*server).f[int]')] }],
    ['g:41', { key: 'g', ids: [{ from: 41, to: 41 }] }],
    [
      'g:g41,60-50',
      {
        key: 'g',
        ids: [
          { from: 41, to: 41 },
          { from: 50, to: 60 },
        ],
      },
    ],
    ['g41', { key: 'g', ids: [{ from: 41, to: 41 }] }],
    ['state:Waiting,syscall', { key: 'state', states: [GoState.waiting, GoState.syscall] }],
    ['reason:"chan receive"', { key: 'reason', texts: [word('chan receive')], except: false }],
    ['reason:!select,sleep', { key: 'reason', texts: [word('select'), word('sleep')], except: true }],
    ['reason:"!select"', { key: 'reason', texts: [word('!select')], except: false }],
    ['longer:10ms', { key: 'longer', ns: 10e6 }],
    ['longer:1m30.5s', { key: 'longer', ns: 90.5e9 }],
    ['shorter:1.5µs', { key: 'shorter', ns: 1500 }],
    ['shorter:.5us', { key: 'shorter', ns: 500 }],
    ['proc:2', { key: 'proc', ids: [{ from: 2, to: 2 }] }],
    ['proc:P0-3', { key: 'proc', ids: [{ from: 0, to: 3 }] }],
    ['thread:41', { key: 'thread', ids: [{ from: 41, to: 41 }] }],
    ['task:req,7,"8"', { key: 'task', texts: [word('req'), word('8')], ids: [{ from: 7, to: 7 }] }],
    ['region:=x', { key: 'region', texts: [{ text: 'x', exact: true }] }],
    ['label:"GC (idle)"', { key: 'label', texts: [word('gc (idle)')] }],
    ['during:gc,STW', { key: 'during', ranges: ['gc', 'stw'] }],
    ['with:g41', { key: 'with', centers: [{ id: 41, steps: 1 }] }],
    [
      'with:41~3,g7',
      {
        key: 'with',
        centers: [
          { id: 41, steps: 3 },
          { id: 7, steps: 1 },
        ],
      },
    ],
    ['is:stuck,new', { key: 'is', words: ['stuck', 'new'] }],
    ['Lock', { key: 'word', texts: [word('lock')], ids: [] }],
    ['41', { key: 'word', texts: [word('41')], ids: [{ from: 41, to: 41 }] }],
    ['main.go:26', { key: 'word', texts: [word('main.go:26')], ids: [] }],
    ['"type:.eq"', { key: 'word', texts: [word('type:.eq')], ids: [] }],
  ]
  for (const [text, term] of said) {
    assert.deepEqual(termsOf(text), [{ negated: false, ...term }], text)
    assert.deepEqual(termsOf(`\t-${text}  `), [{ negated: true, ...term }], `-${text}`)
  }
  const keys = new Set(said.map(([, term]) => (term as Term).key))
  for (const [key] of KEYS) assert.ok(keys.has(key), `${key} is not tested`)
})

test('terms stand beside each other', () => {
  assert.deepEqual(termsOf('').length, 0)
  assert.deepEqual(termsOf(' \n ').length, 0)
  const terms = termsOf('fn:AcquireLock  reason:mutex longer:10ms\u00a0-with:g41')
  assert.deepEqual(
    terms.map(({ key, negated }) => [key, negated]),
    [
      ['fn', false],
      ['reason', false],
      ['longer', false],
      ['with', true],
    ],
  )
})

test('what is wrong, and where', () => {
  const wrong: readonly [text: string, wrong: string, message: RegExp][] = [
    ['fn:a longer:abc', 'abc', /^`longer:` needs a length such as 10ms, found “abc”$/],
    ['longer:10', '10', /needs a length with a unit \(ns, us, ms, s, m\) such as 10ms, found “10”/],
    ['longer:-1ms', '-1ms', /found “-1ms”/],
    ['longer:1ms,2ms', '1ms,2ms', /takes one length/],
    ['state:runing', 'runing', /knows running, runnable, waiting, syscall, found “runing”; did you mean running\?/],
    ['state:blocked', 'blocked', /did you mean waiting\?/],
    ['is:xyz', 'xyz', /knows stuck, alive, ended, new, old, system, found “xyz”$/],
    ['during:gc,', 'during:gc,', /needs a value, such as during:gc/],
    ['reson:mutex', 'reson:', /there is no term `reson:`: did you mean `reason:`\?/],
    ['-func:x', 'func:', /did you mean `fn:`\?/],
    ['http://x', 'http:', /a text with a colon needs quotes/],
    ['fn:', 'fn:', /`fn:` needs a value, such as fn:AcquireLock/],
    ['a fn:"b c', '"b c', /this quote is not closed/],
    ['"', '"', /not closed/],
    ['a -', '-', /`-` needs a term/],
    [',a', ',a', /before or after this comma/],
    ['g:x41', 'x41', /needs ids such as 41 or 50-60, found “x41”/],
    ['g:p41', 'p41', /needs ids/],
    ['with:me', 'me', /needs a goroutine such as g41 or g41~2/],
    ['with:g41~0', 'g41~0', /from 1 to 99 steps, found 0/],
    ['with:g41~100', 'g41~100', /from 1 to 99 steps/],
    ['reason:select,!sleep', '!sleep', /before the first reason/],
    ['fn:!x', '!x', /is for reasons only/],
    [`state:${'x'.repeat(500)}`, 'x'.repeat(500), /found “x{39}…”$/],
    [`${'k'.repeat(500)}:1`, `${'k'.repeat(500)}:`, /there is no term `k{40}:`/],
  ]
  for (const [text, place, message] of wrong) {
    const error = errorOf(text)
    assert.equal(error.wrong, place, text)
    assert.match(error.message, message)
  }
})

test('a filter has bounds', () => {
  assert.equal(termsOf('a '.repeat(MAX_TERMS)).length, MAX_TERMS)
  assert.match(errorOf('a '.repeat(MAX_TERMS + 1)).message, /at most 29 terms, found 30/)
  assert.equal(termsOf(`fn:a${',a'.repeat(MAX_TEXTS - 1)}`).length, 1)
  assert.match(errorOf(`fn:a${',a'.repeat(MAX_TEXTS)}`).message, /at most 200 texts/)
  assert.match(errorOf('x'.repeat(MAX_FILTER_LENGTH + 1)).message, /at most 100000 characters/)
  const ids = Array.from({ length: 16_000 }, (_, i) => i).join(',')
  const [term] = termsOf(`g:${ids}`)
  assert.ok(term.key === 'g' && term.ids.length === 16_000)
})

/** Made of what filters are made of: more likely to hurt than letters by chance. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      '"',
      '\\',
      ',',
      '-',
      ':',
      '=',
      '!',
      '~',
      ' ',
      '\n',
      'µs',
      '10',
      'ms',
      'g',
      '41',
      '\ud800',
      '\u202e',
    ),
    fc.constantFrom(...KEYS.map(([key]) => `${key}:`)),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
  { maxLength: 30 },
)

test('any text is a filter or an error within the text', () => {
  const seen = { filters: 0, errors: 0 }
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map(parts => parts.join('')),
      ),
      text => {
        const parsed = parseFilter(text)
        if ('filter' in parsed) {
          seen.filters++
          return
        }
        seen.errors++
        const { message, from, to } = parsed.error
        assert.ok(message.length > 10 && message.length < 300)
        assert.ok(0 <= from && from < to && to <= text.length, `${from} ${to} ${text.length}`)
      },
    ),
    { numRuns: 3000 },
  )
  assert.ok(seen.filters > 100 && seen.errors > 100)
})

test('a value that was quoted is read back as it was, however it is called', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    pieces.map(parts => parts.join('')).filter(joined => joined !== ''),
  )
  fc.assert(
    fc.property(text, fc.constantFrom('fn', 'reason', 'region', 'label'), (name, key) => {
      const [exact, ...others] = termsOf(`${key}:${quoteExactly(name)}`)
      assert.deepEqual(others, [])
      assert.deepEqual('texts' in exact && exact.texts, [{ text: name, exact: true }])
      const [loose] = termsOf(`${key}:${quote(name)} is:stuck`)
      assert.deepEqual('texts' in loose && loose.texts, [{ text: name.toLowerCase(), exact: false }])
    }),
    { numRuns: 2000 },
  )
})

test('a name of 100 kB is looked for by its beginning, cut between characters', () => {
  const [term] = termsOf(`fn:${quoteExactly('😀'.repeat(50_000))}`)
  assert.deepEqual('texts' in term && term.texts, [{ text: '😀'.repeat(250), exact: false }])
  const [odd] = termsOf(`fn:${quoteExactly(`x${'😀'.repeat(50_000)}`)}`)
  assert.deepEqual('texts' in odd && odd.texts, [{ text: `x${'😀'.repeat(249)}`, exact: false }])
})
