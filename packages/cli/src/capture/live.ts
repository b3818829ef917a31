/** A single answer of a live server, into memory. Nothing of it is kept, so Ctrl-C may simply end the process. */
import { Complaint } from '../complaint.ts'
import { limitsOf } from './bundle.ts'
import { discover } from './discover.ts'
import { FULL_DUMP } from './endpoints.ts'
import { failureOf, otherContent } from './failure.ts'
import { type FetchRequest, fetchInto } from './fetch.ts'
import type { FetchOptions } from './options.ts'
import { endpointUrl, readTarget } from './target.ts'

/** The goroutine dump (debug=2) of a server. Throws a Complaint unless all of it came. */
export async function fetchDump(server: string, options: FetchOptions): Promise<Uint8Array> {
  const target = readTarget(server)
  const limits = limitsOf(options, target, new AbortController().signal)
  const { base } = await discover(target, limits)
  const { path, params, title, looksRight } = FULL_DUMP
  const url = endpointUrl(base, path, params, target.query)
  return fetchWhole({ ...limits, url }, title, looksRight)
}

/** The bytes of an address that names a file: `http://host/debug/pprof/trace?seconds=5`, `https://ci/server.trace`. */
export async function fetchFile(address: string, options: FetchOptions): Promise<Uint8Array> {
  const target = readTarget(address)
  const limits = limitsOf(options, target, new AbortController().signal)
  // A trace is silent for as long as it is taken.
  const extraMs = Number(target.address.searchParams.get('seconds') ?? 0) * 1000 || 0
  const silenceMs = limits.silenceMs + extraMs
  const request = { ...limits, url: target.address, silenceMs, totalMs: limits.totalMs + extraMs }
  return fetchWhole(request, 'a trace or a goroutine dump', () => true)
}

async function fetchWhole(
  request: FetchRequest,
  title: string,
  looksRight: (begin: Uint8Array) => boolean,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const fetched = await fetchInto(request, chunk => chunks.push(chunk) > 0)
  const bytes = Buffer.concat(chunks)
  const wrong = () => (looksRight(bytes) ? undefined : otherContent(fetched, request.url, title))
  const failure = failureOf(fetched, request.url) ?? wrong()
  if (failure) throw new Complaint(title, failure.found, failure.remedy)
  return bytes
}
