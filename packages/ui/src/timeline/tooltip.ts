/**
 * The tooltip's element: shown in the frame in which the pointer comes, from what was drawn; what the worker adds
 * replaces it when it is there. One question is on its way at a time, about where the pointer is now.
 */
import { printable } from './texts.ts'

export type TooltipQuestion = {
  /** The same for all points that have the same answer. */
  readonly key: string
  readonly ask: () => Promise<readonly string[]>
}

const GAP_PX = 14
const MAX_LINES = 16

export class Tooltip {
  private readonly element: HTMLElement
  private shown = ''
  private at = { x: 0, y: 0 }
  private question: TooltipQuestion | undefined
  private isAsking = false
  /** The last answer, as long as the pointer stays on what it is about. */
  private answer: { readonly key: string; readonly lines: readonly string[] } | undefined

  constructor(element: HTMLElement) {
    this.element = element
  }

  /** x and y in the window. */
  show(lines: readonly string[], x: number, y: number, question: TooltipQuestion | undefined): void {
    this.question = question
    this.at = { x, y }
    if (lines.length === 0) return this.hide()
    const isAnswered = question !== undefined && this.answer?.key === question.key
    this.write(isAnswered ? this.answer!.lines : lines)
    if (!isAnswered) void this.fetch()
  }

  hide(): void {
    this.question = undefined
    this.shown = ''
    this.element.style.display = 'none'
  }

  /** What was answered is about other rows. */
  forget(): void {
    this.answer = undefined
    this.hide()
  }

  private async fetch(): Promise<void> {
    const { question } = this
    if (question === undefined || this.isAsking) return
    this.isAsking = true
    try {
      const lines = await question.ask()
      this.answer = { key: question.key, lines }
      if (this.question?.key === question.key && lines.length > 0) this.write(lines)
    } catch {
      // What the scene told is shown already.
      this.answer = undefined
      this.question = this.question === question ? undefined : this.question
    } finally {
      this.isAsking = false
    }
    if (this.question !== undefined && this.question.key !== question.key) void this.fetch()
  }

  private write(lines: readonly string[]): void {
    const { style } = this.element
    const text = lines.slice(0, MAX_LINES).join('\n')
    if (text !== this.shown) {
      this.shown = text
      this.element.replaceChildren(
        ...lines.slice(0, MAX_LINES).map((line, index) => {
          const part = document.createElement('div')
          part.textContent = printable(line, 600)
          part.style.fontWeight = index === 0 ? '600' : 'normal'
          return part
        }),
      )
    }
    style.display = 'block'
    // Beside the pointer, on the side where there is room.
    const { offsetWidth: width, offsetHeight: height } = this.element
    const { x, y } = this.at
    const left = x + GAP_PX + width > window.innerWidth ? x - GAP_PX - width : x + GAP_PX
    const top = y + GAP_PX + height > window.innerHeight ? y - GAP_PX - height : y + GAP_PX
    style.transform = `translate(${Math.max(Math.round(left), 2)}px, ${Math.max(Math.round(top), 2)}px)`
  }
}
