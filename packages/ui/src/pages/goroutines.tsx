/** The page "goroutines": those of a moment in groups of equal stacks, or what two moments differ in. */
import { formatCount, LIKENESSES, type Likeness } from '@unhang/core'
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import type { GroupsInfo, MomentRef } from '../protocol.ts'
import { CountBar } from '../widgets/state-bar.tsx'
import { counted, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { GroupFilters } from './group-filters.tsx'
import { GroupTable } from './group-table.tsx'
import { againstOf, canCompare, isSameMoment, keptGroupsText, LIKENESS_WORDS, momentOf, momentOptions } from './moments.ts' // biome-ignore format: one line

export function Goroutines() {
  const { groups } = useContext(SessionContext)
  const info = groups.info.value
  return (
    <section class="groups" aria-label="goroutines">
      <div class="toolbar groups-tools" role="toolbar" aria-label="which goroutines">
        <MomentChoice />
        <AgainstChoice />
        <LikenessChoice />
        <GroupFilters reasons={info?.reasons ?? []} />
      </div>
      <Head info={info} />
      <GroupTable />
    </section>
  )
}

type ChoiceProps = { readonly label: string; readonly name?: string; readonly children: ComponentChildren }

function Choice({ label, name = '', children }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is what it is given
    <label class={`choice ${name}`}>
      <span class="dim">{label}</span> {children}
    </label>
  )
}

function MomentChoice() {
  const session = useContext(SessionContext)
  const { store } = session
  const options = momentOptions(store)
  const of = momentOf(store)
  const at = options.findIndex(option => isSameMoment(option.of, of))
  return (
    <Choice label="of">
      <select
        value={at}
        onChange={event => session.goGroups({ of: options[Number(event.currentTarget.value)]?.of }, 'push')}
      >
        {options.map(({ text }, i) => (
          <option key={i} value={i}>
            {text}
          </option>
        ))}
      </select>
    </Choice>
  )
}

function AgainstChoice() {
  const session = useContext(SessionContext)
  const { store } = session
  const of = momentOf(store)
  if (!of) return null
  const options = momentOptions(store).filter(option => canCompare(option.of, of))
  if (options.length === 0) return null
  const against = againstOf(store, of)
  const go = (moment: MomentRef | undefined) => session.goGroups({ of, against: moment, sort: undefined }, 'push')
  return (
    <>
      <Choice label="compared with" name="against">
        <select
          value={against ? options.findIndex(option => isSameMoment(option.of, against)) : -1}
          onChange={event => go(options[Number(event.currentTarget.value)]?.of)}
        >
          <option value={-1}>nothing</option>
          {options.map(({ text }, i) => (
            <option key={i} value={i}>
              {text}
            </option>
          ))}
        </select>
      </Choice>
      {against ? (
        <button
          type="button"
          class="plain icon"
          aria-label="exchange the two moments"
          title="exchange the two moments: the second one is to be the earlier"
          onClick={() => session.goGroups({ of: against, against: of }, 'push')}
        >
          <span aria-hidden="true">⇄</span>
        </button>
      ) : null}
    </>
  )
}

function LikenessChoice() {
  const session = useContext(SessionContext)
  const { like } = session.store.place.value.groups
  return (
    <Choice label="alike">
      <select
        value={like}
        onChange={event => session.goGroups({ like: event.currentTarget.value as Likeness }, 'push')}
      >
        {LIKENESSES.map(level => (
          <option key={level} value={level}>
            {level}: {LIKENESS_WORDS[level]}
          </option>
        ))}
      </select>
    </Choice>
  )
}

function Head({ info }: { readonly info: GroupsInfo | undefined }) {
  const { groups } = useContext(SessionContext)
  return (
    <div class="groups-head">
      <div class="groups-sums">
        <strong class="groups-kept" role="status">
          {info ? keptGroupsText(info) : ''}
        </strong>
        {info?.isCut ? <strong class="warn-text">not whole</strong> : null}
        {info ? <CountBar states={info.states} /> : null}
        {groups.isBusy.value ? <Busy /> : null}
      </div>
      {info ? <Remarks info={info} /> : null}
    </div>
  )
}

/** Nobody knows how far: but that it goes on, and the table is that of before. */
function Busy() {
  return (
    <div class="groups-busy">
      <div class="progress busy" role="progressbar" aria-label="grouping">
        <div class="progress-done" style={{ width: '100%' }} />
      </div>
      <span class="dim">grouping</span>
    </div>
  )
}

function Remarks({ info }: { readonly info: GroupsInfo }) {
  const { unknown, system, compared } = info
  const lines = [
    ...(compared?.summary ?? []),
    ...(compared?.by === 'counts' ? ['matched by counts: without ids nobody knows which ones stayed'] : []),
  ]
  const notes = [
    ...(unknown > 0 ? [unknownText(unknown)] : []),
    ...(system > 0 ? [`without ${counted(system, 'goroutine')} of the runtime, as in a dump`] : []),
  ]
  return (
    <>
      {compared && compared.by === 'ids' ? <Moves compared={compared} /> : null}
      {lines.length > 0 ? (
        <ul class="groups-summary">
          {lines.map(line => (
            <li key={line}>{printable(line, 1000)}</li>
          ))}
        </ul>
      ) : null}
      {notes.map(note => (
        <p key={note} class="dim">
          {note}
        </p>
      ))}
    </>
  )
}

function unknownText(unknown: number): string {
  return `of ${counted(unknown, 'goroutine')} this form does not tell what they wait for, or how long: give the full dump (debug=2)`
}

function Moves({ compared: { moves, before, after } }: { readonly compared: NonNullable<GroupsInfo['compared']> }) {
  return (
    <p>
      {formatCount(before)} before, {formatCount(after)} after: <strong>{formatCount(moves.appeared)}</strong> appeared,{' '}
      <strong>{formatCount(moves.vanished)}</strong> vanished, <strong>{formatCount(moves.moved)}</strong> moved,{' '}
      <strong>{formatCount(moves.still)}</strong> stand where they stood
    </p>
  )
}
