/** A file that is whole or not there: written beside its place, and put there when it is done. */
import fs from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { Complaint } from '../complaint.ts'

/** Returns how many bytes were written. Throws a Complaint where it cannot be written; nothing of it is left then. */
export async function saveFile(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const known = fs.statSync(file, { throwIfNoEntry: false })
  if (known?.isDirectory()) throw new Complaint('a file to write', `${file} is a folder`, 'name a file in it: -o FILE')
  // A pipe or a device is written to where it is.
  if (known && !known.isFile()) return written(file, 'w', pieces)
  const place = known ? fs.realpathSync(file) : file
  const beside = path.join(path.dirname(place), `.${path.basename(place).slice(0, 100)}.${process.pid}.part`)
  try {
    const byteLength = await written(beside, 'wx', pieces, file)
    fs.renameSync(beside, place)
    return byteLength
  } catch (error) {
    fs.rmSync(beside, { force: true })
    throw error instanceof Complaint ? error : unwritable(file, error)
  }
}

async function written(place: string, flags: string, pieces: AsyncIterable<Uint8Array>, name = place): Promise<number> {
  const handle = await open(place, flags).catch(error => {
    throw unwritable(name, error)
  })
  let byteLength = 0
  try {
    for await (const piece of pieces) {
      await handle.writeFile(piece).catch(error => {
        throw unwritable(name, error)
      })
      byteLength += piece.length
    }
  } finally {
    await handle.close()
  }
  return byteLength
}

function unwritable(file: string, error: unknown): Complaint {
  const { code, message } = error as NodeJS.ErrnoException
  const folder = path.dirname(file)
  if (code === 'ENOENT')
    return new Complaint('a folder to write into', `no such folder: ${folder}`, `mkdir -p ${folder}`)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Complaint(
      'a file that may be written',
      `${file}, which this user may not write`,
      'name another: -o FILE',
    )
  if (code === 'ENOSPC') return new Complaint(`room for ${file}`, 'the disk is full', 'name a file on another: -o FILE')
  return new Complaint('a file that can be written', `${file}: ${message}`, 'name another: -o FILE')
}
