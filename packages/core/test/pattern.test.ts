/** Regular expressions as Go's tools take them: what they match, what is wrong with the others, and that none takes long. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePattern, PatternError } from '../src/base/pattern/pattern.ts'
import { requireTool } from './require-tool.ts'

const MATCHES: readonly (readonly [source: string, text: string, isMatch: boolean])[] = [
  ['', '', true],
  ['Lock', 'sync.(*Mutex).Lock', true],
  ['^Lock', 'sync.(*Mutex).Lock', false],
  ['Lock$', 'sync.(*Mutex).Lock', true],
  ['\\.\\(\\*Mutex\\)\\.', 'sync.(*Mutex).Lock', true],
  ['(?i)mutex', 'sync.(*Mutex).Lock', true],
  ['(?i:MU)teX', 'sync.(*Mutex).Lock', false],
  ['(?i)Ä', 'ä', true],
  ['a{2,3}b', 'cab', false],
  ['a{2,3}b', 'caab', true],
  ['a{2}', 'aa', true],
  ['a{,2}', 'a{,2}', true],
  ['x*', '', true],
  ['(ab|cd)+e', 'abcde', true],
  ['(ab|cd)+e', 'abce', false],
  ['\\bLock\\b', 'a.Lock()', true],
  ['\\bLock\\b', 'a.LockSlow', false],
  ['Lock\\B', 'a.LockSlow', true],
  ['[[:upper:]][^a-z]', 'aBc', false],
  ['[[:upper:]][^a-z]', 'aBC', true],
  ['[]a]', ']', true],
  ['[a-]', '-', true],
  ['\\Qa.b\\E+', 'a.bbb', true],
  ['\\Qa.b\\E', 'axb', false],
  ['^\\pL+$', 'größe', true],
  ['^\\p{Greek}$', 'λ', true],
  ['^\\P{Greek}$', 'λ', false],
  ['\\x{1F600}', '😀', true],
  ['^.$', '😀', true],
  ['^.$', '\n', false],
  ['(?s)^.$', '\n', true],
  ['(?m)^b$', 'a\nb\nc', true],
  ['^b$', 'a\nb\nc', false],
  ['(?P<name>a)b', 'ab', true],
  ['(^|\\.)main', 'x.main', true],
  ['(a*)*b', 'aaab', true],
]

test('what an expression matches', () => {
  for (const [source, text, isMatch] of MATCHES)
    assert.equal(compilePattern(source).matches(text), isMatch, `${source} in ${text}`)
})

const WRONG = [
  '(',
  ')',
  '[a',
  '*',
  'a**',
  'a{2000}',
  'a{3,2}',
  '\\',
  '\\1',
  '(?=a)',
  '(?<!a)',
  '[z-a]',
  '\\pX',
  '[[:no:]]',
]

test('what is no expression is said', () => {
  for (const source of WRONG) assert.throws(() => compilePattern(source), PatternError, source)
  assert.throws(() => compilePattern('((((a{100}){100}){100}){100})'), /repeats too much/)
  assert.throws(() => compilePattern('a'.repeat(1001)), /1000 at most/)
})

test('Go says the same of all of these', t => {
  const go = requireTool(t, 'go')
  if (!go) return
  const folder = mkdtempSync(join(tmpdir(), 'unhang-pattern-'))
  try {
    const cases = [...MATCHES.map(([source, text]) => [source, text]), ...WRONG.map(source => [source, ''])]
    writeFileSync(join(folder, 'main.go'), GO_SOURCE)
    const out = execFileSync(go, ['run', join(folder, 'main.go')], { input: JSON.stringify(cases), encoding: 'utf8' })
    const said = out.trim().split('\n')
    assert.deepEqual(said, [...MATCHES.map(([, , isMatch]) => String(isMatch)), ...WRONG.map(() => 'error')])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const GO_SOURCE = `package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

func main() {
	var cases [][2]string
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		if re, err := regexp.Compile(c[0]); err != nil {
			fmt.Println("error")
		} else {
			fmt.Println(re.MatchString(c[1]))
		}
	}
}
`

/** Expressions of what JavaScript and Go understand alike, too short to take JavaScript long. */
const expressions = fc.letrec<{ node: string }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '\\W'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{1,2}', '{2}', '*?')).map(([a, times]) => `(?:${a})${times}`),
  ),
})).node

test('any expression matches what JavaScript says it does', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', ' '), maxLength: 8 })
  fc.assert(
    fc.property(expressions, texts, (source, text) => {
      assert.equal(compilePattern(source).matches(text), new RegExp(source, 's').test(text), `${source} in ${text}`)
    }),
    { numRuns: 3000 },
  )
})

test('any text is an expression, or is said to be none', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '?',
    '*',
    '\\',
    '^',
    '-',
    ':',
    'p',
    'a',
    '1',
    '|',
    'P<',
    'ä',
    '😀',
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(pieces, fc.string({ minLength: 1, maxLength: 1 })), maxLength: 30 }),
      source => {
        try {
          compilePattern(source).matches('main.(*server).AcquireLock')
        } catch (error) {
          assert.ok(error instanceof PatternError, String(error))
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('what takes JavaScript for ever is told at once', () => {
  const text = `${'a'.repeat(50_000)}!`
  for (const source of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(a*)*b', 'a*a*a*a*a*a*a*c', '^(.?){200}b', '(x+x+)+y'])
    assert.equal(compilePattern(source).matches(text), false, source)
})
