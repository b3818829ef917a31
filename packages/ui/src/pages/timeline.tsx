/** The timeline with its toolbar. The view itself is one imperative object: mounted here once, steered by the session. */
import { useContext, useEffect, useRef } from 'preact/hooks'
import type { Ask, TimelineEvents, TimelineView } from '../timeline/contract.ts'
import { printable } from '../words.ts'
import { PartsContext, SessionContext } from './context.ts'
import { recall, remember } from './memory.ts'
import { Toolbar } from './toolbar.tsx'

export type CreateTimelineView = (root: HTMLElement, ask: Ask, events: TimelineEvents) => TimelineView

const NAMES_KEY = 'unhang.namesWidth'

function storedNamesWidth(): number | undefined {
  const css = Number(recall(NAMES_KEY))
  return css > 0 && css < 4000 ? css : undefined
}

export function TimelinePane() {
  return (
    <section class="timeline-pane" aria-label="timeline">
      <Toolbar />
      <div class="timeline-plane">
        <Mounted />
        <NobodyFits />
      </div>
    </section>
  )
}

function Mounted() {
  const session = useContext(SessionContext)
  const { createTimelineView } = useContext(PartsContext)
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const onNamesWidth = (css: number | undefined) =>
      remember(NAMES_KEY, css === undefined ? undefined : String(Math.round(css)))
    const view = createTimelineView(root.current!, session.ask, { ...session.events, onNamesWidth })
    view.setNamesWidth(storedNamesWidth())
    session.attach(view, () => root.current?.focus({ preventScroll: true }))
    return () => {
      session.attach(undefined)
      view.destroy()
    }
  }, [session, createTimelineView])
  return <div ref={root} class="timeline" />
}

/** Without it an empty plane could be taken for a timeline that is not drawn yet. */
function NobodyFits() {
  const session = useContext(SessionContext)
  const { layout, place } = session.store
  const filter = place.value.filter.trim()
  if (layout.value?.kept !== 0 || layout.value.filterError || filter === '') return null
  return (
    <p class="nobody">
      No goroutine fits <b class="code">{printable(filter, 80)}</b>
      <button type="button" onClick={() => session.go({ filter: '' }, 'push')}>
        clear the filter
      </button>
    </p>
  )
}

/** Below the table that stands in the timeline's place. */
export function OneMoment() {
  return (
    <p class="one-moment hint dim">
      No timeline: a dump is one moment. With a trace beside it the answer says more: <code>unhang localhost:6060</code>{' '}
      takes both.
    </p>
  )
}

export function NoTrace() {
  return (
    <section class="no-trace" aria-label="timeline">
      <h2>No timeline: a goroutine dump is one moment</h2>
      <p>
        It says where each goroutine stands and not how it came there. A trace shows the way. With both, in one go, from
        a running server:
      </p>
      <p>
        <code>unhang capture localhost:6060 -o incident</code> <span class="dim">and then</span>{' '}
        <code>unhang view incident</code>
      </p>
      <p class="dim">
        Or by hand: <code>curl -o server.trace 'localhost:6060/debug/pprof/trace?seconds=10'</code>, and drop both files
        here.
      </p>
    </section>
  )
}
