/** Above a flame graph: which way round it stands, and what is looked for in it. */
import { formatCount, shareText, weightText } from '@unhang/core'
import { useContext, useState } from 'preact/hooks'
import type { FlameAnswer, ProfileAsk } from '../protocol/profiles.ts'
import { counted } from '../words.ts'
import { SessionContext } from './context.ts'
import { goProfiles, totalOfHead } from './profile-place.ts'

type ToolsProps = {
  readonly ask: ProfileAsk
  readonly answer: FlameAnswer | undefined
  /** Boxes that are marked, and which of them is shown; -1: none yet. */
  readonly hits: number
  readonly hit: number
  onStep(isBack: boolean): void
}

export function FlameTools({ ask, answer, hits, hit, onStep }: ToolsProps) {
  const session = useContext(SessionContext)
  const { isInverted, search } = session.store.place.value.profiles
  const found = search === '' ? undefined : answer?.found
  return (
    <div class="flame-tools">
      <fieldset class="segments">
        <legend class="unseen">which way round</legend>
        <button
          type="button"
          aria-pressed={!isInverted}
          title="from where goroutines began down to where they were"
          onClick={() => goProfiles(session, { isInverted: false, zoom: [] })}
        >
          from the root
        </button>
        <button
          type="button"
          aria-pressed={isInverted}
          title="from where goroutines were down to who called it"
          onClick={() => goProfiles(session, { isInverted: true, zoom: [] })}
        >
          inverted
        </button>
      </fieldset>
      <Search onStep={onStep} />
      {found && hits > 0 ? (
        <span role="status" class="flame-hits">
          {hit < 0 ? counted(hits, 'box', 'boxes') : `${formatCount(hit + 1)} of ${formatCount(hits)}`}
        </span>
      ) : null}
      <span role="status" class="dim">
        {found && answer
          ? `${counted(found.functions, 'function')}: ${weightText(found.weight, ask.weight)}, ${shareText(found.weight, totalOfHead(answer.head, ask.weight))}`
          : ''}
      </span>
    </div>
  )
}

/** Marks while one types; in the address once that rests. Enter goes from one marked box to the next. */
function Search({ onStep }: Pick<ToolsProps, 'onStep'>) {
  const session = useContext(SessionContext)
  const { profiles } = session.store.place.value
  const [typed, setTyped] = useState<string | undefined>()
  const set = (search: string) => session.go({ profiles: { ...session.store.place.value.profiles, search } }, 'soon')
  return (
    <input
      type="search"
      class="flame-search"
      aria-label="mark functions"
      placeholder="mark functions…"
      title="Enter: the next box that is marked; with Shift the one before"
      spellcheck={false}
      autocomplete="off"
      value={typed ?? profiles.search}
      onInput={event => {
        setTyped(event.currentTarget.value)
        set(event.currentTarget.value)
      }}
      onBlur={() => setTyped(undefined)}
      onKeyDown={event => {
        if (event.key === 'Enter') onStep(event.shiftKey)
        if (event.key !== 'Escape' || profiles.search === '') return
        event.stopPropagation()
        setTyped(undefined)
        set('')
      }}
    />
  )
}
