import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../src/timeline/contract.ts'
import { commandOf, KEY_BINDINGS, type KeyPress, keyWords } from '../src/timeline/keys.ts'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => {
  return { key, ctrlKey: false, metaKey: false, altKey: false, target: null, ...more }
}

/** An element as far as the listener looks at one. */
const element = (tagName: string, more: object = {}, matches: readonly string[] = []) => ({
  tagName,
  closest: (selector: string) => (matches.some(match => selector.split(', ').includes(match)) ? {} : null),
  ...more,
})

test('every command has its keys, and no key has two', () => {
  // Names every command: a new one does not compile here before it has a place.
  const all: Record<Command, true> = {
    zoomIn: true,
    zoomOut: true,
    left: true,
    right: true,
    up: true,
    down: true,
    pageUp: true,
    pageDown: true,
    top: true,
    bottom: true,
    fitSelection: true,
    whole: true,
    search: true,
    nextHit: true,
    previousHit: true,
    previousSpan: true,
    nextSpan: true,
    followWaker: true,
    clear: true,
    help: true,
    filter: true,
    toggleRow: true,
  }
  assert.deepEqual(KEY_BINDINGS.map(({ command }) => command).sort(), Object.keys(all).sort())
  const keys = KEY_BINDINGS.flatMap(({ keys }) => keys)
  assert.equal(new Set(keys).size, keys.length)
})

test('keys mean what the design says', () => {
  const meant = {
    w: 'zoomIn',
    s: 'zoomOut',
    a: 'left',
    D: 'right',
    ArrowUp: 'up',
    f: 'fitSelection',
    F: 'filter',
    0: 'whole',
  }
  for (const [key, command] of Object.entries(meant)) assert.equal(commandOf(press(key)), command)
  const others = { '/': 'search', n: 'nextHit', N: 'previousHit', '[': 'previousSpan', ']': 'nextSpan', '?': 'help' }
  for (const [key, command] of Object.entries(others)) assert.equal(commandOf(press(key)), command)
  assert.equal(commandOf(press('Enter')), 'followWaker')
  assert.equal(commandOf(press('Escape')), 'clear')
  assert.equal(commandOf(press('x')), undefined)
})

test("the browser's and the system's own keys stay theirs", () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const) {
    assert.equal(commandOf(press('f', { [held]: true })), undefined)
  }
  assert.equal(commandOf(press('f', { isComposing: true })), undefined)
  assert.equal(commandOf(press('f', { defaultPrevented: true })), undefined)
})

test('who types, types', () => {
  for (const target of [
    element('INPUT', { type: 'search' }),
    element('textarea'),
    element('SELECT'),
    element('INPUT'),
  ]) {
    assert.equal(commandOf(press('w', { target })), undefined)
  }
  assert.equal(commandOf(press('w', { target: element('DIV', { isContentEditable: true }) })), undefined)
  assert.equal(commandOf(press('w', { target: element('INPUT', { type: 'checkbox' }) })), 'zoomIn')
  assert.equal(commandOf(press('w', { target: element('DIV') })), 'zoomIn')
})

test('a focused button is pressed, not the timeline; other keys go through it', () => {
  const button = element('BUTTON', {}, ['button'])
  assert.equal(commandOf(press('Enter', { target: button })), undefined)
  assert.equal(commandOf(press(' ', { target: button })), undefined)
  assert.equal(commandOf(press('w', { target: button })), 'zoomIn')
  const splitter = element('DIV', {}, ['[role="separator"]'])
  assert.equal(commandOf(press('ArrowUp', { target: splitter })), undefined)
  assert.equal(commandOf(press('w', { target: splitter })), 'zoomIn')
})

test('the sheet writes keys as they are printed on them', () => {
  const shown = (command: Command) => keyWords(KEY_BINDINGS.find(binding => binding.command === command)!)
  assert.deepEqual(shown('zoomIn'), ['w', '+', '='])
  assert.deepEqual(shown('left'), ['a', '←'])
  assert.deepEqual(shown('filter'), ['F'])
  assert.deepEqual(shown('toggleRow'), ['o', 'Space'])
})
