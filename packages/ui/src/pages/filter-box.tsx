/** The filter: a line of text with completion, applied while it is typed; what is wrong with it is shown where it is wrong. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useContext, useRef } from 'preact/hooks'
import type { Completion, LayoutInfo } from '../protocol.ts'
import { traceIndexOf } from '../state/store.ts'
import { Combobox } from '../widgets/combobox.tsx'
import { Sentence } from '../widgets/sentence.tsx'
import { printable } from '../words.ts'
import { SessionContext } from './context.ts'

/** Faster than people read a result, slower than they type a word. */
const PAUSE_MS = 200

export function FilterBox() {
  const session = useContext(SessionContext)
  const { store } = session
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef(0)
  const isTyping = useRef(false)
  const isEntryMade = useRef(false)
  const text = useSignal(store.place.value.filter)
  const completions = useSignal<readonly Completion[]>([])
  // What they complete: typed on, the old ones stand until the new ones come, and would replace another stretch.
  const completed = useRef('')
  // "Back" and links change the filter, too.
  const applied = useComputed(() => store.place.value.filter)
  useSignalEffect(() => {
    if (!isTyping.current) text.value = applied.value
  })

  const apply = (isOver: boolean) => {
    window.clearTimeout(timer.current)
    // One entry of the history for all that is typed in one go.
    if (text.peek() !== store.place.peek().filter) {
      session.go({ filter: text.peek() }, isEntryMade.current ? 'replace' : 'push')
      isEntryMade.current = true
    }
    if (!isOver) return
    isTyping.current = false
    isEntryMade.current = false
  }
  const complete = async (caret: number) => {
    const asked = text.peek()
    const found = await session.ask('complete', { trace: traceIndexOf(store), text: asked, caret }).catch(() => [])
    if (text.peek() !== asked) return
    completed.current = asked
    completions.value = found
  }
  const type = (typed: string, caret: number) => {
    isTyping.current = true
    text.value = typed
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => apply(false), PAUSE_MS)
    complete(caret)
  }
  const choose = (index: number) => {
    const { from, to, insert } = completions.peek()[index]
    const before = text.peek()
    if (before !== completed.current) return
    const after = before.slice(0, from) + insert + before.slice(to)
    const caret = from + insert.length
    // At once: in the next frame the caret would jump away from what is selected or typed before it.
    if (input.current !== null) {
      input.current.value = after
      input.current.setSelectionRange(caret, caret)
    }
    type(after, caret)
  }
  const error = store.layout.value?.filterError
  const isOld = text.value !== applied.value
  return (
    <div class="filter-box">
      <Combobox
        label="filter the goroutines (F)"
        placeholder="filter: fn:name reason:mutex longer:10ms with:g41"
        value={text.value}
        inputRef={input}
        isInvalid={error !== undefined && !isOld}
        message={error && !isOld ? <FilterError text={text.value} error={error} /> : undefined}
        choices={completions.value.map(({ insert, note }, i) => ({
          key: `${i} ${insert}`,
          text: printable(insert),
          note: printable(note),
        }))}
        onText={type}
        onChoose={choose}
        onEnter={() => apply(true)}
        onEscape={() => input.current?.blur()}
        onFocus={() => complete(input.current?.selectionStart ?? text.peek().length)}
        onBlur={() => apply(true)}
      />
      {text.value === '' ? null : (
        <button
          type="button"
          class="plain icon clear"
          aria-label="clear the filter"
          onClick={() => {
            text.value = ''
            apply(true)
          }}
        >
          <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  )
}

type ErrorProps = { readonly text: string; readonly error: NonNullable<LayoutInfo['filterError']> }

/** The text again, with the part in question underlined: an input's own text cannot be marked. */
function FilterError({ text, error: { message, from, to } }: ErrorProps) {
  const end = Math.max(to, from + 1)
  return (
    <div class="filter-error">
      <span class="code">
        {printable(text.slice(Math.max(0, from - 60), from))}
        <mark>{printable(text.slice(from, end)) || '\u00a0'}</mark>
        {printable(text.slice(end, end + 60))}
      </span>
      <span>
        <Sentence text={message} />
      </span>
    </div>
  )
}
