/** A stretch of time and the columns it is drawn into. Where times are "from the window's start" they lose no digits. */
import { MAX_COLUMNS, type SceneRequest } from '../model.ts'

export type Window = {
  readonly startNs: number
  readonly endNs: number
  readonly columns: number
  readonly nsPerColumn: number
}

/** The window of a request; undefined where it has no width or no length, or they are no numbers. */
export function windowOf(request: Pick<SceneRequest, 'startNs' | 'endNs' | 'columns'>): Window | undefined {
  const columns = Math.min(MAX_COLUMNS, Math.floor(request.columns))
  const { startNs, endNs } = request
  const nsPerColumn = (endNs - startNs) / columns
  if (!(columns >= 1 && nsPerColumn > 0 && Number.isFinite(nsPerColumn))) return undefined
  return { startNs, endNs, columns, nsPerColumn }
}
