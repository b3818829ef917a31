/** What a user looks at stays where it is, though others come to stand before it. */
import { traceIndexOf } from '../state/store.ts'
import type { Session } from './session.ts'

/** `show` brings other rows. Who has not moved is where the address says, or at the top. */
export async function holdingRow(
  { timeline, store, ask }: Session,
  hasMoved: boolean,
  show: () => Promise<void>,
): Promise<void> {
  const edge = hasMoved ? timeline?.edge() : undefined
  const before = timeline?.view.top ?? 0
  await show()
  // At the top one sees what is new.
  if (!timeline || !edge || before === 0) return
  const [row] = await ask('rowsOf', { trace: traceIndexOf(store), keys: [edge.key] })
  // Who moved on meanwhile is where he wants to be.
  if (row >= 0 && timeline.view.top === before) timeline.setEdge(row, edge.unitsOut)
}

/** The row of the goroutines that the answer is about, for who just came and asked for nothing else; -1: none is to be shown. */
export async function stuckRow({ store, ask }: Pick<Session, 'store' | 'ask'>): Promise<number> {
  const { view, span } = store.place.value
  const answered = store.answered.value
  const first = answered?.findingPlaces[0]
  const counts = answered?.diagnosis.findings[0]?.certainty !== 'possible'
  if (view || span || !counts || first?.trace !== traceIndexOf(store) || first.spans.length === 0) return -1
  return (await ask('detail', { trace: first.trace, span: first.spans[0] }))?.place.row ?? -1
}
