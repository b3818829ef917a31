/** In the answer's place until it is there: how far it has come, or why it does not come. */
import { useContext } from 'preact/hooks'
import type { Progress } from '../protocol.ts'
import { ProgressBar } from '../widgets/progress.tsx'
import { printable } from '../words.ts'
import { SessionContext } from './context.ts'

export function Analysing() {
  const { store } = useContext(SessionContext)
  const analysis = store.analysis.value
  // On the page of the answer it has about the room that it will need: what is below moves little when it comes.
  const name = store.place.value.page === 'answer' ? 'answer analysing' : 'answer-line analysing'
  return (
    <section class={name} aria-label="answer">
      {typeof analysis === 'string' ? (
        <p class="health warn">
          <strong>NO ANSWER</strong> {printable(analysis, 1000)}
        </p>
      ) : (
        <ProgressBar label="analysing …" {...progressOf(analysis)} />
      )}
    </section>
  )
}

/** The steps of a diagnosis are most of it. */
const DIAGNOSING = 0.8

function progressOf(progress: Progress | undefined): { readonly share: number; readonly text: string } {
  if (!progress) return { share: 0, text: 'what waits for what' }
  const { stage, done, total } = progress
  if (stage === 'source') return { share: DIAGNOSING, text: 'what the source says' }
  if (stage === 'drawing') return { share: 0.95, text: 'where it is seen' }
  return { share: (DIAGNOSING * done) / Math.max(1, total), text: `what waits for what, ${done + 1} of ${total}` }
}
