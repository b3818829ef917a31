/** Where a document goes that a command makes: a file, or standard output. */
import { closeSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { Complaint } from '../complaint.ts'
import type { Output } from '../print/output.ts'

/** Text in pieces, or bytes. `file` undefined or "-": standard output. A file that is there is overwritten. */
export function writeDocument(
  document: Iterable<string> | Uint8Array,
  file: string | undefined,
  output: Pick<Output, 'data' | 'bytes'>,
): void {
  if (file === undefined || file === '-') {
    if (document instanceof Uint8Array) output.bytes(document)
    else for (const piece of document) output.data(piece)
    return
  }
  try {
    writeFile(document, file)
  } catch (error) {
    throw complaintOf(error as NodeJS.ErrnoException, file)
  }
}

function writeFile(document: Iterable<string> | Uint8Array, file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    if (document instanceof Uint8Array) writeWhole(descriptor, document)
    else for (const piece of document) writeWhole(descriptor, Buffer.from(piece))
  } finally {
    closeSync(descriptor)
  }
}

/** A pipe may take less than it is given. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function complaintOf(error: NodeJS.ErrnoException, file: string): unknown {
  const folder = path.dirname(file)
  switch (error.code) {
    case 'ENOENT':
      return new Complaint('a folder to write to', `no ${folder}`, `make it: mkdir -p ${folder}`)
    case 'ENOTDIR':
      return new Complaint('a folder to write to', `${folder}, which is a file`, 'write somewhere else')
    case 'EISDIR':
      return new Complaint(
        'the name of a file to write',
        `${file}, which is a folder`,
        `give a name in it: -o ${path.join(file, 'NAME')}`,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Complaint('a file that may be written', `${file}, which may not`, 'write somewhere else')
    case 'ENOSPC':
      return new Complaint(`room for ${file}`, 'a full disk', 'make room, or write somewhere else')
    default:
      return error.code === undefined ? error : new Complaint(`to write ${file}`, error.message, 'write somewhere else')
  }
}
