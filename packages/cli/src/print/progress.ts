/**
 * The bar while a capture runs: one line on standard error that is drawn over itself. Where standard error is no
 * terminal, one plain line a step; with --quiet nothing (the screen's `write` is silent then).
 *
 *   dump ✓   trace ━━━━━━━━━━━━──────── 6 s   3.1 MB
 */
import { formatBytes } from '@unhang/core'
import type { Output } from './output.ts'

export type Step = {
  /** So many more bytes came. */
  readonly bytes: (count: number) => void
  /** Something of this step did not come. */
  readonly failed: () => void
  readonly end: () => void
}

export type Progress = {
  /** A step of known length in seconds is drawn as a bar, another as a count of bytes. */
  readonly begin: (label: string, seconds?: number) => Step
  /** A line of its own, said at once. */
  readonly note: (text: string) => void
  /** Ends the line, with where it all went; '' where nothing more is to be said. */
  readonly finish: (tail: string) => void
}

export type ScreenProgress = Progress & {
  /** What is waited for before the first step; on a terminal alone. */
  readonly waiting: (text: string) => void
}

type State = {
  readonly label: string
  readonly seconds: number | undefined
  readonly startMs: number
  bytes: number
  failed: boolean
  ended: boolean
}

const BAR_CELLS = 20
/** Ten times a second looks smooth and costs nothing. */
const REDRAW_MS = 100

export function createProgress(screen: Output['screen'], nowMs: () => number = Date.now): ScreenProgress {
  return screen.isTerminal ? liveProgress(screen, nowMs) : plainProgress(screen, nowMs)
}

function plainProgress(screen: Output['screen'], nowMs: () => number): ScreenProgress {
  return {
    begin: (label, seconds) =>
      stepOf(newState(label, seconds, nowMs), state => {
        const length = state.seconds === undefined ? '' : `${state.seconds} s, `
        screen.write(`${state.label}: ${length}${formatBytes(state.bytes)}${state.failed ? ', not all of it' : ''}\n`)
      }),
    note: text => screen.write(`${text}\n`),
    waiting: () => {},
    finish: tail => tail !== '' && screen.write(`${tail}\n`),
  }
}

function liveProgress(screen: Output['screen'], nowMs: () => number): ScreenProgress {
  const steps: State[] = []
  const draw = () => screen.write(`\r\u001b[K${progressLine(steps, nowMs(), screen, true)}`)
  let timer: NodeJS.Timeout | undefined
  return {
    begin(label, seconds) {
      const state = newState(label, seconds, nowMs)
      steps.push(state)
      timer ??= setInterval(draw, REDRAW_MS).unref()
      draw()
      return stepOf(state, draw)
    },
    note(text) {
      screen.write(`\r\u001b[K  ${text}\n`)
      draw()
    },
    waiting: text => screen.write(`\r\u001b[K  ${text}`),
    finish(tail) {
      clearInterval(timer)
      if (steps.length === 0) return screen.write(`\r\u001b[K${tail === '' ? '' : `  ${tail}\n`}`)
      const line = progressLine(steps, nowMs(), screen, false)
      const fits = tail === '' || widthOf(steps, nowMs(), screen) + 3 + tail.length <= screen.columns
      // Behind the line, where it went; else below it: a name that is broken in two cannot be copied.
      screen.write(`\r\u001b[K${line}${fits ? '   ' : '\n  '}${tail}\n`)
    },
  }
}

function newState(label: string, seconds: number | undefined, nowMs: () => number): State {
  return { label, seconds, startMs: nowMs(), bytes: 0, failed: false, ended: false }
}

function stepOf(state: State, onEnd: (state: State) => void): Step {
  return {
    bytes: count => {
      state.bytes += count
    },
    failed: () => {
      state.failed = true
    },
    end: () => {
      state.ended = true
      onEnd(state)
    },
  }
}

/** The line; `fit`: leaves steps out from the left where it would wrap, for a wrapped line cannot be drawn over. */
export function progressLine(
  steps: readonly State[],
  nowMs: number,
  screen: Pick<Output['screen'], 'columns' | 'colors'>,
  fit: boolean,
): string {
  const parts = steps.map(step => stepText(step, nowMs, screen.colors))
  let from = 0
  const width = () => parts.slice(from).reduce((sum, part) => sum + part.width + 3, 0)
  while (fit && from < parts.length - 1 && width() >= screen.columns) from++
  return `  ${parts
    .slice(from)
    .map(({ text }) => text)
    .join('   ')}`
}

function widthOf(steps: readonly State[], nowMs: number, screen: Pick<Output['screen'], 'colors'>): number {
  return steps.reduce((sum, step) => sum + stepText(step, nowMs, screen.colors).width + 3, -1)
}

function stepText(step: State, nowMs: number, colors: Output['screen']['colors']): { text: string; width: number } {
  const words = [step.label]
  let bar = ''
  if (step.seconds !== undefined) {
    const elapsed = Math.max(0, (nowMs - step.startMs) / 1000)
    const done = step.ended ? 1 : Math.min(1, elapsed / step.seconds)
    const cells = Math.round(done * BAR_CELLS)
    bar = `${colors.cyan('━'.repeat(cells))}${colors.dim('─'.repeat(BAR_CELLS - cells))}`
    words.push(bar, step.ended ? `${step.seconds} s` : `${Math.min(Math.floor(elapsed), step.seconds)} s`)
  }
  if (!step.ended && step.bytes > 0) words.push(formatBytes(step.bytes))
  const mark = step.failed ? '✗' : '✓'
  const plain = [...words.filter(word => word !== bar), ...(bar ? ['━'.repeat(BAR_CELLS)] : [])].join(' ')
  if (!step.ended) return { text: words.join(' '), width: plain.length }
  return { text: `${words.join(' ')} ${step.failed ? colors.red(mark) : colors.green(mark)}`, width: plain.length + 2 }
}
