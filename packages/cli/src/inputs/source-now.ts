/**
 * Source for somebody who looks at it for an hour and edits it meanwhile. What was said of it stays together with the lines
 * that were shown: a file is read anew when somebody asks for that, or comes anew, and never in between.
 */
import type { ReadFiles } from './source.ts'

export type SourceNow = ReadFiles & {
  /** When reading began, as ms since 1970. */
  readonly since: () => number
  /** From here on the source as it is now, where it is another, or where there was none. */
  readonly renew: () => void
}

export function createSourceNow(create: () => ReadFiles, now: () => number = Date.now): SourceNow {
  let files = create()
  let sinceMs = now()
  return {
    lines: (site, around) => files.lines(site, around),
    folderOf: site => files.folderOf(site),
    edited: () => files.edited(),
    isRead: () => files.isRead(),
    since: () => sinceMs,
    renew: () => {
      if (files.isRead() && files.edited().length === 0) return
      files = create()
      sinceMs = now()
    },
  }
}
