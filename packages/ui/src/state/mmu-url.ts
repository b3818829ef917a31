/**
 * What of an address is about the page "mmu": what is counted, what is shown, and of which length the worst windows are.
 *
 *   mmu.flags=stw,assist&mmu.view=proc&mmu.show=percentiles&mmu.as=go&mmu.window=0.01s
 *
 * The words are those of `unhang mmu`.
 */
import { DEFAULT_MMU, MMU_WORK, type MmuChoice } from '@unhang/core'
import type { Reading, Writing } from './groups-url.ts'

export type MmuPlace = {
  readonly choice: MmuChoice
  readonly hasShares: boolean
  /** undefined: what fits. */
  readonly windowNs: number | undefined
}

export const MMU_START: MmuPlace = { choice: DEFAULT_MMU, hasShares: false, windowNs: undefined }

export function formatMmu({ choice, hasShares, windowNs }: MmuPlace, { time }: Pick<Writing, 'time'>): string[] {
  const parts: string[] = []
  const flags = flagsText(choice)
  if (flags !== flagsText(DEFAULT_MMU)) parts.push(`mmu.flags=${flags}`)
  if (choice.perProc) parts.push('mmu.view=proc')
  if (hasShares) parts.push('mmu.show=percentiles')
  if (choice.asGo) parts.push('mmu.as=go')
  if (windowNs !== undefined) parts.push(`mmu.window=${time(windowNs)}`)
  return parts
}

export function parseMmu(values: ReadonlyMap<string, string>, { time }: Pick<Reading, 'time'>): MmuPlace {
  const flags = values.get('mmu.flags')?.split(',')
  const windowNs = time(values.get('mmu.window') ?? '')
  return {
    choice: {
      work: flags ? MMU_WORK.filter(work => flags.includes(work)) : DEFAULT_MMU.work,
      perProc: values.get('mmu.view') === 'proc',
      asGo: values.get('mmu.as') === 'go',
    },
    hasShares: values.get('mmu.show') === 'percentiles',
    windowNs: windowNs !== undefined && windowNs >= 1 ? windowNs : undefined,
  }
}

/** In the order of Go's page, so that one choice has one address. */
function flagsText({ work }: MmuChoice): string {
  return MMU_WORK.filter(kind => work.includes(kind)).join(',')
}
