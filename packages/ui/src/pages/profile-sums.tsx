/** What all of a profile's pictures say above: how much it is, what is not in it, and why there is nothing. */
import { formatCount, formatNs, weightText } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { ProfileAsk, ProfileHead } from '../protocol/profiles.ts'
import { counted } from '../words.ts'
import { SessionContext } from './context.ts'
import { Nothing } from './numbers.tsx'
import { goProfiles, STAY_WORDS } from './profile-place.ts'

type HeadProps = { readonly ask: ProfileAsk; readonly head: ProfileHead | undefined; readonly more?: string }

/** How much all of it is, and what is not in it. */
export function ProfileSums(props: HeadProps) {
  return (
    <div class="profiles-head">
      <Sums {...props} />
      <Granularities />
    </div>
  )
}

function Sums({ ask, head, more }: HeadProps) {
  const session = useContext(SessionContext)
  if (!head) return <div class="profiles-sums" role="status" />
  const [one, many] = STAY_WORDS[ask.kind]
  const { total, unended } = head
  return (
    <div class="profiles-sums">
      <span role="status">
        <strong>{formatNs(total.ns)}</strong> in {counted(total.count, one, many)} {stacksText(head)}
        {more ? `; ${more}` : ''}
      </span>
      {!ask.unended && unended.count > 0 && total.count > 0 ? (
        <span>
          <span class="dim">
            {counted(unended.count, one, many)} had not ended with the trace, {weightText(unended.ns, 'time')}:
          </span>{' '}
          <button type="button" onClick={() => goProfiles(session, { unended: true })}>
            count them
          </button>
        </span>
      ) : null}
    </div>
  )
}

/** At how many stacks; what has none is no function's. */
function stacksText({ stacks, stackless }: ProfileHead): string {
  if (stackless.count === 0) return `at ${counted(stacks, 'stack')}`
  if (stacks === 0) return 'without a stack'
  return `at ${counted(stacks, 'stack')}, ${formatCount(stackless.count)} of them without one (${formatNs(stackless.ns)})`
}

/** What boxes and rows are. A line is not where its function was in another tree: what was looked at closer is left. */
function Granularities() {
  const session = useContext(SessionContext)
  const { granularity } = session.store.place.value.profiles
  return (
    <fieldset class="segments profiles-granularity">
      <legend class="unseen">boxes and rows are</legend>
      <button
        type="button"
        aria-pressed={granularity === 'functions'}
        onClick={() => goProfiles(session, { granularity: 'functions', line: '', zoom: [] })}
      >
        functions
      </button>
      <button
        type="button"
        aria-pressed={granularity === 'lines'}
        title="calls from different lines of a function are different"
        onClick={() => goProfiles(session, { granularity: 'lines', zoom: [] })}
      >
        lines
      </button>
    </fieldset>
  )
}

function narrowedBy({ focus, ignore }: ProfileAsk): string {
  return [focus === '' ? [] : ['the focus'], ignore === '' ? [] : ['what is ignored']].flat().join(' and ')
}

/** Why there is nothing to see, and what to do. */
export function NoProfile({ ask, head }: { readonly ask: ProfileAsk; readonly head: ProfileHead }) {
  const session = useContext(SessionContext)
  const [one, many] = STAY_WORDS[ask.kind]
  const { all, unended, reasonless, cpuSamples } = head
  if (all.count > 0)
    return (
      <Nothing title={`No stack is left: ${counted(all.count, one, many)} without ${narrowedBy(ask)}`}>
        {ask.focus === '' ? null : (
          <button type="button" onClick={() => goProfiles(session, { focus: '' })}>
            without the focus
          </button>
        )}
        {ask.ignore === '' ? null : (
          <button type="button" onClick={() => goProfiles(session, { ignore: '' })}>
            ignore nothing
          </button>
        )}
      </Nothing>
    )
  if (ask.kind === 'cpu' && cpuSamples === 0)
    return (
      <Nothing title="No CPU samples are in this trace">
        <p>
          They come into a trace while a CPU profile runs beside it: ask for{' '}
          <code>/debug/pprof/profile?seconds=10</code> while the trace is taken, or call{' '}
          <code>pprof.StartCPUProfile</code> in the program.
        </p>
      </Nothing>
    )
  if (!ask.unended && unended.count > 0)
    return (
      <Nothing title={`No ${one} of this kind has ended here: ${counted(unended.count, one, many)} went on at the end`}>
        <p>They lasted {formatNs(unended.ns)} by then.</p>
        <button type="button" class="strong" onClick={() => goProfiles(session, { unended: true })}>
          count them
        </button>
      </Nothing>
    )
  if (reasonless.count > 0)
    return (
      <Nothing title={`Nothing is known of this kind: ${counted(reasonless.count, one, many)} began before the trace`}>
        <p>The trace does not say what they are for. The kind block has all waits, whatever they are for.</p>
        <button type="button" onClick={() => goProfiles(session, { kind: 'block', unended: true })}>
          every wait
        </button>
      </Nothing>
    )
  return (
    <Nothing title={`No ${one} of this kind here`}>
      <p>Choose another kind, a wider range, or fewer conditions.</p>
    </Nothing>
  )
}
