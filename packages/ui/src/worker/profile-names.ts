/** Names of functions for pictures: the colour of their packages, the lines that were seen, what a profile is narrowed by. */
import { entriesOf, isPlumbing, type Profile, type Trace, type Weight } from '@unhang/core'
import type { AroundAnswer, ProfileRequests } from '../protocol/profiles.ts'

/** Colours of packages that are no plumbing: tones 1 to 7. */
const TONES = 7
const MOST_LINES = 8
const MOST_CHOICES = 2000

/** Functions of one package have one colour; what the runtime does to wait or to run has none of its own. */
export function toneOf(name: string): number {
  if (name === '' || isPlumbing(name, '')) return 0
  const slash = name.slice(0, 400).lastIndexOf('/')
  const dot = name.indexOf('.', slash + 1)
  const path = name.slice(0, dot < 0 ? name.length : dot)
  let hash = 7
  for (let i = 0; i < Math.min(path.length, 400); i++) hash = (Math.imul(hash, 31) + path.charCodeAt(i)) | 0
  return 1 + (((hash ^ (hash >>> 15)) >>> 0) % TONES)
}

/** Where in it the stacks stand, or go on from: each stack counts once for each line. */
export function linesOf(trace: Trace, profile: Profile, name: string, weight: Weight): AroundAnswer['lines'] {
  const { stacks, frames, strings } = trace
  const isOf = new Map<number, boolean>()
  const sums = new Map<string, { file: string; line: number; ns: number; count: number; last: number }>()
  for (let i = 0; i < profile.length; i++) {
    const stack = Math.max(0, profile.stack[i])
    for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++) {
      const frame = stacks.frame[at]
      const row = frames.function[frame]
      let is = isOf.get(row)
      if (is === undefined) {
        is = strings.text(row) === name
        isOf.set(row, is)
      }
      if (!is) continue
      const key = `${frames.file[frame]}:${frames.line[frame]}`
      const file = strings.text(frames.file[frame])
      const sum = sums.get(key) ?? { file, line: frames.line[frame], ns: 0, count: 0, last: -1 }
      if (sum.last === i) continue
      sums.set(key, { ...sum, ns: sum.ns + profile.ns[i], count: sum.count + profile.count[i], last: i })
    }
  }
  const by = weight === 'time' ? 'ns' : 'count'
  const lines = [...sums.values()].sort((a, b) => b[by] - a[by] || a.line - b.line)
  return lines.slice(0, MOST_LINES).map(({ file, line, ns, count }) => ({ file, line, ns, count }))
}

/** Entry functions with the most goroutines first, and types of regions as they are met. */
export function choicesOf(trace: Trace): ProfileRequests['profileChoices']['answer'] {
  const { entry, members, length } = entriesOf(trace)
  const many = (k: number) => members.first[k + 1] - members.first[k]
  const entries = Array.from({ length }, (_, k) => k).sort((a, b) => many(b) - many(a) || a - b)
  const regions = new Set<string>()
  for (let row = 0; row < trace.regions.length && regions.size < MOST_CHOICES; row++)
    regions.add(trace.strings.text(trace.regions.type[row]))
  return {
    entries: entries
      .slice(0, MOST_CHOICES)
      .map(k => trace.strings.text(entry[k]))
      .filter(name => name !== ''),
    regions: [...regions].filter(type => type !== ''),
  }
}
