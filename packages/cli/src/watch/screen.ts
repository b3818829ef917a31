/** Where a watch says what it sees: lines as data; on a terminal also one line that is drawn over, and goes before the next. */
import { formatCount, formatNs } from '@unhang/core'
import type { Failure } from '../capture/failure.ts'
import { Complaint, complaintText } from '../complaint.ts'
import { counted } from '../print/frames.ts'
import type { Output } from '../print/output.ts'
import { printable } from '../print/printable.ts'
import type { Round } from './rounds.ts'
import type { Told, Watched } from './watch.ts'
import { eventJson, toldText } from './words.ts'

export type Watching = {
  readonly url: string
  readonly intervalSeconds: number
  readonly threshold: number
  /** Where captures go. */
  readonly folder: string
  readonly json: boolean
  readonly quiet: boolean
}

export class Screen {
  private readonly watching: Watching
  private readonly output: Output
  private readonly isDrawn: boolean
  private drawn = false

  constructor(watching: Watching, output: Output) {
    this.watching = watching
    this.output = output
    this.isDrawn = output.screen.isTerminal && !watching.quiet
  }

  /** `refusal`: why captures will have no trace. */
  start(goroutines: number, refusal?: Pick<Failure, 'found' | 'remedy'>): void {
    const { url, intervalSeconds, threshold, folder, json } = this.watching
    const untraced = refusal && { found: printable(refusal.found), remedy: refusal.remedy }
    if (json)
      this.output.data(
        eventJson('start', { url, goroutines, intervalSeconds, threshold, folder, ...(untraced && { untraced }) }),
      )
    const where = folder === '' ? 'the working directory' : folder
    this.output.remark(
      `watching ${printable(url)}: ${counted(goroutines, 'goroutine')}, asked every ${intervalSeconds} s\n` +
        `a crowd of ${formatCount(threshold)} more than usual is captured into ${printable(where)}; Ctrl-C ends it\n`,
    )
    if (untraced) this.output.error(complaintText(new Complaint('an execution trace', untraced.found, untraced.remedy)))
  }

  tell(told: Told): void {
    this.clear()
    const { json, quiet } = this.watching
    const { colors, columns } = this.output
    if (json) this.output.data(eventJson(told.kind, told))
    // Asked to be quiet it tells what came of it, and what went wrong.
    else if (!quiet || !CHANGES.has(told.kind)) this.output.data(toldText(told, new Date(), colors, columns))
  }

  /** What was seen just now, to show that somebody watches. */
  show(round: Round): void {
    if (!this.isDrawn) return
    const time = new Date().toISOString().slice(11, 19)
    const { screen } = this.output
    const text =
      round.kind === 'dump'
        ? `${time}Z ${counted(round.goroutines, 'goroutine')}, ${counted(round.groups.length, 'line')} where some wait`
        : `${time}Z no answer`
    screen.write(`\r\u001b[K${screen.colors.dim(text.slice(0, screen.columns - 1))}`)
    this.drawn = true
  }

  end({ rounds, captures, findings, tookMs, answers }: Watched): void {
    this.clear()
    if (this.watching.json) this.output.data(eventJson('end', { rounds, captures, findings, answers, tookMs }))
    const found = captures === 0 ? '' : `, ${findings === 0 ? 'none' : formatCount(findings)} with a finding`
    const dead = answers ? '' : '; the server does not answer'
    this.output.remark(
      `watched for ${formatNs(tookMs * 1e6)}: ${captures === 0 ? 'no capture' : counted(captures, 'capture')}${found}${dead}\n`,
    )
  }

  clear(): void {
    if (this.drawn) this.output.screen.write('\r\u001b[K')
    this.drawn = false
  }
}

const CHANGES: ReadonlySet<Told['kind']> = new Set<Told['kind']>(['grew', 'fell', 'slow', 'quick', 'capture'])
