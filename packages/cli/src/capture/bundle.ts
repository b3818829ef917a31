/**
 * A capture: several endpoints of one server in one folder with a manifest. Whatever goes wrong with one of them, what
 * the others gave is kept.
 *
 *  1. plan: the requests in order, as data (`endpoints.ts`); the folder's name
 *  2. find the server (`discover.ts`); only then the folder is made
 *  3. take one endpoint after the other into its file, checking its first bytes; a census says whether the server can
 *     bear a full dump before the trace
 *  4. write the manifest, also after Ctrl-C
 */

import fs from 'node:fs'
import path from 'node:path'
import { formatCount } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { printable } from '../print/printable.ts'
import type { Progress, Step } from '../print/progress.ts'
import { discover, type Found, type RequestLimits } from './discover.ts'
import { countOf, type Endpoint, endpointsFor, INDEX_FILE } from './endpoints.ts'
import type { Failure } from './failure.ts'
import {
  MANIFEST_FILE,
  MANIFEST_SCHEMA,
  type Manifest,
  type ManifestFile,
  type ManifestRefusal,
  type ManifestSkip,
} from './manifest.ts'
import type { CaptureOptions, FetchOptions } from './options.ts'
import { type Taken, takeFile } from './take.ts'
import { endpointUrl, publicUrl, type Target } from './target.ts'

export type Captured = {
  readonly folder: string
  readonly manifest: Manifest
  /** One for each thing that did not come, or not whole. */
  readonly complaints: readonly Complaint[]
}

/** A request may last ten silences: slow is allowed, endless is not. */
const TOTAL_PER_SILENCE = 10
/** After so many endpoints without an answer the server is taken for dead. */
const MOST_UNANSWERED = 2

/** Above this many, the stop for a full dump is felt outside: 2 s for 150,000 on 2 cores, 18 s for a million. */
const MANY_GOROUTINES = 100_000
/**
 * Go writes a full dump anew each time that its buffer is too small (`writeGoroutineStacks`, from 1 to 64 MiB), with the
 * world stopped and before the first byte is sent: 18 µs a goroutine on the machine above, and others are slower.
 */
const FULL_DUMP_MS_EACH = 0.1
/** The count is what a server says; it must not make us wait for ever. */
const LONGEST_FULL_DUMP_MS = 5 * 60_000

/** What every request to this server is allowed. */
export function limitsOf(options: FetchOptions, target: Target, signal: AbortSignal): RequestLimits {
  const silenceMs = options.timeoutSeconds * 1000
  return {
    headers: [...target.headers, ...options.headers],
    silenceMs,
    totalMs: silenceMs * TOTAL_PER_SILENCE,
    maxBytes: options.maxBytes,
    signal,
  }
}

/** Captures into a new folder. Throws a Complaint when nothing can be captured at all. */
export async function capture(
  target: Target,
  options: CaptureOptions,
  version: string,
  progress: Progress,
  signal: AbortSignal,
  endpoints: readonly Endpoint[] = endpointsFor(options.seconds),
): Promise<Captured> {
  const startedAt = new Date()
  const folder = options.folder ?? freeFolder(target.host, startedAt)
  refuseToOverwrite(folder, [MANIFEST_FILE, INDEX_FILE, ...endpoints.map(({ file }) => file)])
  const limits = limitsOf(options, target, signal)
  const found = await discover(target, limits)
  makeFolder(folder)
  const session = new Session(folder, target, limits, options, found, progress)
  await session.takeAll(endpoints)
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA,
    unhang: version,
    target: publicUrl(found.base),
    asked: {
      seconds: options.seconds,
      timeoutSeconds: options.timeoutSeconds,
      maxBytes: options.maxBytes,
      headers: limits.headers.map(([name]) => name),
      fullDump: options.fullDump,
    },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    interrupted: signal.aborted,
    files: session.files,
    refused: session.refused,
    skipped: session.skipped,
  }
  writeFile(path.join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`)
  return { folder, manifest, complaints: session.complaints }
}

/** The state of a capture under way. */
class Session {
  readonly files: ManifestFile[] = []
  readonly refused: ManifestRefusal[] = []
  readonly skipped: ManifestSkip[] = []
  readonly complaints: Complaint[] = []
  private readonly folder: string
  private readonly target: Target
  private readonly limits: RequestLimits
  private readonly options: CaptureOptions
  private readonly found: Found
  private readonly progress: Progress
  private unanswered = 0
  /** As the newest census says; 0: unknown. */
  private goroutines = 0

  constructor(
    folder: string,
    target: Target,
    limits: RequestLimits,
    options: CaptureOptions,
    found: Found,
    progress: Progress,
  ) {
    this.folder = folder
    this.target = target
    this.limits = limits
    this.options = options
    this.found = found
    this.progress = progress
    this.noteIndex()
  }

  async takeAll(endpoints: readonly Endpoint[]): Promise<void> {
    let step: Step | undefined
    let when = ''
    for (const endpoint of endpoints) {
      if (this.limits.signal.aborted || this.unanswered >= MOST_UNANSWERED) break
      if (!this.isOffered(endpoint)) continue
      if (endpoint.when !== when) {
        step?.end()
        step = this.progress.begin(endpoint.what, endpoint.what === 'trace' ? this.options.seconds : undefined)
        when = endpoint.when
      }
      if (!this.isSpared(endpoint)) await this.takeOne(endpoint, step!)
    }
    step?.end()
  }

  private isOffered({ isOffered }: Endpoint): boolean {
    const { index, indexFailure } = this.found
    return isOffered === undefined || (!indexFailure && isOffered(index.page.toString('utf8')))
  }

  /** Is this a full dump that is not to be asked for? Before one that may hold the server up, says so. */
  private isSpared({ what, form, when }: Endpoint): boolean {
    if (form !== 'debug2') return false
    const isMany = this.goroutines > MANY_GOROUTINES
    const count = `${formatCount(this.goroutines)} goroutines`
    if (!this.options.fullDump) this.skipped.push({ what, form, when, why: 'left out with --no-full-dump' })
    else if (isMany && when === 'before') {
      this.progress.note(`${count}: no full dump before the trace`)
      const why = `${count}: a full dump (debug=2) stops the server for some seconds`
      this.skipped.push({ what, form, when, why })
    } else {
      if (isMany) this.progress.note('the full dump may stop the server for some seconds; without it: --no-full-dump')
      return false
    }
    return true
  }

  private async takeOne(endpoint: Endpoint, step: Step): Promise<void> {
    const startedAt = new Date()
    const url = endpointUrl(this.found.base, endpoint.path, endpoint.params, this.target.query)
    // Go sends the first bytes of a quiet program's trace when it ends.
    const extraMs = endpoint.what === 'trace' ? this.options.seconds * 1000 : this.fullDumpMs(endpoint)
    const { silenceMs, totalMs } = this.limits
    const request = { ...this.limits, url, silenceMs: silenceMs + extraMs, totalMs: totalMs + extraMs }
    const taken = await takeFile(request, endpoint, path.join(this.folder, endpoint.file), step.bytes)
    this.note(endpoint, url, startedAt, taken)
    if (endpoint.form === 'debug1' && taken.written > 0) this.goroutines = countOf(taken.begin) ?? this.goroutines
    if (!taken.failure) return
    step.failed()
    if (taken.fetched.status === 0) this.unanswered++
  }

  /** How long a full dump may be silent beyond what other answers may. */
  private fullDumpMs({ form }: Endpoint): number {
    if (form !== 'debug2' || this.goroutines <= MANY_GOROUTINES) return 0
    return Math.min(Math.ceil(this.goroutines * FULL_DUMP_MS_EACH), LONGEST_FULL_DUMP_MS)
  }

  private note(endpoint: Endpoint, url: URL, startedAt: Date, taken: Taken): void {
    const { fetched, failure, written } = taken
    const asked = {
      what: endpoint.what,
      ...(endpoint.form && { form: endpoint.form }),
      when: endpoint.when,
      url: publicUrl(url),
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      status: fetched.status,
      contentType: printable(fetched.contentType),
    }
    const why = failure && printable(failure.found)
    if (written > 0)
      this.files.push({
        ...asked,
        name: endpoint.file,
        bytes: written,
        complete: !failure,
        ...(why && { problem: why }),
      })
    else if (failure) this.refused.push({ ...asked, why: why!, remedy: printable(failure.remedy) })
    if (failure && failure.kind !== 'interrupted') this.complain(endpoint.title, failure, written > 0)
  }

  private complain(title: string, failure: Failure, partly: boolean): void {
    // A server that has gone away says so once, not for each form of the dump.
    if (this.complaints.some(({ found }) => found === failure.found)) return
    const kept = partly ? '; what came is kept' : ''
    this.complaints.push(new Complaint(title, failure.found, failure.remedy + kept))
  }

  private noteIndex(): void {
    const { url, fetched, page, at } = this.found.index
    const asked = {
      what: 'index' as const,
      when: 'before' as const,
      url: publicUrl(url),
      startedAt: at.toISOString(),
      endedAt: new Date().toISOString(),
      status: fetched.status,
      contentType: printable(fetched.contentType),
    }
    const failure = this.found.indexFailure
    if (failure) this.refused.push({ ...asked, why: printable(failure.found), remedy: printable(failure.remedy) })
    else {
      writeFile(path.join(this.folder, INDEX_FILE), page)
      this.files.push({ ...asked, name: INDEX_FILE, bytes: page.length, complete: true })
    }
  }
}

/** "unhang-localhost-6060-2026-11-24T031502" (UTC) in a folder, '' the working directory; with -2, -3 … where that is taken. */
export function freeFolder(host: string, now: Date, parent = ''): string {
  const time = now.toISOString().slice(0, 19).replaceAll(':', '')
  const name = path.join(parent, `unhang-${host.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-|-$/g, '')}-${time}`)
  let free = name
  for (let i = 2; fs.existsSync(free); i++) free = `${name}-${i}`
  return free
}

function refuseToOverwrite(folder: string, names: readonly string[]): void {
  const taken = names.find(name => fs.existsSync(path.join(folder, name)))
  if (taken !== undefined)
    throw new Complaint(
      'a folder without a capture in it',
      `${path.join(folder, taken)}, which would be overwritten`,
      'name another one with -o DIR',
    )
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw notWritable(folder, error)
  }
}

function writeFile(file: string, content: string | Uint8Array): void {
  try {
    fs.writeFileSync(file, content, { flag: 'wx' })
  } catch (error) {
    throw notWritable(file, error)
  }
}

function notWritable(file: string, error: unknown): Complaint {
  return new Complaint(`to write ${file}`, (error as Error).message, 'name a folder that can be written with -o DIR')
}
