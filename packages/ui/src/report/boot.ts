/**
 * The first script of a report, in the file itself: takes its parts while the browser reads the file, so that no more than
 * a piece of them is there as text, and then starts the page. Until then, and where that fails, the answer stands there
 * as text; what is told of the rest stands in the line below its head.
 */
import { formatBytes, fromSevens } from '@unhang/core'
import { END_PART, PAGE_PART, PARTS_KEY, type ReportParts, STYLE_PART, unpacked } from './parts.ts'

const pieces = new Map<string, BlobPart[]>()
let byteLength = 0
let failure: string | undefined

/** Those that are complete: the parser may still be writing the last one. */
function take(isAll: boolean): void {
  const found = [...document.querySelectorAll<HTMLScriptElement>('script[data-part]')]
  for (const script of isAll ? found : found.slice(0, -1)) {
    takePiece(script)
    script.remove()
  }
  say(`Reading the timeline out of this file: ${formatBytes(byteLength)} so far.`)
}

function takePiece({ dataset, text }: HTMLScriptElement): void {
  const { part = '', bytes = '0' } = dataset
  try {
    const piece = fromSevens(text, Number(bytes))
    const known = pieces.get(part)
    if (known) known.push(piece)
    else pieces.set(part, [piece])
    byteLength += piece.length
  } catch (error) {
    failure ??= `its part ${part} is damaged (${(error as Error).message})`
  }
}

async function start(): Promise<void> {
  if (failure) throw new Error(failure)
  if (!pieces.has(END_PART)) throw new Error('this file is cut: its end is missing')
  if (typeof DecompressionStream === 'undefined') throw new Error('this browser is too old to unpack it')
  const parts: ReportParts = new Map([...pieces].map(([name, chunks]) => [name, new Blob(chunks)]))
  pieces.clear()
  ;(globalThis as Record<string, unknown>)[PARTS_KEY] = parts
  // In the place of the text's style, so that nothing of it is left.
  const style = document.createElement('style')
  style.textContent = await textOf(parts, STYLE_PART)
  const script = document.createElement('script')
  script.textContent = await textOf(parts, PAGE_PART)
  document.querySelector('style')?.replaceWith(style)
  document.body.append(script)
}

async function textOf(parts: ReportParts, name: string): Promise<string> {
  return (await unpacked(parts.get(name) ?? new Blob(), '')).text()
}

function say(text: string): void {
  const line = document.getElementById('reading')
  if (line) line.textContent = text
}

const watching = new MutationObserver(() => take(false))
watching.observe(document.body, { childList: true })
document.addEventListener('DOMContentLoaded', () => {
  watching.disconnect()
  take(true)
  start().catch(error => say(`The timeline of this report cannot be shown: ${(error as Error).message}.`))
})
