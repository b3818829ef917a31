/** What the system says to a write, in the three lines of every error. */
import path from 'node:path'
import { Complaint } from '../complaint.ts'

export function isFolder(file: string): Complaint {
  return new Complaint(
    'the name of a file to write',
    `${file}, which is a folder`,
    `give a name in it: -o ${path.join(file, 'NAME')}`,
  )
}

/** A complaint of what the system says to a write; what is no error of the system comes back as it is. */
export function unwritten(error: NodeJS.ErrnoException, file: string): Error {
  const folder = path.dirname(file)
  switch (error.code) {
    case 'ENOENT':
      return new Complaint('a folder to write to', `no such folder: ${folder}`, `make it: mkdir -p ${folder}`)
    case 'ENOTDIR':
      return new Complaint('a folder to write to', `${folder}, which is a file`, 'write somewhere else')
    case 'EISDIR':
      return isFolder(file)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Complaint('a file that may be written', `${file}, which may not`, 'write somewhere else')
    case 'ENOSPC':
      return new Complaint(`room for ${file}`, 'a full disk', 'make room, or write somewhere else')
    default:
      return error.code === undefined
        ? error
        : new Complaint(`to write to ${file}`, error.message, 'write somewhere else')
  }
}
