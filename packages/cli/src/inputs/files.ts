/** Bytes of files and of standard input: read once into one buffer, with a limit, whatever kind of file it is. */
import fs from 'node:fs'
import path from 'node:path'
import { MANIFEST_FILE, manifestFiles, type NamedFile } from '../capture/manifest.ts'
import { Complaint } from '../complaint.ts'

/** One byte less than the largest buffer of Node.js 20 (`buffer.constants.MAX_LENGTH`); a trace needs 6 × that. */
export const BYTES_LIMIT = 2 ** 32 - 1
/** A pipe or a device may have no end (`/dev/zero`): it gets as much as a server may send. */
const ENDLESS_LIMIT = 1e9
/** What a folder may hold beside captures without being worth a look at every file. */
const FOLDER_LIMIT = 1000
/** A pipe tells no size: it is read in pieces of this. */
const PIECE = 1 << 20

/** "-": standard input. */
export const STDIN = '-'

/** A file that may be a capture; `named`: the user named it, so that it must be one. */
export type Candidate = {
  readonly path: string
  readonly named: boolean
  /** Why the file is not whole, as the manifest beside it says. */
  readonly cut?: string | undefined
}

/** The file, or those of a folder: the ones its manifest names, in order of time, else all of them by name. */
export function candidatesOf(input: string): readonly Candidate[] {
  if (input === STDIN) return [{ path: input, named: true }]
  if (!statOf(input).isDirectory()) return [{ path: input, named: true }]
  try {
    return candidatesIn(input)
  } catch (error) {
    throw error instanceof Complaint ? error : unreadable(input, error)
  }
}

function candidatesIn(input: string): readonly Candidate[] {
  const files: readonly { name: string; cut?: string | undefined }[] = filesOfManifest(input) ?? filesIn(input)
  return files
    .map(({ name, cut }) => ({ path: path.join(input, name), named: false, cut }))
    .filter(candidate => fs.lstatSync(candidate.path, { throwIfNoEntry: false })?.isFile())
}

function filesOfManifest(folder: string): readonly NamedFile[] | undefined {
  const file = path.join(folder, MANIFEST_FILE)
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  // Ours have some kilobytes.
  if (!stat?.isFile() || stat.size > 1e6) return undefined
  const files = manifestFiles(fs.readFileSync(file, 'utf8'))
  return files?.filter(({ what }) => what === 'trace' || what === 'dump')
}

function filesIn(folder: string): readonly { name: string }[] {
  const names = fs.readdirSync(folder).filter(name => !name.startsWith('.'))
  if (names.length <= FOLDER_LIMIT) return names.sort().map(name => ({ name }))
  throw new Complaint(
    `a folder with captures, of at most ${FOLDER_LIMIT} files`,
    `${names.length} files in ${folder}`,
    'name the files themselves',
  )
}

/** Is there a file or folder of that name? */
export function exists(name: string): boolean {
  return fs.existsSync(name)
}

/** Where a file really lies, whatever it is called. */
export function placeOf(file: string): string {
  try {
    return file === STDIN ? STDIN : fs.realpathSync(file)
  } catch {
    // A pipe behind /dev/fd lies nowhere.
    return file
  }
}

function statOf(file: string): fs.Stats {
  try {
    return fs.statSync(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): Complaint {
  const { code, message } = error as NodeJS.ErrnoException
  const [found, remedy] =
    code === 'EACCES' || code === 'EPERM'
      ? [`${file}, which this user may not read`, 'ask as a user who may read it']
      : [code === 'ENOENT' ? missing(file) : `${file}: ${message}`, 'check the name']
  return new Complaint('a file or folder with captures, or a URL', found, remedy)
}

function missing(file: string): string {
  const isLink = fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()
  if (isLink) return `${file}, a link to ${fs.readlinkSync(file)}, where there is no file`
  return `no such file: ${file === '' ? '""' : file}`
}

/** An open file whose first bytes can be looked at before the rest is read. Close it. */
export class InputFile {
  readonly name: string
  /** false: a pipe, a device. */
  readonly hasSize: boolean
  private readonly handle: number
  private begin: Buffer | undefined

  constructor(file: string) {
    this.name = file === STDIN ? 'standard input' : file
    try {
      this.handle = file === STDIN ? 0 : fs.openSync(file, 'r')
      this.hasSize = fs.fstatSync(this.handle).isFile()
    } catch (error) {
      throw unreadable(file, error)
    }
  }

  /** The first bytes, at most `size`. */
  peek(size: number): Uint8Array {
    if (this.begin === undefined) {
      const buffer = Buffer.allocUnsafe(size)
      this.begin = buffer.subarray(0, this.fill(buffer, 0))
    }
    return this.begin
  }

  /** All of it. Throws a Complaint above the limit. */
  readAll(most = BYTES_LIMIT): Uint8Array {
    const { buffer, at, limit } = this.room(most)
    return this.finish(buffer, this.fill(buffer, at), limit)
  }

  /** All of it; `work` is done while the system reads. */
  async readAllWhile(work: () => void): Promise<Uint8Array> {
    const { buffer, at, limit } = this.room(BYTES_LIMIT)
    const reading = new Promise<number>((resolve, reject) => {
      const size = Math.min(buffer.length - at, 2 ** 30)
      fs.read(this.handle, buffer, at, size, null, (error, count) => (error ? reject(error) : resolve(count)))
    })
    work()
    const count = await reading.catch(error => {
      throw unreadable(this.name, error)
    })
    return this.finish(buffer, this.fill(buffer, at + count), limit)
  }

  /** A buffer that begins with the bytes that were looked at, and has room for the rest. */
  private room(most: number): { buffer: Uint8Array; at: number; limit: number } {
    const begin = this.begin ?? Buffer.alloc(0)
    const size = this.size()
    const limit = Math.min(most, this.hasSize ? BYTES_LIMIT : ENDLESS_LIMIT)
    if (size > limit) throw this.tooLarge(limit)
    // One byte more than the size: the read that finds the end then needs no second buffer.
    const buffer = Buffer.allocUnsafeSlow(Math.max(size + 1, begin.length + PIECE))
    buffer.set(begin)
    return { buffer, at: begin.length, limit }
  }

  /** What the file's size promised is read; a pipe, or a file that grows, has more. */
  private finish(full: Uint8Array, filled: number, limit: number): Uint8Array {
    let buffer = full
    let length = filled
    while (length === buffer.length) {
      if (length > limit) throw this.tooLarge(limit)
      const larger = Buffer.allocUnsafeSlow(Math.min(limit + 1, length * 2))
      larger.set(buffer)
      buffer = larger
      length = this.fill(buffer, length)
    }
    return buffer.subarray(0, length)
  }

  /** Its size in bytes; 0 for a pipe. */
  size(): number {
    return this.hasSize ? fs.fstatSync(this.handle).size : 0
  }

  close(): void {
    if (this.handle !== 0) fs.closeSync(this.handle)
  }

  /** Reads until the buffer is full or the file ends; returns how far it is filled. */
  private fill(buffer: Uint8Array, from: number): number {
    let at = from
    try {
      // A single read takes at most 2 GiB, and a pipe gives what it has.
      for (let count = -1; at < buffer.length && count !== 0; at += count)
        count = fs.readSync(this.handle, buffer, at, Math.min(buffer.length - at, 2 ** 30), null)
    } catch (error) {
      // Windows ends standard input so.
      if ((error as NodeJS.ErrnoException).code !== 'EOF') throw unreadable(this.name, error)
    }
    return at
  }

  private tooLarge(limit: number): Complaint {
    return new Complaint(`at most ${limit} bytes`, `more than that in ${this.name}`, 'trace for fewer seconds')
  }
}
