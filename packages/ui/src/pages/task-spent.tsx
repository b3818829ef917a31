/** How time was spent, as one bar: running, runnable, waiting, in syscalls; in words for who asks. */
import { formatNs } from '@unhang/core'
import { STATES } from '../widgets/state-bar.tsx'
import { printable } from '../words.ts'

type Spent = {
  readonly runningNs: number
  readonly runnableNs: number
  readonly waitingNs: number
  readonly syscallNs: number
  readonly assistNs?: number
  readonly waits?: readonly { readonly reason: string; readonly ns: number }[]
}

/** Waits beyond these are small. */
const WAITS = 3

/** `totalNs`: what the whole width stands for. */
export function SpentBar({ spent, totalNs }: { readonly spent: Spent; readonly totalNs: number }) {
  const { runningNs, runnableNs, waitingNs, syscallNs, assistNs = 0, waits = [] } = spent
  const stateNs = [runningNs, runnableNs, waitingNs, syscallNs]
  const told = STATES.map((state, i) => `${state} ${formatNs(stateNs[i])}`).filter((_, i) => stateNs[i] > 0)
  if (assistNs > 0) told.push(`of it helping the garbage collector ${formatNs(assistNs)}`)
  const reasons = waits.slice(0, WAITS).map(({ reason, ns }) => `${printable(reason, 60)} ${formatNs(ns)}`)
  const said = told.join(', ') + (reasons.length > 0 ? `; waits: ${reasons.join(', ')}` : '')
  return (
    <span class="state-bar" role="img" aria-label={said} title={said}>
      {STATES.map((state, i) => (
        <span
          key={state}
          class={`state-part ${state}`}
          style={{ width: `${totalNs > 0 ? Math.min(100, (stateNs[i] / totalNs) * 100) : 0}%` }}
        />
      ))}
    </span>
  )
}
