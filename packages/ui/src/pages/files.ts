/**
 * Files that are dropped or chosen become sources for the worker. What comes from a folder was not named one by one:
 * what `unhang capture` writes beside captures is passed over in silence, and so is what lies hidden.
 */

import { formatBytes, formatCount } from '@unhang/core'
import type { Source } from '../protocol.ts'
import { messageOf } from '../words.ts'

/** A folder of an incident has a dozen; whoever drops a home folder gets no hour of reading. */
export const FILES_LIMIT = 300
/** Folders within folders; beyond that lies somebody's archive. */
const DEPTH_LIMIT = 6
/** As much as one buffer of a browser holds everywhere; more than all of a tab's memory would be needed for a trace of that size. */
const BYTES_LIMIT = 2 ** 31 - 1

export type Found = {
  readonly name: string
  readonly file: File
  readonly isNamed: boolean
  /** Why the file is not whole, where whoever captured it knows. */
  readonly cut?: string | undefined
}

/** As much of FileSystemEntry as is used; TypeScript's own says nothing of the two kinds. */
type Entry = {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
  file?(take: (file: File) => void, fail: (error: unknown) => void): void
  createReader?(): { readEntries(take: (entries: Entry[]) => void, fail: (error: unknown) => void): void }
}

/** All files of a drop, folders opened, in order of their paths. Must be called before the event is over. */
export function filesOfDrop(transfer: DataTransfer): Promise<readonly Found[]> {
  const entries = [...transfer.items].flatMap((item): Dropped[] => {
    const entry = item.kind === 'file' ? (item.webkitGetAsEntry() as Entry | null) : undefined
    return entry ? [{ entry, file: item.getAsFile() }] : []
  })
  // A browser without entries, or a script that made the drop, has the files alone.
  if (entries.length === 0) return Promise.resolve(filesOfList(transfer.files))
  return collect(entries)
}

/** Files of an `<input type=file>`; from a chosen folder they have a relative path. */
export function filesOfList(files: Iterable<File>): readonly Found[] {
  const found = [...files].map(file => {
    const path = file.webkitRelativePath
    return path === '' ? { name: file.name, file, isNamed: true } : { name: path, file, isNamed: false }
  })
  return found.filter(isWanted).slice(0, FILES_LIMIT)
}

/** Text that was never in a file. */
export function textFile(name: string, text: string): Found {
  return { name, file: new File([text], name), isNamed: true }
}

/** `file`: the same, known at once; a page from a disk gets none from an entry. Of a folder it is none that can be read. */
type Dropped = { readonly entry: Entry; readonly file: File | null }

/** Breadth first, so that a limit cuts the deepest folders. */
async function collect(dropped: readonly Dropped[]): Promise<readonly Found[]> {
  const found: Found[] = []
  const queue = dropped.map(one => ({ ...one, name: one.entry.name, depth: 0 }))
  for (let at = 0; at < queue.length && found.length < FILES_LIMIT && at < 20 * FILES_LIMIT; at++) {
    const { entry, name, depth } = queue[at]
    if (entry.isDirectory && depth < DEPTH_LIMIT) {
      const inside = await entriesOf(entry)
      for (const child of inside)
        queue.push({ entry: child, file: null, name: `${name}/${child.name}`, depth: depth + 1 })
    } else if (entry.isFile && isWanted({ name, isNamed: depth === 0 })) {
      const file = queue[at].file ?? (await fileOf(entry))
      if (file) found.push({ name, file, isNamed: depth === 0 })
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A reader gives a hundred at a time, and nothing at the end. */
async function entriesOf(folder: Entry): Promise<readonly Entry[]> {
  const reader = folder.createReader?.()
  const entries: Entry[] = []
  while (reader && entries.length < 20 * FILES_LIMIT) {
    const some = await new Promise<Entry[]>(resolve => reader.readEntries(resolve, () => resolve([])))
    if (some.length === 0) break
    entries.push(...some)
  }
  return entries
}

function fileOf(entry: Entry): Promise<File | undefined> {
  return new Promise(resolve => {
    if (entry.file) entry.file(resolve, () => resolve(undefined))
    else resolve(undefined)
  })
}

const BESIDE_CAPTURES: ReadonlySet<string> = new Set(['manifest.json', 'index.txt', 'cmdline.txt'])

/** Of a folder: what is not hidden and not known to be something else. */
export function isWanted({ name, isNamed }: { readonly name: string; readonly isNamed: boolean }): boolean {
  if (isNamed) return true
  const path = name.split('/')
  return !path.some(part => part.startsWith('.')) && !BESIDE_CAPTURES.has(path[path.length - 1])
}

export type Read = { readonly sources: readonly Source[]; readonly remarks: readonly string[] }

/** Reads them one after the other: all at once would need the disk's attention and the memory at the same time. */
export async function readFiles(found: readonly Found[], onRead: (name: string, size: number) => void): Promise<Read> {
  const sources: Source[] = []
  const remarks: string[] = []
  for (const { name, file, cut } of found) {
    if (file.size > BYTES_LIMIT) {
      remarks.push(`${name} has ${formatBytes(file.size)}, more than a browser can hold. Trace for fewer seconds`)
      continue
    }
    try {
      sources.push({ name, bytes: await file.arrayBuffer(), ...(cut !== undefined && { cut }) })
      onRead(name, file.size)
    } catch (error) {
      remarks.push(`${name} could not be read: ${messageOf(error)}`)
    }
  }
  if (found.length >= FILES_LIMIT) remarks.push(`only the first ${formatCount(FILES_LIMIT)} files were taken`)
  return { sources, remarks }
}
