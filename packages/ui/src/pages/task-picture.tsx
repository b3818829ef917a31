/** A task's time as a small timeline: for each goroutine its regions within each other, logs as ticks, and below its states. */
import { formatNs, type StoryEvent } from '@unhang/core'
import type { StoryShown } from '../protocol/tasks.ts'
import { STATES } from '../widgets/state-bar.tsx'
import { functionText, printable } from '../words.ts'
import { TaskGoroutine, typeName } from './task-links.tsx'

/** More than one sees in the picture of a part. */
const MOST_BOXES = 400
const MOST_DEPTH = 8

export function StoryPicture({ shown }: { readonly shown: StoryShown }) {
  const { story, strips, fromNs, toNs } = shown
  if (story.parts.length === 0 || !(toNs > fromNs)) return null
  const of = new Map<number, StoryEvent[]>()
  for (const event of story.events)
    if (event.goroutine !== null)
      of.set(event.goroutine, [...(of.get(event.goroutine) ?? []).slice(-2 * MOST_BOXES), event])
  return (
    <section class="story-picture" aria-label="what its goroutines did">
      {story.parts.map((part, i) => (
        <div key={part.goroutine} class="story-part">
          <div class="story-who">
            <TaskGoroutine id={part.goroutine} timeNs={part.fromNs} />{' '}
            <span class="dim code" title={printable(part.function)}>
              {functionText(part.function) || 'unknown'}
            </span>
            <span class="dim"> {part.how.join(', ')}</span>
          </div>
          <Lane events={of.get(part.goroutine) ?? []} fromNs={fromNs} toNs={toNs} />
          <Strip strip={strips[i]} />
          <div class="dim story-waits">
            {part.waits
              .slice(0, 3)
              .map(({ reason, ns }) => `${printable(reason, 60)} ${formatNs(ns)}`)
              .join(', ')}
          </div>
        </div>
      ))}
      {story.partCount > story.parts.length ? (
        <p class="dim">and {story.partCount - story.parts.length} goroutines more</p>
      ) : null}
    </section>
  )
}

type LaneProps = { readonly events: readonly StoryEvent[]; readonly fromNs: number; readonly toNs: number }

/** Regions as boxes, an outer one above those within it; logs as ticks over them. */
function Lane({ events, fromNs, toNs }: LaneProps) {
  const share = (ns: number) => Math.max(0, Math.min(100, ((ns - fromNs) / (toNs - fromNs)) * 100))
  const boxes = events.filter(({ what, isUnbegun }) => what === 'region-begin' || (what === 'region-end' && isUnbegun)).slice(0, MOST_BOXES) // biome-ignore format: one line
  const ticks = events.filter(({ what }) => what === 'log').slice(0, MOST_BOXES)
  if (boxes.length + ticks.length === 0) return null
  const depth = Math.min(MOST_DEPTH, Math.max(0, ...boxes.map(box => box.depth + 1)))
  return (
    <div class="story-lane" style={{ height: `${Math.max(1, depth) * 1.125}rem` }}>
      {boxes.map((box, i) => {
        const endNs = box.what === 'region-end' ? box.atNs : box.atNs + (box.durationNs ?? 0)
        const startNs = box.what === 'region-end' ? fromNs : box.atNs
        const name = typeName(box.name, 'regions')
        const said = `region ${name}: ${box.isUnended ? 'never closed, ' : ''}${formatNs(endNs - startNs)}`
        return (
          <span
            key={i}
            class={`story-box${box.isUnended ? ' open' : ''}`}
            title={said}
            style={{
              left: `${share(startNs)}%`,
              width: `max(2px, ${share(endNs) - share(startNs)}%)`,
              top: `${Math.min(box.depth, MOST_DEPTH - 1) * 1.125}rem`,
            }}
          >
            {name}
          </span>
        )
      })}
      {ticks.map((tick, i) => (
        <span
          key={i}
          class="story-tick"
          title={printable(`${tick.name === '' ? '' : `${tick.name}: `}${tick.message ?? ''}`, 400)}
          style={{ left: `${share(tick.atNs)}%` }}
        />
      ))}
    </div>
  )
}

/** Runs of one state as boxes in the timeline's colours and heights. */
function Strip({ strip }: { readonly strip: Uint8Array | undefined }) {
  if (!strip) return null
  const runs: { from: number; to: number; state: number }[] = []
  for (let c = 0; c < strip.length; c++) {
    const last = runs[runs.length - 1]
    if (last && last.state === strip[c]) last.to = c + 1
    else runs.push({ from: c, to: c + 1, state: strip[c] })
  }
  return (
    <div class="story-strip" aria-hidden="true">
      {runs
        .filter(({ state }) => state > 0)
        .map(({ from, to, state }) => (
          <span
            key={from}
            class={`state-part ${STATES[state - 1]}`}
            style={{ left: `${(from / strip.length) * 100}%`, width: `${((to - from) / strip.length) * 100}%` }}
          />
        ))}
    </div>
  )
}
