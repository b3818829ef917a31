/**
 * Where a document goes that a command makes: a file, or standard output. A file is whole or not there: it is written
 * beside its place, and put there when it is done, so that one that was there before stays where this one fails.
 */
import fs from 'node:fs'
import path from 'node:path'
import { Complaint } from '../complaint.ts'
import type { Output } from '../print/output.ts'
import { isFolder, unwritten } from './unwritten.ts'

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** `file` undefined or "-": standard output. Returns how many bytes were written. */
export async function writeDocument(
  document: Pieces,
  file: string | undefined,
  output: Pick<Output, 'data' | 'bytes'>,
): Promise<number> {
  if (file === '') throw new Complaint('the name of a file to write', 'an empty one', 'give it: -o FILE')
  if (file !== undefined && file !== '-') return writeFile(document, file)
  let byteLength = 0
  for await (const piece of document) {
    byteLength += Buffer.byteLength(piece)
    if (typeof piece === 'string') output.data(piece)
    else output.bytes(piece)
  }
  return byteLength
}

async function writeFile(document: Pieces, file: string): Promise<number> {
  const known = told(file, () => fs.statSync(file, { throwIfNoEntry: false }))
  if (known?.isDirectory()) throw isFolder(file)
  // A pipe or a device is written to where it is.
  if (known && !known.isFile()) return writeInto(document, file, 'w', file)
  const place = known ? fs.realpathSync(file) : file
  const beside = path.join(path.dirname(place), `.${path.basename(place).slice(0, 60)}.${process.pid}.part`)
  try {
    const byteLength = await writeInto(document, beside, 'wx', file)
    told(file, () => fs.renameSync(beside, place))
    return byteLength
  } finally {
    fs.rmSync(beside, { force: true })
  }
}

/** `file`: what it is called where something is wrong. */
async function writeInto(document: Pieces, place: string, flags: string, file: string): Promise<number> {
  const descriptor = told(file, () => fs.openSync(place, flags))
  let byteLength = 0
  try {
    for await (const piece of document) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      // A pipe may take less than it is given.
      for (let at = 0; at < bytes.length; ) at += told(file, () => fs.writeSync(descriptor, bytes, at))
      byteLength += bytes.length
    }
  } finally {
    fs.closeSync(descriptor)
  }
  return byteLength
}

/** What the system refuses becomes a complaint; what goes wrong in making a piece does not come by here. */
function told<T>(file: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw unwritten(error as NodeJS.ErrnoException, file)
  }
}
