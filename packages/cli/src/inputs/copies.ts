/** Files of source as they were when they were read, and which of them are others by now. */
import fs from 'node:fs'

/** The longest hand-written Go file we know has 2 MB; generated ones beyond that show nothing to a reader. */
const FILE_LIMIT = 4e6

/** What files were when they were read. */
export class Copies {
  private readonly copies = new Map<string, { readonly stamp: string; readonly text: string }>()

  get size(): number {
    return this.copies.size
  }

  read(file: string): string | undefined {
    const known = this.copies.get(file)
    if (known) return known.text
    // Before it is read: who writes in between has edited it.
    const stamp = stampOf(file)
    const text = readText(file)
    if (text !== undefined) this.copies.set(file, { stamp, text })
    return text
  }

  /** Another time alone is no edit: version control writes what was there before. */
  edited(): readonly string[] {
    const found = [...this.copies].filter(
      ([file, { stamp, text }]) => stampOf(file) !== stamp && readText(file) !== text,
    )
    return found.map(([file]) => file)
  }
}

/** Another one whenever the file is written. */
function stampOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = fs.statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return ''
  }
}

export function readText(file: string): string | undefined {
  try {
    return fs.statSync(file).size <= FILE_LIMIT ? fs.readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}
