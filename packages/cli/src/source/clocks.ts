/**
 * Which channels wake by themselves: those of timers and tickers, of a context with a deadline, of signals. Told by what
 * they are set to, and by their type.
 */
import type { GoPackage } from './package.ts'
import type { Call, GoBody, Place, Use, Value } from './steps.ts'
import type { Located } from './waiting.ts'

/** `sure`: it is one; `maybe`: nothing shows that it is none. */
export type Clock = { readonly is: 'sure' | 'maybe'; readonly what: string }

/** undefined: it is none. */
export function clockOf(use: Use, { pkg, declared, body }: Located): Clock | undefined {
  if (use.do === 'give' || use.do === 'send' || use.do === 'close' || use.do === 'call') return undefined
  const clock = clockValue(use.on, pkg, pkg.bodiesOf(declared), 2)
  const isStopped = use.on.is === 'place' && mayBeStopped(use.on.place, use.line, body, pkg)
  return clock?.is === 'sure' && isStopped ? { ...clock, is: 'maybe' } : clock
}

/** Nothing comes from a timer, or a ticker, that was stopped: before this line, or by anybody who has it, too. */
function mayBeStopped({ path, root, key }: Place, line: number, body: GoBody, pkg: GoPackage): boolean {
  if (path?.at(-1) !== 'C') return false
  const timer = key.slice(0, -'.C'.length)
  const isBefore = body.uses.some(
    use =>
      use.do === 'give' &&
      use.to.into === 'argument' &&
      use.to.call.name === 'Stop' &&
      use.to.call.on?.key === timer &&
      use.line < line &&
      !use.isDeferred,
  )
  if (isBefore || root?.kind === 'local') return isBefore
  const stop = new RegExp(`(?<!defer .*)(?<![\\p{L}\\p{N}_])${path.at(-2)}\\.Stop\\(`, 'u')
  return pkg.matching(text => stop.test(text)).some(({ name }) => !body.name.endsWith(name))
}

function clockValue(value: Value, pkg: GoPackage, bodies: readonly GoBody[], left: number): Clock | undefined {
  if (value.is === 'call') return clockCall(value.call, pkg, bodies)
  if (value.is === 'chan') return undefined
  if (value.is !== 'place') return MAYBE
  const { place } = value
  return timerField(place, pkg) ?? (left > 0 ? fromSettings(place, pkg, bodies, left) : undefined) ?? byType(place, pkg)
}

const MAYBE: Clock = { is: 'maybe', what: 'what it receives from is not seen' }

function clockCall(call: Call, pkg: GoPackage, bodies: readonly GoBody[]): Clock | undefined {
  const of = importOf(call.on, pkg)
  if (of === 'time' && /^(?:After|Tick)$/.test(call.name)) return { is: 'sure', what: `\`time.${call.name}\`` }
  if (call.name === 'Done' && call.on && call.arguments.length === 0) return contextOf(call.on, bodies)
  const result = pkg.owners.resultText(call)
  if (result === undefined || /\btime\.Time$/.test(result)) return MAYBE
  return undefined
}

/** A context with a deadline that is made in sight; any other may have one from whoever made it. */
function contextOf(context: Place, bodies: readonly GoBody[]): Clock {
  for (const { value } of settingsOf(context, bodies)) {
    if (value.is !== 'call') continue
    const { name } = value.call
    if (/^With(?:Timeout|Deadline)(?:Cause)?$/.test(name))
      return { is: 'sure', what: `\`${context.text}\`, a context of \`${name}\`` }
  }
  return { is: 'maybe', what: `\`${context.text}\`, a context that may have a deadline` }
}

/** `t.C` of a Timer or Ticker. */
function timerField(place: Place, pkg: GoPackage): Clock | undefined {
  const { path, root } = place
  if (path?.at(-1) !== 'C' || path.length < 2) return undefined
  const from = path.length === 2 ? root?.from : undefined
  const made = from && 'name' in from && /^New(?:Timer|Ticker)$/.test(from.name) ? from.name.slice(3) : undefined
  const type = pkg.owners.typeOf({ ...place, path: path.slice(0, -1) })
  const known = made ?? /^time\.(Timer|Ticker)$/.exec(type ?? '')?.[1]
  if (known) return { is: 'sure', what: `\`${place.text}\`, the channel of a ${known}` }
  return type === undefined ? { is: 'maybe', what: `\`${place.text}\`, which may be a timer's` } : undefined
}

function fromSettings(place: Place, pkg: GoPackage, bodies: readonly GoBody[], left: number): Clock | undefined {
  const uses = bodies.flatMap(body => body.uses)
  const isNotified = uses.some(
    use =>
      use.do === 'give' &&
      use.value.is === 'place' &&
      use.value.place.key === place.key &&
      use.to.into === 'argument' &&
      use.to.call.name === 'Notify' &&
      importOf(use.to.call.on, pkg) === 'signal',
  )
  if (isNotified) return { is: 'sure', what: `\`${place.text}\`, which \`signal.Notify\` sends signals to` }
  const clocks = settingsOf(place, bodies).map(({ value }) => clockValue(value, pkg, bodies, left - 1))
  return clocks.find(clock => clock?.is === 'sure') ?? clocks.find(clock => clock !== undefined)
}

/** A channel of times is a timer's, whoever made it. */
function byType(place: Place, pkg: GoPackage): Clock | undefined {
  const type = pkg.owners.textOf(place)
  if (type === undefined || type === '') return isMade(place) ? undefined : MAYBE
  if (/^<-\s*chan\s+time\.Time$/.test(type)) return { is: 'sure', what: `\`${place.text}\`, a channel of times` }
  if (/\bchan\s+os\.Signal$/.test(type)) return { is: 'sure', what: `\`${place.text}\`, a channel of signals` }
  return /\btime\.Time$/.test(type) ? { is: 'maybe', what: `\`${place.text}\`, a channel of times` } : undefined
}

/** Declared in this function and set there: what to, was looked at. */
const isMade = ({ root, path }: Place) => root?.kind === 'local' && path?.length === 1

export function settingsOf(place: Place, bodies: readonly GoBody[]): readonly { readonly value: Value }[] {
  return bodies.flatMap(body =>
    body.uses.flatMap(use =>
      use.do === 'give' && use.to.into === 'place' && use.to.place.key === place.key ? [{ value: use.value }] : [],
    ),
  )
}

/** "time" of the place `time`, which no variable is called. */
export function importOf(place: Place | undefined, pkg: GoPackage): string | undefined {
  if (!place || place.root !== undefined || place.path?.length !== 1) return undefined
  return pkg.isImport(place.path[0]) ? place.path[0] : undefined
}
