/** A server of ours as the page's home: it is asked which captures it was started with, and for lines of source. */
import type { Source } from '../protocol.ts'
import type { Edited, SourceLines } from '../state/store.ts'
import type { Begun, Home, Site } from './home.ts'

export const CAPTURES_SCHEMA = 'unhang.captures/1'

export const SERVER_HOME: Home = {
  makeWorker: () => new Worker('worker.js'),
  startWorker: async script => new Worker(script),
  begin: fetchCaptures,
  source: fetchSource,
  edited: fetchEdited,
}

const NOTHING: Begun = { sources: [], remarks: [], isServed: false }

/** The captures that `unhang view` was called with; none where the page was opened from a disk. */
async function fetchCaptures(): Promise<Begun> {
  try {
    const response = await fetch('captures.json')
    return response.ok ? capturesOf(await response.json()) : NOTHING
  } catch {
    return NOTHING
  }
}

/** What is not as it should be is left out: a page may meet a server of another version. */
export function capturesOf(value: unknown): Begun {
  const { schema, files, remarks } = record(value)
  if (schema !== CAPTURES_SCHEMA || !Array.isArray(files)) return NOTHING
  const sources = files.flatMap((file): Source[] => {
    const { name, size, url, cut } = record(file)
    if (typeof name !== 'string' || typeof size !== 'number' || typeof url !== 'string') return []
    return [{ name, size, url, cut: typeof cut === 'string' ? cut : undefined }]
  })
  const texts = Array.isArray(remarks) ? remarks.filter(remark => typeof remark === 'string') : []
  return { sources, remarks: texts, isServed: true }
}

/** The lines around a place, where the server has the source. */
async function fetchSource(site: Site): Promise<SourceLines | undefined> {
  const query = new URLSearchParams({ function: site.function, file: site.file, line: String(site.line) })
  try {
    const response = await fetch(`source?${query}`)
    return response.ok ? linesOf(await response.json()) : undefined
  } catch {
    return undefined
  }
}

/** Which source was edited since the server read it; undefined: none, or nobody knows. */
async function fetchEdited(): Promise<Edited | undefined> {
  try {
    const response = await fetch('edited')
    return response.ok ? editedOf(await response.json()) : undefined
  } catch {
    return undefined
  }
}

export function editedOf(value: unknown): Edited | undefined {
  const { files, sinceMs } = record(value)
  if (!Array.isArray(files) || typeof sinceMs !== 'number') return undefined
  const names = files.filter(file => typeof file === 'string')
  return names.length === 0 ? undefined : { files: names, sinceMs }
}

/** More is no excerpt, and longer lines are generated. */
const LINES_LIMIT = 21
const LINE_LIMIT = 400

export function linesOf(value: unknown): SourceLines | undefined {
  const { lines } = record(value)
  if (!Array.isArray(lines)) return undefined
  const whole = lines.slice(0, LINES_LIMIT).flatMap(entry => {
    const { line, text } = record(entry)
    return typeof line === 'number' && typeof text === 'string' ? [{ line, text: text.slice(0, LINE_LIMIT) }] : []
  })
  return whole.length === 0 ? undefined : whole
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
