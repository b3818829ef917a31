/** Keys of a long list whose rows lead somewhere: the same as in the table of groups. */
import type { VirtualScroll } from '../widgets/virtual-scroll.ts'
import { gridCommandOf, indexAfter } from './group-keys.ts'

/** Does what a key asks of the list that has the focus. `onBack`: for Escape; undefined: there is nothing to go back to. */
export function pressedInList(
  event: KeyboardEvent,
  { root, active, plan, page, reveal }: VirtualScroll,
  open: (index: number) => void,
  onBack?: (() => void) | undefined,
): void {
  const command = event.target === root.current ? gridCommandOf(event) : undefined
  if (!command) return
  if (command === 'clear' || command === 'close') {
    if (!onBack) return
    onBack()
  } else {
    if (plan.length === 0) return
    const at = active.peek()
    const to = indexAfter(command, at, plan.length, page)
    if (to === undefined) open(at)
    else {
      active.value = to
      reveal(to)
    }
  }
  event.preventDefault()
  event.stopPropagation()
}
