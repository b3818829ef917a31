/** Shares of the four states: a bar of colours, and the same as words and numbers beside small swatches. */
import { formatNs } from '../words.ts'

export const STATES = ['running', 'runnable', 'waiting', 'syscall'] as const
export type StateName = (typeof STATES)[number]

/** A state's colour and height, as the timeline draws it. */
export function Swatch({ state }: { readonly state: StateName }) {
  return <span class={`swatch ${state}`} aria-hidden="true" />
}

export function StateBar({ stateNs }: { readonly stateNs: readonly number[] }) {
  const totalNs = stateNs.reduce((sum, ns) => sum + ns, 0)
  const share = (ns: number) => (totalNs > 0 ? (ns / totalNs) * 100 : 0)
  return (
    <div class="state-sums">
      <div class="state-bar" aria-hidden="true">
        {STATES.map((state, i) => (
          <span key={state} class={`state-part ${state}`} style={{ width: `${share(stateNs[i])}%` }} />
        ))}
      </div>
      <dl class="state-list">
        {STATES.map((state, i) => (
          <div key={state}>
            <dt>
              <Swatch state={state} /> {state}
            </dt>
            <dd>
              {formatNs(stateNs[i])} <span class="dim">{percent(share(stateNs[i]))}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function percent(share: number): string {
  if (share > 0 && share < 0.1) return '< 0.1 %'
  return `${share < 10 ? share.toFixed(1).replace(/\.0$/, '') : share.toFixed(0)} %`
}
