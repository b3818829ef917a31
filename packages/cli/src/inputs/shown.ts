/**
 * What `unhang view` hands to the page: captures as they lie on the disk, told by their first bytes and neither read
 * nor unpacked here, for the page reads them itself. What has no place to be read from again (standard input, a pipe,
 * an address) is kept in memory.
 */
import { type InputKind, splitCapture } from '@unhang/core'
import { isUrl } from '../capture/target.ts'
import { Complaint } from '../complaint.ts'
import { printable } from '../print/printable.ts'
import { type Candidate, candidatesOf, InputFile, placeOf, STDIN } from './files.ts'
import { kindWithin } from './kind.ts'
import {
  fetchNamed,
  foundIn,
  type Input,
  isProgram,
  listed,
  markedCut,
  mayBeCapture,
  noCaptures,
  type OpenOptions,
  open,
  PEEK_SIZE,
  type Remark,
} from './open.ts'

export type Shown = {
  readonly name: string
  /** In bytes, as it lies there: gzipped where it is gzipped. */
  readonly size: number
  /** Why the file is not whole, as the manifest beside it says. */
  readonly cut: string | undefined
  readonly content: Content
}

/** `path` is where the file really lies: a link that is set anew later leads nowhere else. */
export type Content = { readonly path: string } | { readonly bytes: Uint8Array }

/**
 * All captures that are named, in the order given; a folder's in the order of its manifest. What is none is passed over
 * with a word, also where it was named: the others are worth showing. Throws a Complaint when none is left.
 */
export async function findShown(
  names: readonly string[],
  options: OpenOptions,
  remark: Remark,
): Promise<readonly Shown[]> {
  const gathering = new Gathering(remark)
  for (const name of names) {
    try {
      if (isUrl(name)) await gathering.address(name, options)
      else for (const candidate of candidatesOf(name)) await gathering.file(candidate)
    } catch (error) {
      gathering.refuse(error)
    }
  }
  return gathering.end(names)
}

/** Opens it as the page does. Throws a Complaint for what is no capture. */
export async function openShown({ name, cut, content }: Shown): Promise<readonly Input[]> {
  return splitCapture(name, markedCut(await open(name, bytesOf(content)), cut))
}

function bytesOf(content: Content): Uint8Array {
  if ('bytes' in content) return content.bytes
  const file = new InputFile(content.path)
  try {
    return file.readAll()
  } finally {
    file.close()
  }
}

class Gathering {
  private readonly shown: Shown[] = []
  private readonly refused: Complaint[] = []
  private readonly passedOver: string[] = []
  private readonly seen = new Set<string>()
  private readonly remark: Remark

  constructor(remark: Remark) {
    this.remark = remark
  }

  async address(address: string, options: OpenOptions): Promise<void> {
    const { name, bytes } = await fetchNamed(address, options, this.remark)
    const begin = bytes.subarray(0, PEEK_SIZE)
    if (isDoubtful(kindWithin(begin), bytes.length)) await open(name, begin)
    this.shown.push({ name, size: bytes.length, cut: undefined, content: { bytes } })
  }

  async file(candidate: Candidate): Promise<void> {
    const { path, named } = candidate
    const place = placeOf(path)
    try {
      if (this.seen.has(place)) this.remark(`unhang: ${printable(path)} is named twice: taken once\n`)
      else await this.newFile(candidate, place)
    } catch (error) {
      if (named || !(error instanceof Complaint)) throw error
      this.passedOver.push(`${path} (${foundIn(path, error)})`)
    } finally {
      this.seen.add(place)
    }
  }

  private async newFile({ path, named, cut }: Candidate, place: string): Promise<void> {
    const file = new InputFile(path)
    const { name } = file
    try {
      const begin = file.peek(PEEK_SIZE)
      const kind = kindWithin(begin)
      if (kind === 'executable') this.remark(isProgram(name))
      else if (!named && !mayBeCapture(kind)) this.passedOver.push(name)
      else {
        if (isDoubtful(kind, file.hasSize ? file.size() : begin.length)) await open(name, begin)
        this.shown.push({ name, cut, ...contentOf(file, path === STDIN ? undefined : place) })
      }
    } finally {
      file.close()
    }
  }

  refuse(error: unknown): void {
    if (!(error instanceof Complaint)) throw error
    this.refused.push(error)
  }

  end(names: readonly string[]): readonly Shown[] {
    const { shown, refused, passedOver, remark } = this
    if (passedOver.length > 0) remark(`unhang: passed over, for they are no captures: ${listed(passedOver)}\n`)
    if (shown.length === 0) throw refused[0] ?? noCaptures(names)
    for (const { found } of refused) remark(`unhang: passed over: ${printable(found.replace(/^in /, ''))}\n`)
    return shown
  }
}

function contentOf(file: InputFile, place: string | undefined): Pick<Shown, 'size' | 'content'> {
  if (file.hasSize && place !== undefined) return { size: file.size(), content: { path: place } }
  const bytes = file.readAll()
  return { size: bytes.length, content: { bytes } }
}

/**
 * What shows by its begin that no rest can make it a capture: opening the begin tells in the words of the other
 * commands what it is. A dump may stand behind a long log.
 */
function isDoubtful(kind: InputKind, size: number): boolean {
  return !mayBeCapture(kind) && !(kind === 'text' && size > PEEK_SIZE)
}
