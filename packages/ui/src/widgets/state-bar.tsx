/** Shares of the four states: a bar of colours, and the same as words and numbers beside small swatches. */
import { formatCount, formatNs } from '@unhang/core'

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

type Counts = Readonly<Record<StateName | 'unknown', number>>

/** Goroutines by state; a state without any is left out of the words. */
export function CountBar({ states }: { readonly states: Counts }) {
  const names = [...STATES, 'unknown'] as const
  const total = names.reduce((sum, name) => sum + states[name], 0)
  return (
    <div class="count-bar">
      <div class="state-bar" aria-hidden="true">
        {names.map(name => (
          <span
            key={name}
            class={`state-part ${name}`}
            style={{ width: `${total > 0 ? (states[name] / total) * 100 : 0}%` }}
          />
        ))}
      </div>
      <ul class="count-list">
        {names
          .filter(name => states[name] > 0)
          .map(name => (
            <li key={name}>
              {name === 'unknown' ? null : <Swatch state={name} />} {name === 'unknown' ? 'state unknown' : name}{' '}
              <span class="dim">{formatCount(states[name])}</span>
            </li>
          ))}
      </ul>
    </div>
  )
}

function percent(share: number): string {
  if (share > 0 && share < 0.1) return '< 0.1 %'
  return `${share < 10 ? share.toFixed(1).replace(/\.0$/, '') : share.toFixed(0)} %`
}
