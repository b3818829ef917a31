/** The frame of a page of numbers: the range that they are of, and below it what the page says of it. */
import type { ScopeAsk } from '@unhang/core'
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import { type Store, traceIndexOf, traceOf } from '../state/store.ts'
import { SessionContext } from './context.ts'
import { RangeBar } from './range-bar.tsx'

/** What each question of such a page is about. */
export function scopeOfPage({ place }: Store): Pick<ScopeAsk, 'range'> {
  const { range } = place.value
  return range ? { range } : {}
}

type NumbersProps = {
  /** The page's name for screen readers. */
  readonly name: string
  /** Of what it tells, for who has no trace open: "how goroutines spent their time". */
  readonly about: string
  readonly children: ComponentChildren
}

export function Numbers({ name, about, children }: NumbersProps) {
  const { store } = useContext(SessionContext)
  const trace = traceOf(store)
  return (
    <section class="numbers" aria-label={name}>
      {trace ? (
        <>
          <RangeBar key={traceIndexOf(store)} trace={trace} index={traceIndexOf(store)} />
          <div class="numbers-body">{children}</div>
        </>
      ) : (
        <NoNumbers about={about} />
      )}
    </section>
  )
}

function NoNumbers({ about }: { readonly about: string }) {
  const { store } = useContext(SessionContext)
  // Which of several traces is meant is known with the answer.
  if (store.opened.value?.traces.length) return null
  return (
    <div class="no-trace">
      <h2>A goroutine dump is one moment: it does not tell {about}</h2>
      <p>
        A trace does. With both, in one go, from a running server:{' '}
        <code>unhang capture localhost:6060 -o incident</code> <span class="dim">and then</span>{' '}
        <code>unhang view incident</code>
      </p>
    </div>
  )
}

/** Why a page has nothing to show, in place of its tables. `error`: in the worker's words. */
export function Nothing({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="nothing" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
