/** Search: goroutines, functions and wait reasons; Enter goes to the first span of what was found, n and N to the others. */

import { useSignal } from '@preact/signals'
import type { SearchHit } from '@unhang/core'
import { formatCount } from '@unhang/core'
import { useContext, useRef } from 'preact/hooks'
import { traceIndexOf } from '../state/store.ts'
import { Combobox } from '../widgets/combobox.tsx'
import { counted, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { goToHit, stepHit } from './jumps.ts'

const LIMIT = 30

type Found = { readonly text: string; readonly hits: readonly SearchHit[]; readonly total: number }
const NOTHING: Found = { text: '', hits: [], total: 0 }

export function SearchBox() {
  const session = useContext(SessionContext)
  const { store } = session
  const input = useRef<HTMLInputElement>(null)
  const text = useSignal('')
  const found = useSignal<Found>(NOTHING)
  const hit = store.hit.value

  const search = async (typed: string) => {
    text.value = typed
    if (typed.trim() === '') {
      found.value = NOTHING
      return
    }
    const answer = await session
      .ask('search', { trace: traceIndexOf(store), text: typed, limit: LIMIT })
      .catch(() => NOTHING)
    if (text.peek() === typed) found.value = { ...answer, text: typed }
  }
  const go = async (index: number) => {
    // Enter may come before the answer to the last letter.
    if (found.peek().text !== text.peek()) await search(text.peek())
    const chosen = found.peek().hits[index]
    if (!chosen) return
    input.current?.blur()
    await goToHit(session, chosen)
  }
  const { hits, total } = found.value
  return (
    <div class="search-box">
      <Combobox
        label="search goroutines, functions and wait reasons (/)"
        placeholder="/ search"
        value={text.value}
        inputRef={input}
        message={
          text.value.trim() === '' || found.value.text !== text.value ? undefined : totalText(hits.length, total)
        }
        choices={hits.map((one, i) => ({
          key: `${i} ${one.filter.slice(0, 200)}`,
          mark: one.kind,
          text: printable(one.text),
          note: printable(one.note),
        }))}
        onText={search}
        onChoose={go}
        onEnter={() => go(0)}
        onEscape={() => input.current?.blur()}
      />
      {hit ? (
        <span class="steps">
          <button
            type="button"
            class="plain icon"
            aria-label={`previous hit of ${printable(hit.text, 60)} (N)`}
            title="previous hit (N)"
            onClick={() => stepHit(session, -1)}
          >
            <span aria-hidden="true">↑</span>
          </button>
          <button
            type="button"
            class="plain icon"
            aria-label={`next hit of ${printable(hit.text, 60)} (n)`}
            title="next hit (n)"
            onClick={() => stepHit(session, 1)}
          >
            <span aria-hidden="true">↓</span>
          </button>
        </span>
      ) : null}
    </div>
  )
}

function totalText(shown: number, total: number): string {
  if (total === 0) return 'nothing of that name'
  return total > shown ? `${formatCount(shown)} of ${counted(total, 'hit')}` : counted(total, 'hit')
}
