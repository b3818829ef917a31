/** What is seen of the table of groups: as of any long table, and a row that is wanted comes into sight. */
import { type Signal, useSignal } from '@preact/signals'
import { useContext, useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { GroupsInfo } from '../protocol.ts'
import { useVirtualScroll, type VirtualScroll } from '../widgets/virtual-scroll.ts'
import { SessionContext } from './context.ts'

export type GroupScroll = VirtualScroll & { readonly openHeight: Signal<number> }

export function useGroupScroll(info: GroupsInfo): GroupScroll {
  const { groups } = useContext(SessionContext)
  const openHeight = useSignal(0)
  const seen = useVirtualScroll(info.length, info.list, { open: groups.open.value, openHeight: openHeight.value })
  useWanted(openHeight, index => {
    seen.active.value = index
    seen.reveal(index)
  })
  const { first, last } = seen
  useEffect(() => groups.want(first, last), [groups, first, last, info])
  return { ...seen, openHeight }
}

/** Brings the open group into sight once, and once more when the height of its details is known. */
function useWanted(openHeight: Signal<number>, bring: (index: number) => void): void {
  const { groups } = useContext(SessionContext)
  const wanted = groups.wanted.value
  const done = useRef<typeof wanted>(undefined)
  useLayoutEffect(() => {
    if (!wanted || done.current === wanted) return
    bring(wanted.index)
    if (openHeight.value > 0) done.current = wanted
  }, [wanted, openHeight.value])
}
