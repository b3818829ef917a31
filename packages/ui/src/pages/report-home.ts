/** A report's file as the page's home: captures, answer and lines of source are what was put into it. */
import { DIAGNOSIS_SCHEMA, type Diagnosis } from '@unhang/core'
import { capturePart, PARTS_KEY, REPORT_PART, type ReportParts, unpacked, WORKER_PART } from '../report/parts.ts'
import { type SourceLines, sourceKey } from '../state/store.ts'
import type { Found } from './files.ts'
import type { Begun, Home, Report } from './home.ts'
import { linesOf } from './served.ts'

export const REPORT_SCHEMA = 'unhang.report/1'

/** undefined: the page is in no report. */
export function reportParts(): ReportParts | undefined {
  const parts = (globalThis as Record<string, unknown>)[PARTS_KEY]
  return parts instanceof Map ? parts : undefined
}

/** Rejects where the file is not as it was written. */
export async function createReportHome(parts: ReportParts): Promise<Home> {
  const content = contentOf(JSON.parse(await (await unpacked(partOf(parts, REPORT_PART), '')).text()))
  const scripts = new Map<string, Promise<string>>()
  const addressOf = (script: string) => {
    const known = scripts.get(script) ?? unpacked(partOf(parts, script), 'text/javascript').then(URL.createObjectURL)
    scripts.set(script, known)
    return known
  }
  // What is opened is opened at once, by a worker that starts at once.
  const worker = await addressOf(WORKER_PART)
  const report: Report = {
    ...content,
    captures: content.files.map(({ name, cut }, i): Found => {
      return { name, file: new File([partOf(parts, capturePart(i))], name), isNamed: true, cut }
    }),
  }
  const begun: Begun = { sources: [], remarks: content.remarks, isServed: false, report }
  return {
    makeWorker: () => new Worker(worker),
    startWorker: async script => new Worker(await addressOf(script)),
    begin: async () => begun,
    source: async site => content.sources.get(sourceKey(site)),
    edited: async () => undefined,
  }
}

function partOf(parts: ReportParts, name: string): Blob {
  const part = parts.get(name)
  if (!part) throw new Error(`its part ${name} is missing`)
  return part
}

type Content = Omit<Report, 'captures'> & {
  readonly files: readonly { readonly name: string; readonly cut: string | undefined }[]
  readonly remarks: readonly string[]
  readonly sources: ReadonlyMap<string, SourceLines>
}

/** The page is of the same version as whoever wrote it; what is wrong here is damage. */
function contentOf(value: unknown): Content {
  const { schema, title, writtenMs, version, files, remarks, diagnosis, hasSource, sources } = record(value)
  if (schema !== REPORT_SCHEMA || record(diagnosis).schema !== DIAGNOSIS_SCHEMA || !Array.isArray(files))
    throw new Error(`its ${REPORT_PART} is of another kind`)
  return {
    title: textOf(title),
    writtenMs: Number(writtenMs),
    version: textOf(version),
    told: { diagnosis: diagnosis as Diagnosis, hasSource: hasSource === true },
    files: files.map(file => {
      const { name, cut } = record(file)
      return { name: textOf(name), cut: typeof cut === 'string' ? cut : undefined }
    }),
    remarks: listOf(remarks).filter(remark => typeof remark === 'string'),
    sources: new Map(listOf(sources).flatMap(sourceOf)),
  }
}

function sourceOf(value: unknown): readonly (readonly [string, SourceLines])[] {
  const { function: name, file, line } = record(value)
  const lines = linesOf(value)
  return lines ? [[sourceKey({ function: textOf(name), file: textOf(file), line: Number(line) }), lines]] : []
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
