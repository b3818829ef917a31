/** One endpoint into one file: the file is made when its first bytes look right, and stays when the rest never comes. */
import fs from 'node:fs'
import { type Endpoint, SNIFF_SIZE } from './endpoints.ts'
import { type Failure, failureOf, otherContent } from './failure.ts'
import { type Fetched, type FetchRequest, fetchInto } from './fetch.ts'

export type Taken = {
  readonly fetched: Fetched
  /** undefined: all of it is in the file. */
  readonly failure: Failure | undefined
  /** Bytes in the file; 0: there is no file. */
  readonly written: number
  /** The first bytes of the answer, `SNIFF_SIZE` of them where it has so many. */
  readonly begin: Uint8Array
}

/** Fetches into a new file. Never rejects, never overwrites; `onBytes` gets the size of each piece as it comes. */
export async function takeFile(
  request: FetchRequest,
  endpoint: Pick<Endpoint, 'looksRight' | 'title'>,
  file: string,
  onBytes: (count: number) => void,
): Promise<Taken> {
  const writer = new SniffingWriter(file, endpoint.looksRight)
  const fetched = await fetchInto(request, chunk => {
    onBytes(chunk.length)
    return writer.write(chunk)
  })
  writer.close()
  const failure = writer.failure ?? (writer.wrong ? otherContent(fetched, request.url, endpoint.title) : undefined)
  return { fetched, failure: failure ?? failureOf(fetched, request.url), written: writer.written, begin: writer.held }
}

/** Holds the first bytes back until it is known whether they are worth a file. Never throws. */
class SniffingWriter {
  /** The first bytes were something else: nothing was written. */
  wrong = false
  failure: Failure | undefined
  written = 0
  private readonly file: string
  private readonly looksRight: (begin: Uint8Array) => boolean
  /** The first bytes. */
  held: Buffer = Buffer.alloc(0)
  private handle: number | undefined

  constructor(file: string, looksRight: (begin: Uint8Array) => boolean) {
    this.file = file
    this.looksRight = looksRight
  }

  write(chunk: Uint8Array): boolean {
    if (this.handle !== undefined) return this.append(chunk)
    this.held = Buffer.concat([this.held, chunk])
    return this.held.length < SNIFF_SIZE || this.decide()
  }

  close(): void {
    if (this.handle === undefined && this.held.length > 0 && !this.wrong && !this.failure) this.decide()
    if (this.handle !== undefined) fs.closeSync(this.handle)
  }

  private decide(): boolean {
    this.wrong = !this.looksRight(this.held)
    return !this.wrong && this.append(this.held)
  }

  private append(chunk: Uint8Array): boolean {
    try {
      this.handle ??= fs.openSync(this.file, 'wx')
      for (let at = 0; at < chunk.length; ) at += fs.writeSync(this.handle, chunk, at)
      this.written += chunk.length
      return true
    } catch (error) {
      const found = `cannot write ${this.file}: ${(error as Error).message}`
      this.failure = { kind: 'disk', status: 200, found, remedy: 'is the disk full? Name another folder with -o DIR' }
      return false
    }
  }
}
