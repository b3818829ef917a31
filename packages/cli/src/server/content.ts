/** A capture's bytes on their way out: opened for each request anew, for a file may be gone by then, or be another. */
import fs from 'node:fs'
import type { Content } from '../inputs/shown.ts'

/** An open file, to be closed by whoever sends it. */
export type OpenFile = { readonly fd: number; readonly size: number }

export type Opened = OpenFile | Uint8Array | { readonly missing: string }

export function closeFile({ fd }: OpenFile): void {
  fs.closeSync(fd)
}

// No link that was put there since, and no waiting for the other end of a pipe. Windows has neither flag.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants

export function openContent(content: Content): Opened {
  if ('bytes' in content) return content.bytes
  let fd: number | undefined
  try {
    fd = fs.openSync(content.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (stat.isFile()) return { fd, size: stat.size }
    fs.closeSync(fd)
    return { missing: 'it is no longer a file' }
  } catch (error) {
    if (fd !== undefined) fs.closeSync(fd)
    const { code, message } = error as NodeJS.ErrnoException
    return { missing: code === 'ENOENT' ? 'it is no longer there' : message }
  }
}
