/** A range of time as people type it, in a terminal and in the page. */

const NS_OF: { readonly [unit: string]: number } = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** Another time than these is none: beyond them a float64 no longer tells nanoseconds. */
const MOST_NS = 1e18

/**
 * "0.8s-0.9s", "120ms-1.5s", "0.8-0.9s", "2s-": counted from the begin of a trace. Without an end it goes on to the
 * trace's (`endNs` is infinite), without a begin it starts with it; of two times one may leave its unit to the other,
 * both to seconds. undefined: it is none, or it does not end after its begin.
 */
export function parseRangeText(text: string): { readonly startNs: number; readonly endNs: number } | undefined {
  const match = /^\s*(?:(\d+(?:\.\d+)?)\s*([nuµm]?s|[mh])?)?\s*[-–]\s*(?:(\d+(?:\.\d+)?)\s*([nuµm]?s|[mh])?)?\s*$/.exec(
    text,
  )
  const [, from, fromUnit, to, toUnit] = match ?? []
  if (!match || (from === undefined && to === undefined)) return undefined
  const startNs = from === undefined ? 0 : Math.round(Number(from) * NS_OF[fromUnit ?? toUnit ?? 's'])
  const endNs = to === undefined ? Number.POSITIVE_INFINITY : Math.round(Number(to) * NS_OF[toUnit ?? fromUnit ?? 's'])
  return startNs < endNs && startNs < MOST_NS ? { startNs, endNs } : undefined
}

/** "500us", "10ms", "1.5s": nanoseconds, at least one. undefined: it is none, or has no unit. */
export function parseTimeText(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([nuµm]?s|[mh])\s*$/.exec(text)
  const ns = match ? Math.round(Number(match[1]) * NS_OF[match[2]]) : 0
  return ns >= 1 && ns < MOST_NS ? ns : undefined
}

/** "500us", "10ms", "1.5s", which `parseTimeText` reads back to the nanosecond. */
export function timeText(ns: number): string {
  const whole = Math.round(ns)
  const unit = (['s', 'ms', 'us', 'ns'] as const).find(name => whole >= NS_OF[name]) ?? 'ns'
  return `${Number((whole / NS_OF[unit]).toFixed(9))}${unit}`
}

/** "0.8s-0.9s", which `parseRangeText` reads back to the nanosecond. */
export function rangeText({ startNs, endNs }: { readonly startNs: number; readonly endNs: number }): string {
  return `${secondsText(startNs)}-${Number.isFinite(endNs) ? secondsText(endNs) : ''}`
}

function secondsText(ns: number): string {
  const [whole, part = ''] = (Math.round(ns) / 1e9).toFixed(9).split('.')
  const digits = part.replace(/0+$/, '')
  return `${whole}${digits && `.${digits}`}s`
}
