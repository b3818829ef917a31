/** What is wrong with what was given, above everything: an answer from half of a trace is half of an answer. */
import type { DiagnosisInput } from '@unhang/core'
import { useContext, useState } from 'preact/hooks'
import { counted, printable, problemsOf, refusedText } from '../words.ts'
import { SessionContext } from './context.ts'

/** More would push the answer out of sight. */
const SHOWN = 4
const LISTED = 100
/** Names of edited files. */
const NAMES = 3

type Line = {
  readonly tone: 'bad' | 'warn' | 'plain'
  readonly lead: string
  readonly text: string
  /** What can be done about it. */
  readonly action?: { readonly does: string; run(): void }
}

export function Notices() {
  const { store } = useContext(SessionContext)
  const opened = store.opened.value
  const [closedFor, close] = useState<unknown>()
  const [first, more] = problemLines(opened?.inputs ?? [])
  const refused = (opened?.refused ?? []).map(
    ({ name, message, isExecutable }): Line => ({
      tone: isExecutable ? 'plain' : 'bad',
      lead: isExecutable ? 'note' : 'not opened',
      text: isExecutable
        ? `${printable(name)} ${printable(message, 1000)}`
        : `${printable(name)}: ${refusedText(message)}`,
    }),
  )
  const remarks = store.remarks.value.map(
    (text): Line => ({ tone: 'plain', lead: 'note', text: printable(text, 1000) }),
  )
  const trouble = store.trouble.value
  // A worker that died is told as long as it is dead.
  const fatal: Line[] = trouble === undefined ? [] : [{ tone: 'bad', lead: 'stopped', text: printable(trouble, 1000) }]
  const closable = closedFor === opened && opened !== undefined ? [] : [...refused, ...first, ...remarks, ...more]
  const lines = [...fatal, ...useEdited(), ...closable]
  if (lines.length === 0) return null
  const rest = lines.slice(SHOWN)
  return (
    <section class="notices" aria-label="about what was opened">
      <ul>
        {lines.slice(0, SHOWN).map((line, i) => (
          <NoticeLine key={`${i} ${line.text}`} line={line} />
        ))}
      </ul>
      {rest.length > 0 ? (
        <details>
          <summary>{counted(rest.length, 'more note')}</summary>
          <ul class="notices-rest">
            {rest.slice(0, LISTED).map((line, i) => (
              <NoticeLine key={`${i} ${line.text}`} line={line} />
            ))}
            {rest.length > LISTED ? <li>and {counted(rest.length - LISTED, 'more note')}</li> : null}
          </ul>
        </details>
      ) : null}
      {closable.length > 0 && store.phase.value === 'open' ? (
        <button
          type="button"
          class="plain icon notices-close"
          aria-label="close these notes"
          onClick={() => close(opened)}
        >
          <span aria-hidden="true">×</span>
        </button>
      ) : null}
    </section>
  )
}

/** The answer holds for the program that was captured: its source as it was then may be what one wants to see. */
function useEdited(): readonly Line[] {
  const session = useContext(SessionContext)
  const edited = session.store.edited.value
  if (!edited) return []
  const { files, sinceMs } = edited
  const names = files.slice(0, NAMES).map(file => printable(file, 60))
  const more = files.length > NAMES ? ` and ${counted(files.length - NAMES, 'more file')}` : ''
  const text = `${names.join(', ')}${more} was edited since: lines and answer are of ${timeText(sinceMs)}`
  return [{ tone: 'plain', lead: 'source', text, action: { does: 'read it anew', run: () => session.readAnew() } }]
}

function timeText(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB')
}

/** The first of each input, and the others: damage has many consequences, and the first tells where it is. */
function problemLines(inputs: readonly DiagnosisInput[]): readonly [first: readonly Line[], more: readonly Line[]] {
  const lines = inputs.map(input => problemsOf(input).map((text): Line => ({ tone: 'warn', lead: 'not whole', text })))
  return [lines.flatMap(all => all.slice(0, 1)), lines.flatMap(all => all.slice(1))]
}

function NoticeLine({ line }: { readonly line: Line }) {
  return (
    <li class={`notice-line ${line.tone}`}>
      <strong>{line.lead}</strong> {line.text}
      {line.action ? (
        <>
          {' '}
          <button type="button" class="plain small" onClick={line.action.run}>
            {line.action.does}
          </button>
        </>
      ) : null}
    </li>
  )
}
