/** What a tooltip says of many goroutines, procs or threads at once: how many are in which state at a moment. */
import { thousands } from '../../analysis/scene/words.ts'
import { spanOfGoroutineAt } from '../../trace/lookup.ts'
import { GO_STATE_NAMES, type RowIndex, type Trace } from '../../trace/tables.ts'
import type { Selection, Timeline } from '../model.ts'
import { trackSpanAt, tracksOf } from '../tracks.ts'
import { atText, countsText, countText, type Pointed } from './describe-words.ts'

/** Those whose state is looked up; of more, every second, third … one. Each costs a bisection. */
const MAX_ASKED = 10_000
/** Of a state that fewer were found in than this, an estimate says that there are some. */
const FEW = 10

type Crowd = {
  readonly there: number
  readonly stuck: number
  readonly byState: readonly number[]
  /** One of so many was asked; above 1 `byState` is an estimate. */
  readonly step: number
}

/** `k`: a row in groups. */
export function describeGroup(
  timeline: Timeline,
  k: number,
  pointed: Pointed,
  selection: Selection | undefined,
): string[] {
  const { members } = timeline.groups
  const all = members.first[k + 1] - members.first[k]
  const crowd = crowdAt(timeline, members, k, pointed.timeNs, selection?.keep)
  return [
    `${crowdText(crowd)} ${atText(pointed)}`,
    stateText(crowd),
    crowd.stuck > 0 ? `${thousands(crowd.stuck)} of them stuck` : '',
    `${countText(all, 'goroutine')} over the whole trace${selection?.keep ? ', whatever the filter' : ''}`,
  ]
}

/** Of all goroutines. */
export function describeGoroutines(timeline: Timeline, pointed: Pointed): string[] {
  const { length } = timeline.trace.goroutines
  const everybody: RowIndex = { first: Uint32Array.of(0, length), row: new Uint32Array(0) }
  const crowd = crowdAt(timeline, everybody, 0, pointed.timeNs, undefined)
  return [`${crowdText(crowd)} ${atText(pointed)}`, stateText(crowd)]
}

function crowdText({ there }: Crowd): string {
  return countText(there, 'goroutine')
}

/** "running 2, waiting 980"; of an estimate "about 800,000 waiting, some running". */
function stateText({ byState, step }: Crowd): string {
  if (step === 1) return countsText(GO_STATE_NAMES, byState)
  const order = [0, 1, 2, 3].filter(state => byState[state] > 0).sort((a, b) => byState[b] - byState[a])
  const texts = order.map(state => {
    const isFew = byState[state] < FEW * step
    // An estimate has two digits that count.
    return `${isFew ? 'some' : `about ${thousands(Number(byState[state].toPrecision(2)))}`} ${GO_STATE_NAMES[state]}`
  })
  return texts.join(', ')
}

/** Who is there at a time, of the members of `k` that are kept; an index without rows means the numbers themselves. */
function crowdAt(
  { trace, stuck }: Timeline,
  { first, row }: RowIndex,
  k: number,
  timeNs: number,
  keep: Uint8Array | undefined,
): Crowd {
  let asked: number[] = []
  let step = 1
  let there = 0
  let stuckCount = 0
  for (let i = first[k]; i < first[k + 1]; i++) {
    const g = row.length === 0 ? i : row[i]
    if ((keep && keep[g] === 0) || !isThere(trace, g, timeNs)) continue
    if (there % step === 0) asked.push(g)
    there++
    stuckCount += stuck[g]
    if (asked.length < MAX_ASKED) continue
    asked = asked.filter((_, n) => n % 2 === 0)
    step *= 2
  }
  const byState = [0, 0, 0, 0]
  for (const g of asked) {
    const span = spanOfGoroutineAt(trace, g, timeNs)
    if (span >= 0) byState[trace.spans.stateReason[span] & 3] += step
  }
  return { there, stuck: stuckCount, byState, step }
}

/** Has it been born, is it not dead, and is anything known of it? */
function isThere({ goroutines, spansOf }: Trace, g: number, timeNs: number): boolean {
  // A comparison with NaN is false: it was there before the trace, or is after it.
  if (goroutines.birthNs[g] > timeNs || goroutines.deathNs[g] <= timeNs) return false
  return spansOf.first[g + 1] > spansOf.first[g]
}

/** Of procs or of threads: how many run what at a time. */
export function describeTracks(timeline: Timeline, kind: 'proc' | 'thread', pointed: Pointed): string[] {
  const { trace } = timeline
  const track = kind === 'proc' ? tracksOf(timeline).procs : tracksOf(timeline).threads
  const count = track.first.length - 1
  const byState = [0, 0, 0, 0]
  let idle = count
  for (let subject = 0; subject < count; subject++) {
    const span = trackSpanAt(trace, track, subject, pointed.timeNs)
    if (span < 0) continue
    byState[trace.spans.stateReason[span] & 3]++
    idle--
  }
  const counts = countsText([...GO_STATE_NAMES, 'without a goroutine'], [...byState, idle])
  return [`${countText(count, kind)} ${atText(pointed)}`, counts]
}
