/** The top line: what is open, the verdict in one word, the pages, and what can be done anywhere. */
import type { DiagnosisInput } from '@unhang/core'
import { useContext, useRef } from 'preact/hooks'
import { format, PAGE_NAMES, PAGES, type Page } from '../state/url.ts'
import { Verdict } from '../widgets/verdict.tsx'
import { inputsInShort, printable } from '../words.ts'
import { PartsContext, SessionContext } from './context.ts'
import { filesOfList } from './files.ts'
import { ReportNote } from './report-note.tsx'

export function Top() {
  const session = useContext(SessionContext)
  const { store } = session
  const { theme } = useContext(PartsContext)
  const diagnosis = store.answered.value?.diagnosis
  const isOpen = store.phase.value === 'open'
  const isDark = theme.name.value === 'dark'
  return (
    <header class="top">
      <div class="top-said">
        <h1 class="brand">unhang</h1>
        <InputNames inputs={store.opened.value?.inputs ?? []} />
        <ReportNote />
        {isOpen && diagnosis ? <Verdict diagnosis={diagnosis} /> : null}
      </div>
      {isOpen ? (
        <nav class="tabs" aria-label="pages">
          {PAGES.map(page => (
            <Tab key={page} page={page} />
          ))}
        </nav>
      ) : null}
      <div class="top-tools">
        <OpenButton />
        <button
          type="button"
          class="plain icon"
          aria-label={isDark ? 'light colours' : 'dark colours'}
          title={isDark ? 'light colours' : 'dark colours'}
          onClick={() => theme.toggle()}
        >
          <span aria-hidden="true">◐</span>
        </button>
        <button
          type="button"
          class="plain icon"
          aria-label="help: all keys"
          title="all keys (?)"
          onClick={() => {
            store.isHelpOpen.value = true
          }}
        >
          <span aria-hidden="true">?</span>
        </button>
      </div>
    </header>
  )
}

function InputNames({ inputs }: { readonly inputs: readonly DiagnosisInput[] }) {
  const all = inputs
    .slice(0, 40)
    .map(({ name }) => printable(name))
    .join('\n')
  return (
    <span class="inputs" title={all}>
      {inputsInShort(inputs)}
    </span>
  )
}

function Tab({ page }: { readonly page: Page }) {
  const session = useContext(SessionContext)
  const place = session.store.place.value
  const name = PAGE_NAMES[page] ?? page
  return (
    <a
      data-name={name}
      href={format({ ...place, page }) || '#answer'}
      aria-current={place.page === page ? 'page' : undefined}
      onClick={event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        session.go({ page }, 'push')
      }}
    >
      {name}
    </a>
  )
}

function OpenButton() {
  const session = useContext(SessionContext)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        class="plain"
        title="open other captures; they can be dropped, too, and dumps pasted"
        onClick={() => input.current?.click()}
      >
        open…
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="captures to open"
        onChange={event => {
          const found = filesOfList(event.currentTarget.files ?? [])
          event.currentTarget.value = ''
          session.openFiles(found)
        }}
      />
    </>
  )
}
