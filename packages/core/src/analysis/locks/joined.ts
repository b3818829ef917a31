/**
 * A client and its server: what the client's calls wait for is what the server's handlers wait for. Joined by the names
 * that generated code gives both ends, else, where the user says which is which, by as many calls as handlers:
 *
 *   client   … ‹ pb.(*lockClient).AcquireLock ‹ main.ask        calls   lock.acquirelock
 *   server   Lock ‹ main.(*server).AcquireLock ‹ pb._Lock_AcquireLock_Handler   handles the same
 */
import type { Finding } from '../diagnosis.ts'
import type { Group } from '../scene/groups.ts'
import type { Role } from '../scene/processes.ts'
import type { Scene } from '../scene/scene.ts'
import { at, goroutines, thousands, verb } from '../scene/words.ts'

/** What was found out about one process. */
export type Part = { readonly scene: Scene; readonly role: Role | undefined; readonly findings: readonly Finding[] }

/** The findings of each part; those about calls to a remote say what holds them up there, where that is among the others. */
export function joinedFindings(parts: readonly Part[]): (readonly Finding[])[] {
  if (parts.length < 2) return parts.map(({ findings }) => findings)
  return parts.map(part =>
    part.findings.map(finding => (finding.cause === 'remote' ? explained(finding, part, parts) : finding)),
  )
}

type Match = { readonly finding: Finding; readonly handler: string; readonly call: string }

function explained(call: Finding, client: Part, parts: readonly Part[]): Finding {
  if (client.role === 'server') return call
  const servers = parts.filter(part => part !== client && part.role !== 'client')
  const match = byName(call, client, servers) ?? byCount(call, client, servers)
  if (!match) return call
  const { finding } = match
  const waits = `${whatOf(finding)} in ${at(finding.site)}`
  return {
    ...call,
    // What the other end does is shown there, not guessed from silence.
    certainty: match.call !== '' && finding.certainty !== 'possible' ? 'likely' : call.certainty,
    holder: {
      ...call.holder,
      waitsFor: [call.holder.waitsFor, `at the other end ${waits}${heldBy(finding)}`].filter(Boolean).join('; '),
    },
    evidence: [...call.evidence, sentenceOf(call, match, waits)],
    advice: `the other end is stuck at ${at(finding.site)}: ${finding.advice}`,
  }
}

function sentenceOf(call: Finding, { finding, handler, call: name }: Match, waits: string): string {
  const { count } = finding.waiters
  const there = `at the other end ${goroutines(count)} ${verb(count, 'wait')} for ${waits}`
  const why = `${finding.cause}, ${finding.certainty}`
  return name === ''
    ? `${there}, as many as the ${thousands(call.waiters.count)} calls here: ${why}`
    : `${there}, called by ${handler}, which answers ${name}: ${why}`
}

function heldBy({ holder }: Finding): string {
  const who = holder.goroutine === undefined ? '' : ` goroutine ${holder.goroutine}`
  if (holder.state === 'exited') return `, which${who === '' ? ' one that has ended' : `${who}, now gone,`} left locked`
  if (holder.state === 'unknown') return ''
  return `, held by${who === '' ? ' one' : who}${holder.waitsFor ? ` that waits for ${holder.waitsFor}` : ''}`
}

/** In Go's words, from the group that the finding is about. */
function whatOf(finding: Finding): string {
  return finding.kind === 'mutex' ? 'sync.Mutex.Lock' : finding.kind === 'rwmutex' ? 'sync.RWMutex' : finding.kind
}

/** A call and a handler of the same service and method. */
function byName(call: Finding, client: Part, servers: readonly Part[]): Match | undefined {
  const calls = new Map(groupsAt(client.scene, call).flatMap(callsOf))
  if (calls.size === 0) return undefined
  for (const { scene, findings } of servers) {
    for (const finding of findings) {
      for (const [method, handler] of groupsAt(scene, finding).flatMap(handlersOf)) {
        const name = calls.get(method)
        if (name !== undefined) return { finding, handler, call: name }
      }
    }
  }
  return undefined
}

/**
 * As many calls as goroutines that serve requests, and no other finding with as many; where nobody says which process is
 * which, both ends are of one library.
 */
function byCount(call: Finding, client: Part, servers: readonly Part[]): Match | undefined {
  if (call.waiters.count < 2) return undefined
  const libraries = new Set(groupsAt(client.scene, call).flatMap(group => librariesOf(group, 'called')))
  const found = servers.flatMap(({ scene, role, findings }) =>
    findings.filter(({ certainty, waiters, ...finding }) => {
      if (certainty === 'possible' || waiters.count !== call.waiters.count) return false
      const calling = groupsAt(scene, finding).flatMap(group => librariesOf(group, 'calling'))
      return client.role === 'client' && role === 'server'
        ? calling.length > 0
        : calling.some(library => libraries.has(library))
    }),
  )
  return found.length === 1 ? { finding: found[0], handler: '', call: '' } : undefined
}

/** The libraries that the program's own code has called there, or that called it: "google.golang.org/grpc", "net/http". */
function librariesOf({ places }: Group, side: 'called' | 'calling'): string[] {
  return places.slice(0, MAX_PLACES).flatMap(({ frames }) => {
    const own = side === 'called' ? frames.findIndex(frame => frame.own) : frames.findLastIndex(frame => frame.own)
    if (own < 0) return []
    const rest = side === 'called' ? frames.slice(0, own) : frames.slice(own + 1)
    return rest.filter(frame => !frame.plumbing).map(frame => frame.package.split('/').slice(0, 3).join('/'))
  })
}

function groupsAt(scene: Scene, { site, kind }: Pick<Finding, 'site' | 'kind'>): Group[] {
  return scene.groups.filter(
    group =>
      group.site.function === site.function &&
      group.site.file === site.file &&
      group.site.line === site.line &&
      (group.kind === kind || kind === 'network'),
  )
}

/** Places of a crowd that are looked at. */
const MAX_PLACES = 20

/** `[lock.acquirelock, (*lockClient).AcquireLock]` of "pb.(*lockClient).AcquireLock". */
function callsOf({ places }: Group): [string, string][] {
  return places.slice(0, MAX_PLACES).flatMap(({ frames }) =>
    frames.flatMap(frame => {
      const match = /\(\*(\w+)Client\)\.(\w+)$/.exec(frame.function)
      return match ? [[methodOf(match[1], match[2]), match[0]] as [string, string]] : []
    }),
  )
}

/** `[lock.acquirelock, _Lock_AcquireLock_Handler]` of "pb._Lock_AcquireLock_Handler". */
function handlersOf({ places }: Group): [string, string][] {
  return places.slice(0, MAX_PLACES).flatMap(({ frames }) =>
    frames.flatMap(frame => {
      const match = /\.(_(\w+)_(\w+)_Handler)(\.func\d+)?$/.exec(frame.function)
      return match ? [[methodOf(match[2], match[3]), match[1]] as [string, string]] : []
    }),
  )
}

/** Generators write the service's name in small letters at one end and not at the other. */
function methodOf(service: string, method: string): string {
  return `${service}.${method}`.toLowerCase()
}
