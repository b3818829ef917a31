/** What of the collector's work counts against the program: the choices of Go's page (`internal/trace/gc.go`, `UtilFlags`). */

export const MMU_WORK = ['stw', 'background', 'assist', 'sweep'] as const
export type MmuWork = (typeof MMU_WORK)[number]

export type MmuChoice = {
  readonly work: readonly MmuWork[]
  /**
   * Each proc is looked at alone: how long a goroutine may be held up that happens to be there, which Go's page calls
   * "per goroutine". A dedicated worker counts for nothing then: it has its proc to itself.
   */
  readonly perProc: boolean
  /**
   * The numbers of Go's own page, faults and all: a worker counts once more each time it starts again and is never taken
   * off, and whoever was in a mark assist when the trace began is charged to the proc that said so.
   */
  readonly asGo: boolean
}

/** What Go's page begins with. */
export const DEFAULT_MMU: MmuChoice = { work: ['stw', 'background', 'assist'], perProc: false, asGo: false }

/** The same text for the same choice. */
export function choiceKey({ work, perProc, asGo }: MmuChoice): string {
  return `${MMU_WORK.filter(kind => work.includes(kind)).join(',')} ${perProc} ${asGo}`
}
