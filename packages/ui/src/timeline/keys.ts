/**
 * Which key does what: read by the listener and by the help sheet, so that the two cannot disagree. Letters are those
 * that the key writes, whatever the keyboard's layout; capitals need shift and so are commands of their own.
 */
import type { Command } from './contract.ts'

export type KeyBinding = {
  /** `KeyboardEvent.key`; letters as they are written. */
  readonly keys: readonly string[]
  readonly command: Command
  readonly does: string
}

export const KEY_BINDINGS: readonly KeyBinding[] = [
  { keys: ['w', 'W', '+', '='], command: 'zoomIn', does: 'zoom in, at the pointer' },
  { keys: ['s', 'S', '-'], command: 'zoomOut', does: 'zoom out' },
  { keys: ['a', 'A', 'ArrowLeft'], command: 'left', does: 'move to earlier' },
  { keys: ['d', 'D', 'ArrowRight'], command: 'right', does: 'move to later' },
  { keys: ['ArrowUp'], command: 'up', does: 'mark the row above; scroll up by a row' },
  { keys: ['ArrowDown'], command: 'down', does: 'mark the row below; scroll down by a row' },
  { keys: ['PageUp'], command: 'pageUp', does: 'scroll up by a page' },
  { keys: ['PageDown'], command: 'pageDown', does: 'scroll down by a page' },
  { keys: ['Home'], command: 'top', does: 'first row' },
  { keys: ['End'], command: 'bottom', does: 'last row' },
  { keys: ['f'], command: 'fitSelection', does: 'fit the selection: the range, else the span' },
  { keys: ['0'], command: 'whole', does: 'the whole trace' },
  { keys: ['/'], command: 'search', does: 'search goroutines, functions and wait reasons' },
  { keys: ['F'], command: 'filter', does: 'filter the goroutines' },
  { keys: ['n'], command: 'nextHit', does: 'next span that the filter marks' },
  { keys: ['N'], command: 'previousHit', does: 'previous span that the filter marks' },
  { keys: [']'], command: 'nextSpan', does: 'next span of the goroutine, or the first of the marked row' },
  { keys: ['['], command: 'previousSpan', does: 'previous span of the goroutine, or the last of the marked row' },
  {
    keys: ['Enter'],
    command: 'followWaker',
    does: 'open the marked row, or select its last span; else follow the arrow to who woke the span',
  },
  {
    keys: ['o', ' '],
    command: 'toggleRow',
    does: 'open or close the marked row, or the group under the pointer, else of the selection',
  },
  { keys: ['Escape'], command: 'clear', does: 'clear the range, then the selection' },
  { keys: ['?'], command: 'help', does: 'this sheet' },
]

const KEY_WORDS: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page up',
  PageDown: 'Page down',
  Escape: 'Esc',
}

/** Keys as a sheet shows them: "W", "←", "Page up"; without the capital where the small letter does the same. */
export function keyWords(binding: Pick<KeyBinding, 'keys'>): string[] {
  const shown = binding.keys.filter(key => key === key.toLowerCase() || !binding.keys.includes(key.toLowerCase()))
  return shown.map(key => KEY_WORDS[key] ?? key)
}

const BY_KEY = new Map(KEY_BINDINGS.flatMap(binding => binding.keys.map(key => [key, binding.command] as const)))

/** What of a KeyboardEvent matters here. */
export type KeyPress = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly isComposing?: boolean
  readonly defaultPrevented?: boolean
  readonly target: unknown
}

/** Keys with which the focused button or link does something of its own. */
const PRESSES = new Set(['Enter', ' '])
const SCROLLS = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/** undefined: the key is not ours, or it belongs to what has the focus. */
export function commandOf(event: KeyPress): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  if (event.isComposing === true || event.defaultPrevented === true) return undefined
  const holder = event.target as Partial<Element & HTMLElement> | null | undefined
  if (isTyping(holder)) return undefined
  if (PRESSES.has(event.key) && isWithin(holder, PRESSED)) return undefined
  if (SCROLLS.has(event.key) && isWithin(holder, STEERED)) return undefined
  return BY_KEY.get(event.key)
}

const PRESSED = 'a[href], button, summary, [role="button"], [role="tab"], [role="option"], [role="menuitem"]'
const STEERED = '[role="tablist"], [role="listbox"], [role="separator"], [role="menu"], [role="slider"], [data-scrolls]'
/** Inputs into which nothing is typed. */
const NOT_TYPED = new Set(['button', 'checkbox', 'radio', 'submit', 'reset', 'file', 'image', 'color'])

function isTyping(element: Partial<HTMLElement> | null | undefined): boolean {
  if (element === null || element === undefined) return false
  if (element.isContentEditable === true) return true
  const tag = element.tagName?.toUpperCase()
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true
  return tag === 'INPUT' && !NOT_TYPED.has((element as Partial<HTMLInputElement>).type ?? 'text')
}

function isWithin(element: Partial<Element> | null | undefined, selector: string): boolean {
  return typeof element?.closest === 'function' && element.closest(selector) !== null
}
