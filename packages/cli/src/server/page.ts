/** The files of the page, as the build has put them into the package; nothing else is ever handed out of that folder. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Complaint } from '../complaint.ts'

export type PageFile = { readonly type: string; readonly bytes: Uint8Array }

/** By the path of the request. */
export type Page = ReadonlyMap<string, PageFile>

const FILES: readonly (readonly [path: string, file: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/worker.js', 'worker.js', 'text/javascript; charset=utf-8'],
  ['/graph.js', 'graph.js', 'text/javascript; charset=utf-8'],
]

/** The first script of a report, and the style of its text. No server hands them out. */
const REPORT_SCRIPT = 'report.js'
const REPORT_STYLE = 'report.css'

/** Read once: a package that is updated meanwhile must not mix the parts of two versions. */
export function readPage(folder = pageFolder()): Page {
  return whole(
    () => new Map(FILES.map(([path, file, type]) => [path, { type, bytes: readFileSync(join(folder, file)) }])),
  )
}

/** What a report is made of: its first script, the style of its text, and what the page has, by name. */
export type ReportFiles = {
  readonly boot: Uint8Array
  readonly style: Uint8Array
  readonly page: ReadonlyMap<string, Uint8Array>
}

export function readReportFiles(folder = pageFolder()): ReportFiles {
  const read = (file: string) => readFileSync(join(folder, file))
  const names = FILES.map(([, file]) => file).filter(file => !file.endsWith('.html'))
  return whole(() => ({
    boot: read(REPORT_SCRIPT),
    style: read(REPORT_STYLE),
    page: new Map(names.map(file => [file, read(file)])),
  }))
}

function whole<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Complaint(
      'the page of unhang in its package',
      (error as Error).message,
      'install unhang anew, or in a checkout: npm run build',
    )
  }
}

/** `dist/page` of this package: sources and bundles lie at different depths in it. */
function pageFolder(): string {
  const file = fileURLToPath(import.meta.url)
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    if (isPackage(folder)) return join(folder, 'dist', 'page')
  return dirname(file)
}

function isPackage(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'unhang'
  } catch {
    return false
  }
}
