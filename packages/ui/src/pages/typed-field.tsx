/** A field whose text counts while it is typed, and leads to the list that it narrows. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { printable } from '../words.ts'

/** Faster than people read a result, slower than they type a word. */
const PAUSE_MS = 200

type TypedFieldProps = {
  /** Names it for style sheets, and on the button that clears it. */
  readonly name: string
  /** For screen readers. */
  readonly label: string
  readonly hint: string
  /** What counts now, as it would be typed: "back" and links change it, too. */
  readonly value: string
  readonly choices?: readonly string[] | undefined
  readonly isNumber?: boolean
  /** The one that `/` goes to. */
  readonly isFirst?: boolean
  readonly limit: number
  /** What Enter and the arrow down go to. */
  readonly listSelector: string
  isWrong?(text: string): boolean
  /** Says whether it changed anything. One entry of the history is for all that is typed in one go. */
  onText(text: string, way: 'push' | 'replace'): boolean
}

export function TypedField(props: TypedFieldProps) {
  const { name, label, hint, value, choices, isNumber = false, isFirst = false, limit, listSelector } = props
  const timer = useRef(0)
  const isTyping = useRef(false)
  const isEntryMade = useRef(false)
  const text = useSignal(value)
  useEffect(() => {
    if (!isTyping.current) text.value = value
  }, [value])
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const apply = (isOver: boolean) => {
    window.clearTimeout(timer.current)
    if (props.onText(text.peek().slice(0, limit), isEntryMade.current ? 'replace' : 'push')) isEntryMade.current = true
    if (!isOver) return
    isTyping.current = false
    isEntryMade.current = false
  }
  const list = choices ? `choices-${name}` : undefined
  return (
    <span class={`typed-field ${name}`}>
      <input
        type="text"
        inputMode={isNumber ? 'numeric' : 'text'}
        aria-label={label}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={hint}
        list={list}
        data-first={isFirst ? '' : undefined}
        value={text.value}
        aria-invalid={props.isWrong?.(text.value) ?? false}
        onInput={event => {
          isTyping.current = true
          text.value = event.currentTarget.value
          window.clearTimeout(timer.current)
          timer.current = window.setTimeout(() => apply(false), PAUSE_MS)
        }}
        onKeyDown={event => {
          if (event.isComposing) return
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            // The list of choices has its own arrows.
            if (event.key === 'ArrowDown' && choices) return
            apply(true)
            document.querySelector<HTMLElement>(listSelector)?.focus()
          } else if (event.key === 'Escape') {
            apply(true)
            event.currentTarget.blur()
          } else return
          event.preventDefault()
        }}
        onBlur={() => apply(true)}
      />
      {list ? (
        <datalist id={list}>
          {choices?.map(choice => (
            <option key={choice} value={printable(choice, 100)} />
          ))}
        </datalist>
      ) : null}
      {text.value === '' ? null : (
        <button
          type="button"
          class="plain icon clear"
          aria-label={`clear: ${name}`}
          onClick={() => {
            text.value = ''
            apply(true)
          }}
        >
          <span aria-hidden="true">×</span>
        </button>
      )}
    </span>
  )
}
