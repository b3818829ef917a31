/** Whom to keep, in the words of `unhang dump`: a function, a state, minutes. Applied while they are typed. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useContext, useRef } from 'preact/hooks'
import { type GroupsPlace, minutesOf, TEXT_LIMIT } from '../state/groups-url.ts'
import { printable } from '../words.ts'
import { SessionContext } from './context.ts'

/** Faster than people read a result, slower than they type a word. */
const PAUSE_MS = 200

export function GroupFilters({ reasons }: { readonly reasons: readonly string[] }) {
  const { function: name, state, minutes } = useContext(SessionContext).store.place.value.groups
  return (
    <div class="groups-filters">
      <Field
        label="function"
        hint="function: in any frame"
        value={name}
        changeOf={text => ({ function: text })}
        isFirst={true}
      />
      <Field
        label="state"
        hint="state: mutex, chan send, running"
        value={state}
        choices={reasons}
        changeOf={text => ({ state: text })}
      />
      <Field
        label="minutes"
        hint="minutes"
        value={minutes === undefined ? '' : String(minutes)}
        changeOf={text => ({ minutes: minutesOf(text.trim()) })}
        isNumber={true}
      />
    </div>
  )
}

type FieldProps = {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly choices?: readonly string[]
  readonly isNumber?: boolean
  /** The one that `/` goes to. */
  readonly isFirst?: boolean
  changeOf(text: string): Partial<GroupsPlace>
}

function Field({ label, hint, value, choices, isNumber = false, isFirst = false, changeOf }: FieldProps) {
  const session = useContext(SessionContext)
  const timer = useRef(0)
  const isTyping = useRef(false)
  const isEntryMade = useRef(false)
  const text = useSignal(value)
  const given = useComputed(() => session.store.place.value.groups)
  // "Back" and links change it, too.
  useSignalEffect(() => {
    given.value
    if (!isTyping.current) text.value = textOf(label, given.value)
  })
  const apply = (isOver: boolean) => {
    window.clearTimeout(timer.current)
    const change = changeOf(text.peek().slice(0, TEXT_LIMIT))
    const { groups } = session.store.place.peek()
    const isSame = Object.entries(change).every(([name, to]) => groups[name as keyof GroupsPlace] === to)
    if (!isSame) {
      // One entry of the history for all that is typed in one go.
      session.goGroups(change, isEntryMade.current ? 'replace' : 'push')
      isEntryMade.current = true
    }
    if (!isOver) return
    isTyping.current = false
    isEntryMade.current = false
  }
  const list = choices ? `groups-${label}` : undefined
  return (
    <span class={`groups-field ${label}`}>
      <input
        type="text"
        inputMode={isNumber ? 'numeric' : 'text'}
        aria-label={isNumber ? 'has waited for at least so many minutes' : `${label}: keep the goroutines with it`}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={hint}
        list={list}
        data-first={isFirst ? '' : undefined}
        value={text.value}
        aria-invalid={isNumber && text.value.trim() !== '' && minutesOf(text.value.trim()) === undefined}
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
            document.querySelector<HTMLElement>('.groups-table')?.focus()
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
          aria-label={`clear: ${label}`}
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

function textOf(label: string, { function: name, state, minutes }: GroupsPlace): string {
  if (label === 'function') return name
  return label === 'state' ? state : minutes === undefined ? '' : String(minutes)
}
