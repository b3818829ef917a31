/** A capture may be the only one of an incident: what is written must not take its place. */
import path from 'node:path'
import { Complaint } from '../complaint.ts'
import { exists, InputFile, placeOf } from './files.ts'
import { kindWithin } from './kind.ts'
import { PEEK_SIZE } from './open.ts'

/** Throws where `file`, which is to be written, is one of the inputs or a capture in a folder that is one. */
export function requireOther(file: string | undefined, inputs: readonly string[]): void {
  if (file === undefined || file === '-' || !exists(file)) return
  const place = placeOf(file)
  const places = inputs.map(placeOf)
  if (!places.includes(place) && !(places.includes(path.dirname(place)) && isCapture(place))) return
  throw new Complaint(
    'a file to write beside what is read',
    `${file}, which is read itself`,
    'give another name, for it would be written over',
  )
}

function isCapture(place: string): boolean {
  let file: InputFile | undefined
  try {
    file = new InputFile(place)
    if (!file.hasSize) return false
    const kind = kindWithin(file.peek(PEEK_SIZE))
    return kind === 'trace' || kind === 'dump'
  } catch (error) {
    // Writing it will tell what is wrong with it.
    if (error instanceof Complaint) return false
    throw error
  } finally {
    file?.close()
  }
}
