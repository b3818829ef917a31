/** Finds where a server offers `/debug/pprof/`: by its index page, or, where that is missing, by a dump that it gives. */
import { Complaint } from '../complaint.ts'
import { CENSUS, looksLikeIndex, SNIFF_SIZE } from './endpoints.ts'
import { type Failure, failureOf, otherContent } from './failure.ts'
import { type Fetched, type FetchRequest, fetchInto } from './fetch.ts'
import { endpointUrl, type Target } from './target.ts'

/** Limits and headers of every request to this server. */
export type RequestLimits = Omit<FetchRequest, 'url'>

export type Found = {
  readonly base: URL
  readonly index: { readonly url: URL; readonly fetched: Fetched; readonly page: Buffer; readonly at: Date }
  /** Set where the index was refused and the server has been found by its dump. */
  readonly indexFailure: Failure | undefined
}

/** Go's index has 4 kB, and a line more for each profile of the program's own. */
const INDEX_LIMIT = 1e6

/** Asks each base in turn. Throws a Complaint that says what the likeliest of them answered. */
export async function discover(target: Target, limits: RequestLimits): Promise<Found> {
  const tried: Found[] = []
  for (const base of target.bases) {
    const found = await askIndex(base, target, limits)
    if (!found.indexFailure) return found
    if (found.index.fetched.status === 0) throw unreachable(found, base)
    tried.push(found)
  }
  for (const found of tried) if (await givesDump(found.base, target, limits)) return found
  throw unreachable(tried[0], tried[0].base)
}

async function askIndex(base: URL, target: Target, limits: RequestLimits): Promise<Found> {
  const at = new Date()
  const url = endpointUrl(base, '', {}, target.query)
  const chunks: Uint8Array[] = []
  const maxBytes = Math.min(INDEX_LIMIT, limits.maxBytes)
  const fetched = await fetchInto({ ...limits, maxBytes, url }, chunk => chunks.push(chunk) > 0)
  const page = Buffer.concat(chunks)
  const fits = looksLikeIndex(page.toString('utf8'))
  const indexFailure =
    failureOf(fetched, url) ?? (fits ? undefined : otherContent(fetched, url, 'its index of profiles'))
  return { base, index: { url, fetched, page, at }, indexFailure }
}

async function givesDump(base: URL, target: Target, limits: RequestLimits): Promise<boolean> {
  // debug=1 answers with counts in its first line, and does not stop the world for as long as debug=2.
  let begin = Buffer.alloc(0)
  const url = endpointUrl(base, CENSUS.path, CENSUS.params, target.query)
  const fetched = await fetchInto({ ...limits, url }, chunk => {
    begin = Buffer.concat([begin, chunk])
    return begin.length < SNIFF_SIZE
  })
  return fetched.status === 200 && CENSUS.looksRight(begin)
}

function unreachable(found: Found, base: URL): Complaint {
  const failure = found.indexFailure!
  return new Complaint(`net/http/pprof at ${base.href}`, failure.found, failure.remedy)
}
