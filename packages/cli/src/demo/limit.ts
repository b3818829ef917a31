/** Time limits for what must end by itself. */

export type LimitedSignal = {
  readonly signal: AbortSignal
  /** It was the time that aborted it. */
  readonly isOver: () => boolean
  /** Call it at the end. */
  readonly clear: () => void
}

/** A signal that is aborted with the other one, or after so long. */
export function limitedSignal(other: AbortSignal, limitMs: number): LimitedSignal {
  const controller = new AbortController()
  let over = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    over = true
    abort()
  }, limitMs)
  other.addEventListener('abort', abort)
  if (other.aborted) abort()
  const clear = () => {
    clearTimeout(timer)
    other.removeEventListener('abort', abort)
  }
  return { signal: controller.signal, isOver: () => over, clear }
}
