/** Which profile, narrowed by what, looked at how: the line above its pictures. */
import { PROFILE_KINDS } from '@unhang/core'
import { useContext, useRef, useState } from 'preact/hooks'
import type { ProfileAsk } from '../protocol/profiles.ts'
import { goroutineIds, PROFILE_VIEWS, type ProfilesPlace, type ProfileView } from '../state/profiles-url.ts'
import { Combobox } from '../widgets/combobox.tsx'
import { printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { goProfiles, KIND_WORDS } from './profile-place.ts'

const VIEW_WORDS: { readonly [view in ProfileView]: string } = {
  flame: 'flame graph',
  graph: 'call graph',
  top: 'table',
}

export function ProfileControls({ ask }: { readonly ask: ProfileAsk }) {
  const session = useContext(SessionContext)
  const { profiles } = session.store.place.value
  const go = (change: Partial<ProfilesPlace>) => goProfiles(session, change)
  return (
    <div class="toolbar profiles-tools" role="toolbar" aria-label="which profile">
      <label class="choice">
        <span class="dim">kind</span>
        <select
          value={profiles.kind}
          onChange={event => go({ kind: PROFILE_KINDS[event.currentTarget.selectedIndex], zoom: [] })}
        >
          {PROFILE_KINDS.map(kind => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind]}
            </option>
          ))}
        </select>
      </label>
      <label class="choice">
        <span class="dim">by</span>
        <select
          value={profiles.weight}
          onChange={event => go({ weight: event.currentTarget.value === 'count' ? 'count' : 'time' })}
        >
          <option value="time">time</option>
          <option value="count">count</option>
        </select>
      </label>
      {profiles.kind === 'cpu' ? null : (
        <label class="choice" title="count what goes on when the trace ends, up to there">
          <input
            type="checkbox"
            checked={profiles.unended}
            onChange={event => go({ unended: event.currentTarget.checked })}
          />
          not ended, too
        </label>
      )}
      <Narrowing ask={ask} />
      <span class="space" />
      <fieldset class="segments">
        <legend class="unseen">looked at as</legend>
        {PROFILE_VIEWS.map(view => (
          <button key={view} type="button" aria-pressed={profiles.view === view} onClick={() => go({ view })}>
            {VIEW_WORDS[view]}
          </button>
        ))}
      </fieldset>
    </div>
  )
}

function Narrowing({ ask }: { readonly ask: ProfileAsk }) {
  const session = useContext(SessionContext)
  const { profiles } = session.store.place.value
  const { answer } = useAsked('profileChoices', { trace: ask.trace })
  const regions = answer?.regions ?? []
  return (
    <>
      <Entry entries={answer?.entries ?? []} />
      <Field
        name="goroutines"
        title="their ids, with a comma or a space between two"
        isWrong={text => text.trim() !== '' && goroutineIds(text) === undefined}
      />
      {regions.length > 0 || profiles.region !== '' ? (
        <label class="choice">
          <span class="dim">region</span>
          <select
            value={profiles.region}
            onChange={event => goProfiles(session, { region: event.currentTarget.value })}
          >
            <option value="">any time</option>
            {(regions.includes(profiles.region) || profiles.region === ''
              ? regions
              : [profiles.region, ...regions]
            ).map(type => (
              <option key={type} value={type}>
                {printable(type, 60)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <Field
        name="focus"
        title="keep stacks with a function or file that this expression fits; without a capital letter whatever their case"
      />
      <Field
        name="ignore"
        title="leave out stacks with a function or file that this expression fits; without a capital letter whatever their case"
      />
    </>
  )
}

/** The function that goroutines began with. What is typed counts with Enter, or when one is chosen. */
function Entry({ entries }: { readonly entries: readonly string[] }) {
  const session = useContext(SessionContext)
  const { entry } = session.store.place.value.profiles
  const [typed, setTyped] = useState<string | undefined>()
  const input = useRef<HTMLInputElement>(null)
  const sought = (typed ?? '').toLowerCase()
  const found = typed === undefined ? [] : entries.filter(name => name.toLowerCase().includes(sought)).slice(0, 30)
  const set = (text: string) => {
    setTyped(undefined)
    if (text !== entry) goProfiles(session, { entry: text })
  }
  return (
    <div class="profiles-field entry">
      <Combobox
        label="goroutines that began with"
        placeholder="goroutines that began with…"
        value={typed ?? entry}
        choices={found.map(name => ({ key: name, text: printable(name), note: '' }))}
        inputRef={input}
        onText={setTyped}
        onChoose={index => set(found[index])}
        onEnter={() => set((found.includes(typed ?? entry) ? typed : (found[0] ?? typed)) ?? entry)}
        onEscape={() => setTyped(undefined)}
        onBlur={() => (typed === '' ? set('') : setTyped(undefined))}
      />
      {entry === '' ? null : <Clear label="all goroutines" onClear={() => set('')} />}
    </div>
  )
}

type FieldProps = {
  readonly name: 'goroutines' | 'focus' | 'ignore'
  readonly title: string
  isWrong?(text: string): boolean
}

function Field({ name, title, isWrong }: FieldProps) {
  const session = useContext(SessionContext)
  const value = session.store.place.value.profiles[name]
  const [typed, setTyped] = useState<string | undefined>()
  const text = typed ?? value
  const wrong = isWrong?.(text) ?? false
  const take = () => {
    if (typed !== undefined && typed !== value && !wrong) goProfiles(session, { [name]: typed.trim() })
    setTyped(undefined)
  }
  return (
    <div class={`profiles-field ${name}`}>
      <input
        type="text"
        aria-label={name}
        placeholder={name}
        title={title}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={wrong}
        value={text}
        onInput={event => setTyped(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={event => {
          if (event.key === 'Enter') take()
          if (event.key !== 'Escape' || typed === undefined) return
          event.stopPropagation()
          setTyped(undefined)
        }}
      />
      {value === '' ? null : <Clear label={`no ${name}`} onClear={() => goProfiles(session, { [name]: '' })} />}
    </div>
  )
}

function Clear({ label, onClear }: { readonly label: string; onClear(): void }) {
  return (
    <button type="button" class="plain icon clear" aria-label={label} title={label} onClick={onClear}>
      <span aria-hidden="true">×</span>
    </button>
  )
}
