/**
 * Adds to a diagnosis what the source says: of each lock that is waited for, whether the functions that take it release
 * it on every path. That alone is evidence, not proof, and makes no finding more certain. Who has the lock (`held.ts`), who
 * wakes by himself (`cleared.ts`) and whom nobody is left to serve (`stranded.ts`) changes findings.
 */
import {
  asksSource,
  assembled,
  type Diagnosis,
  type Finding,
  type LockSource,
  type LockTaker,
  type Site,
  type Standings,
  words,
} from '@unhang/core'
import type { SourceFiles } from '../inputs/source.ts'
import { waitingsIn } from './absent.ts'
import { withoutClocks } from './cleared.ts'
import { type GoParser, loadGoParser } from './grammar.ts'
import { processNumber, processOf, type WaitsFor, withHolder, withHolders } from './held.ts'
import { holdersOf } from './holders.ts'
import type { GoFile, GoPackage } from './package.ts'
import { withPools } from './pools.ts'
import { type Release, releaseAt } from './release.ts'
import { adviceOf, releasedSentence, takerSentence } from './sentences.ts'
import { withAbsent } from './stranded.ts'
import type { Taker } from './taker.ts'
import { ownSites, Packages } from './waiting.ts'

/** More are read by nobody. */
const MAX_FINDINGS = 40
/** Functions that leave it locked. */
const MAX_LEAVING = 3
const MAX_TAKERS = 20

/** `standings`: of each process, who stands where; none where that is not to be asked. */
export async function withSource(
  diagnosis: Diagnosis,
  source: SourceFiles,
  remark: (text: string) => void,
  standings: () => readonly Standings[] = () => [],
): Promise<Diagnosis> {
  try {
    const processes = standings()
    // Some milliseconds: for those alone that need it.
    return isHere(diagnosis, source, processes)
      ? explained(diagnosis, source, await loadGoParser(), processes)
      : diagnosis
  } catch (error) {
    remark(notAnalysed(error))
    return diagnosis
  }
}

/** What the source says to an answer that somebody else found. */
export type Told = {
  readonly diagnosis: Diagnosis
  /** Some of the source that the captures name is at hand. */
  readonly isHere: boolean
}

export type Teller = (diagnosis: Diagnosis, processes: readonly Standings[]) => Told

/** `withSource` for whoever asks now and then, and is answered at once. */
export async function sourceTeller(source: SourceFiles, remark: (text: string) => void): Promise<Teller> {
  const parser = await loadGoParser().catch(error => void remark(notAnalysed(error)))
  return (diagnosis, processes) => {
    try {
      const here = isHere(diagnosis, source, processes)
      return { diagnosis: here && parser ? explained(diagnosis, source, parser, processes) : diagnosis, isHere: here }
    } catch (error) {
      remark(notAnalysed(error))
      return { diagnosis, isHere: false }
    }
  }
}

/** An answer without source is an answer. */
function notAnalysed(error: unknown): string {
  return `unhang: the source was not analysed: ${(error as Error).message}\n`
}

function isHere({ findings }: Diagnosis, source: SourceFiles, processes: readonly Standings[]): boolean {
  const hasSource = (site: Site) => source.lines(site, 0) !== undefined
  return findings.some(({ site }) => hasSource(site)) || processes.some(one => ownSites(one).some(hasSource))
}

function explained(
  diagnosis: Diagnosis,
  source: SourceFiles,
  parser: GoParser,
  processes: readonly Standings[],
): Diagnosis {
  const packages = new Packages(source, parser)
  const asking = diagnosis.findings.filter(asksMore).slice(0, MAX_FINDINGS)
  const waitsFor = new Map(diagnosis.findings.flatMap(waitsIn))
  const findings = diagnosis.findings.map(finding =>
    asking.includes(finding) ? told(finding, packages, processes, waitsFor) : finding,
  )
  return withWaits(withHolders(diagnosis, findings, processes), packages, processes)
}

/** What the source says of those that wait for others than a lock: who wakes by himself, and who is stuck. */
function withWaits(diagnosis: Diagnosis, packages: Packages, processes: readonly Standings[]): Diagnosis {
  const known = withoutClocks(diagnosis.findings, packages)
  const processAt = new Map(known.map(finding => [finding, processNumber(finding, processes)]))
  const told = processes.flatMap((standings, i) => {
    const own = known.filter(finding => processAt.get(finding) === i)
    const waitings = waitingsIn(standings, packages)
    const findings = withAbsent(withPools(own, waitings, standings), waitings, standings, packages)
    for (const finding of findings) processAt.set(finding, i)
    return findings
  })
  const findings = [...known.filter(finding => processAt.get(finding)! < 0), ...told]
  const isSame =
    findings.length === diagnosis.findings.length && findings.every(one => diagnosis.findings.includes(one))
  if (isSame) return diagnosis
  return assembled(diagnosis, findings, finding => processAt.get(finding)!)
}

/** Of a lock that somebody is not known for sure to have. */
function asksMore(finding: Finding): boolean {
  const isLock = finding.kind === 'mutex' || finding.kind === 'rwmutex'
  return asksSource(finding) || (isLock && finding.certainty !== 'certain')
}

/** Of one process or another: ids alone tell enough where they are only compared with what the source says. */
function waitsIn({ waiters, holder }: Finding): (readonly [number, number])[] {
  const { goroutine } = holder
  return goroutine === undefined ? [] : waiters.goroutines.map(id => [id, goroutine] as const)
}

function told(finding: Finding, packages: Packages, processes: readonly Standings[], waitsFor: WaitsFor): Finding {
  const { site } = finding
  const read = readAt(site, packages)
  if (!read) return finding
  const standings = processOf(finding, processes)
  const holders = standings && holdersOf(read.pkg, read.file, finding, read.release, standings)
  const held = holders && withHolder(finding, holders, standings, waitsFor, read.release.leaving.length > 0)
  if (held && held.cause !== 'forgotten-unlock') return held
  const known = held ?? finding
  const said = asksSource(known) ? lockSource(read.release, site, read.file.name) : undefined
  if (!said) return known
  const evidence = [...known.evidence, ...said.sentences]
  const advice = said.released ? known.advice : adviceOf(said.functions[0])
  return { ...known, evidence, advice, source: said }
}

type Read = { readonly pkg: GoPackage; readonly file: GoFile; readonly release: Release }

function readAt(site: Site, packages: Packages): Read | undefined {
  const located = packages.at(site)
  const release = located && releaseAt(located.pkg, located.file, site.line)
  return release && { ...located, release }
}

function lockSource({ leaving, takers, isSure }: Release, site: Site, own: string): LockSource | undefined {
  if (leaving.length > 0) {
    const shown = leaving.slice(0, MAX_LEAVING)
    const functions = shown.map(taker => takerOf(taker, site, own))
    const sentences = shown.map((taker, i) => takerSentence(functions[i], taker, site))
    return { released: false, functions, sentences }
  }
  if (!isSure || takers.length === 0) return undefined
  const functions = takers.slice(0, MAX_TAKERS).map(taker => takerOf(taker, site, own))
  return { released: true, functions, sentences: [releasedSentence(functions, takers.length, site)] }
}

/** Files are called as the capture calls the one of the site, functions as in a stack. */
function takerOf({ body, declared, lock, leaves, releases }: Taker, site: Site, own: string): LockTaker {
  const { name, text } = declared.file
  const lines = text.split('\n')
  return {
    function: `${words.packageOf(site.function)}.${body.name}`,
    file: name === own ? site.file : site.file.replace(/[^/\\]*$/, name),
    line: lock.line,
    call: `${lock.lock.text}.${lock.mode === 'W' ? 'Lock' : 'RLock'}()`,
    releases,
    ...(leaves && { leaves: { ...leaves, text: (lines[leaves.line - 1] ?? '').trim() } }),
  }
}
