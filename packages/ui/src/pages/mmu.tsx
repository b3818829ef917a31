/**
 * The page "MMU": how much of the procs the garbage collector left to the program, in windows of any length. The curve;
 * what is counted, as Go's own page has it; and the worst windows of one length, each a way into the timeline.
 */
import { formatNs, type GcWork, type MmuWork } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { MmuAsk, MmuTold } from '../protocol/mmu.ts'
import type { Progress } from '../protocol.ts'
import type { MmuPlace } from '../state/mmu-url.ts'
import { traceIndexOf, traceOf } from '../state/store.ts'
import { ProgressBar } from '../widgets/progress.tsx'
import { counted } from '../words.ts'
import { useAskedLong } from './asked-long.ts'
import { SessionContext } from './context.ts'
import { MmuCurvePlot } from './mmu-curve.tsx'
import { MmuUsual, MmuWorst, percent } from './mmu-tables.tsx'
import { Nothing, Numbers, scopeOfPage } from './numbers.tsx'

export function MmuPage() {
  return (
    <Numbers name="minimum mutator utilisation" about="how much the garbage collector left to the program">
      <Body />
    </Numbers>
  )
}

function Body() {
  const { store } = useContext(SessionContext)
  const { choice, hasShares } = store.place.value.mmu
  const ask = { trace: traceIndexOf(store), ...scopeOfPage(store), choice }
  const asked = useAskedLong('mmu', traceOf(store) ? { ...ask, hasShares } : undefined, 'mmuStop')
  const { answer, error, isOld, of, progress } = asked
  if (error !== undefined) return <Nothing title={`The curve could not be made: ${error}`} />
  if (!answer || !of) return <div class="mmu-wait">{progress ? <Measuring at={progress} /> : null}</div>
  if (answer.missing !== undefined)
    return (
      <Nothing title="Nothing is known of the garbage collector here">
        <p>{answer.missing}</p>
      </Nothing>
    )
  if (answer.work.cycles === 0 && answer.work.stops === 0 && answer.mean === 1)
    return (
      <Nothing title="There was no garbage collection: the program had all of the procs, all of the time">
        <p class="dim">
          This page tells how much the collector left to the program. Between {formatNs(answer.startNs)} and{' '}
          {formatNs(answer.endNs)} it did not run.
        </p>
      </Nothing>
    )
  return <Told told={answer} of={of} isOld={isOld} progress={progress} />
}

/** How far a curve has come. */
function Measuring({ at: { done, total } }: { readonly at: Progress }) {
  return total === 0 ? (
    <ProgressBar label="measuring …" text="what the collector did" share={undefined} />
  ) : (
    <ProgressBar label="measuring …" text={`${done} of ${total} lengths of windows`} share={done / total} />
  )
}

type Known = Extract<MmuTold, { missing: undefined }>

type ToldProps = {
  readonly told: Known
  /** What was asked. */
  readonly of: MmuAsk
  readonly isOld: boolean
  readonly progress: Progress | undefined
}

function Told({ told, of, isOld, progress }: ToldProps) {
  const { store } = useContext(SessionContext)
  const windowNs = Math.min(store.place.value.mmu.windowNs ?? told.windowNs, told.endNs - told.startNs)
  return (
    <div class={isOld ? 'mmu old' : 'mmu'} aria-busy={isOld}>
      {progress ? (
        <Measuring at={progress} />
      ) : (
        <p class="mmu-head">
          The collector left <b>{percent(told.mean)}</b> of the procs to the program.{' '}
          <span class="dim">{workText(told.work)}</span>
        </p>
      )}
      <div class="mmu-columns">
        <div class="mmu-main">
          <MmuCurvePlot curve={told.curve} windowNs={windowNs} />
          <div class="mmu-tables">
            <MmuWorst of={of} windowNs={windowNs} />
            <MmuUsual usual={told.usual} windowNs={windowNs} />
          </div>
        </div>
        <div class="mmu-aside">
          <Choice />
        </div>
      </div>
    </div>
  )
}

function workText({ cycles, stops, stoppedNs, procs }: GcWork): string {
  const [least, most] = procs ?? [0, 0]
  const pauses = stops > 0 ? `, ${counted(stops, 'stop')} of the world of ${formatNs(stoppedNs)} in all` : ''
  const onProcs = least === most ? counted(most, 'proc') : `${least} to ${most} procs`
  return `${counted(cycles, 'garbage collection')}${pauses}; ${onProcs}.`
}

const WORK: readonly (readonly [work: MmuWork, name: string, about: string])[] = [
  ['stw', 'STW', 'the collector stops the world: nobody runs'],
  ['background', 'Background workers', 'a quarter of the procs, while it collects'],
  ['assist', 'Mark assist', 'who allocates has to help it mark'],
  ['sweep', 'Sweep', 'memory is swept, mostly by those that allocate'],
]

function Choice() {
  const session = useContext(SessionContext)
  const { mmu } = session.store.place.value
  const { choice } = mmu
  const set = (change: Partial<MmuPlace>) => session.go({ mmu: { ...mmu, ...change } }, 'push')
  const setChoice = (change: Partial<MmuPlace['choice']>) => set({ choice: { ...choice, ...change } })
  return (
    <div class="mmu-choice">
      <fieldset>
        <legend>View</legend>
        <Box
          type="radio"
          name="System"
          about="all procs together"
          checked={!choice.perProc}
          onSet={() => setChoice({ perProc: false })}
        />
        <Box
          type="radio"
          name="Per goroutine"
          about="each proc alone: how long one that is there is held up"
          checked={choice.perProc}
          onSet={() => setChoice({ perProc: true })}
        />
      </fieldset>
      <fieldset>
        <legend>Include</legend>
        {WORK.map(([work, name, about]) => (
          <Box
            key={work}
            type="checkbox"
            name={name}
            about={about}
            checked={choice.work.includes(work)}
            onSet={isSet =>
              setChoice({
                work: WORK.map(([kind]) => kind).filter(kind => (kind === work ? isSet : choice.work.includes(kind))),
              })
            }
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>Display</legend>
        <Box
          type="checkbox"
          name="Show percentiles"
          about="p99: one window of a hundred has at most that"
          checked={mmu.hasShares}
          onSet={hasShares => set({ hasShares })}
        />
        <Box
          type="checkbox"
          name="As go tool trace"
          about="its own numbers: it counts a worker once more at each start, and never takes it off"
          checked={choice.asGo}
          onSet={asGo => setChoice({ asGo })}
        />
      </fieldset>
    </div>
  )
}

type BoxProps = {
  readonly type: 'radio' | 'checkbox'
  readonly name: string
  readonly about: string
  readonly checked: boolean
  onSet(isSet: boolean): void
}

function Box({ type, name, about, checked, onSet }: BoxProps) {
  return (
    <label class="mmu-box">
      <input
        type={type}
        name={type === 'radio' ? 'mmu-view' : undefined}
        checked={checked}
        onChange={event => onSet(event.currentTarget.checked)}
      />
      <span>
        {name} <span class="dim">{about}</span>
      </span>
    </label>
  )
}
