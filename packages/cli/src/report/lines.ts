/** Lines of source that the page of a report may ask for: those of the answer, then those of all stacks, in bounds. */
import type { Capture, Diagnosis, Site } from '@unhang/core'
import type { SourceLine, SourceLookup } from '../inputs/source.ts'

export type ReportLines = Site & { readonly lines: readonly SourceLine[] }

/** Lines before and after, as the page's server gives them. */
const AROUND = 2
/** Longer ones are generated. */
const LINE_LIMIT = 400
/** Characters of all of them: a sixth of it is left when it is packed, and a report has to stay small. */
const TEXT_LIMIT = 200_000
/** Places that are looked for: each costs a look into a file. */
const PLACES_LIMIT = 20_000

export function linesFor(
  { findings }: Diagnosis,
  captures: readonly Capture[],
  lookup: SourceLookup,
): readonly ReportLines[] {
  const found: ReportLines[] = []
  const asked = new Set<string>()
  let room = TEXT_LIMIT
  for (const site of sitesOf(findings, captures)) {
    const key = `${site.function}\n${site.file}\n${site.line}`
    if (asked.has(key)) continue
    if (room <= 0 || asked.size >= PLACES_LIMIT) break
    asked.add(key)
    const lines = lookup(site, AROUND)?.map(({ line, text }) => ({ line, text: text.slice(0, LINE_LIMIT) }))
    if (!lines) continue
    for (const { text } of lines) room -= text.length + 20
    room -= key.length
    if (room > 0) found.push({ function: site.function, file: site.file, line: site.line, lines })
  }
  return found
}

function* sitesOf(findings: Diagnosis['findings'], captures: readonly Capture[]): Generator<Site> {
  for (const { site, caller, source } of findings) {
    yield site
    if (caller) yield caller
    for (const taker of source?.functions ?? [])
      if (taker.leaves) yield { function: taker.function, file: taker.file, line: taker.leaves.line }
  }
  for (const capture of captures) {
    const { frames, strings } = capture.kind === 'trace' ? capture.trace : capture.dump
    for (let row = 0; row < frames.length; row++) {
      const file = strings.text(frames.file[row])
      if (file !== '') yield { function: strings.text(frames.function[row]), file, line: frames.line[row] }
    }
  }
}
