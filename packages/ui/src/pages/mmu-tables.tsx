/** Below the curve: the worst windows of the chosen length, and the usual lengths in numbers. */
import { formatCount, formatNs, MMU_SHARE_NAMES, type MmuCurve, SAMPLED_WINDOWS, type WorstWindow } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { MmuAsk } from '../protocol/mmu.ts'
import { format } from '../state/url.ts'
import { formatMoment } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'

type WorstProps = {
  /** What the curve above is of. */
  readonly of: MmuAsk
  readonly windowNs: number
}

export function MmuWorst({ of: { trace, range, choice }, windowNs }: WorstProps) {
  const { answer } = useAsked('mmuWorst', { trace, ...(range ? { range } : {}), choice, windowNs })
  const windows = answer?.windows ?? []
  return (
    <section class="mmu-worst">
      <h2>
        Worst windows of {formatNs(answer?.windowNs ?? windowNs)}{' '}
        <span class="dim">none overlapping another; each opens the timeline there</span>
      </h2>
      {answer && windows.length === 0 ? <p class="dim">In each of them the program had all of the procs.</p> : null}
      <ol>
        {windows.map(window => (
          <li key={`${window.startNs} ${window.proc}`}>
            <Window window={window} />
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Each moment in the unit that fits it: "40 µs" of a trace of seconds. */
function Window({ window: { startNs, endNs, utilisation, proc } }: { readonly window: WorstWindow }) {
  const session = useContext(SessionContext)
  const { store } = session
  const to = { page: 'timeline', view: { startNs, endNs, top: 0 } } as const
  return (
    <StepLink href={format({ ...store.place.value, ...to })} onGo={() => session.go(to, 'push')}>
      <span class="mmu-share">{percent(utilisation)}</span>at {formatMoment(startNs, endNs - startNs, startNs)}
      {proc < 0 ? '' : `, proc ${proc}`}
    </StepLink>
  )
}

type UsualProps = { readonly usual: MmuCurve; readonly windowNs: number }

/** A row is chosen by its button, as a point of the curve is. */
export function MmuUsual({ usual, windowNs }: UsualProps) {
  const session = useContext(SessionContext)
  const choose = (ns: number) => session.go({ mmu: { ...session.store.place.value.mmu, windowNs: ns } }, 'push')
  if (usual.windowNs.length === 0) return null
  return (
    <section class="mmu-usual">
      <table>
        <thead>
          <tr>
            <th scope="col">window</th>
            <th scope="col">minimum</th>
            {usual.shares.map((_, k) => (
              <th key={MMU_SHARE_NAMES[k]} scope="col">
                {MMU_SHARE_NAMES[k]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from(usual.windowNs, (ns, i) => (
            <tr key={ns} class={ns === windowNs ? 'chosen' : ''}>
              <th scope="row">
                <button type="button" class="plain" aria-pressed={ns === windowNs} onClick={() => choose(ns)}>
                  {formatNs(ns)}
                </button>
              </th>
              <td>{percent(usual.minimum[i])}</td>
              {usual.shares.map((values, k) => (
                <td key={MMU_SHARE_NAMES[k]}>{percent(values[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {usual.isSampled.includes(1) ? (
        <p class="dim">
          Percentiles are those of {formatCount(SAMPLED_WINDOWS)} windows that stand for all: the collector came and
          went too often.
        </p>
      ) : null}
    </section>
  )
}

/** "0 %", "0.04 %", "66.5 %", "99.97 %", "100 %": nothing and all are told as such. */
export function percent(share: number): string {
  const value = share * 100
  if (value === 0 || value === 100) return `${value} %`
  const digits = value < 1 || value > 99 ? 2 : 1
  return `${Math.min(100 - 10 ** -digits, Math.max(10 ** -digits, value)).toFixed(digits)} %`
}
