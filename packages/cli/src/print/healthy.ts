/** The answer where nothing is wrong: what was looked at, in one paragraph, and what could not be seen. */
import { type Diagnosis, formatCount, formatNs, words } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

/** Where most goroutines stand at an unknown place, "healthy" would be a guess. */
const BLIND_SHARE = 0.5

export function healthyText(diagnosis: Diagnosis, colors: Colors, width: number): string[] {
  const { looked } = diagnosis
  const blind = looked.goroutines === 0 || looked.placeUnknown > looked.goroutines * BLIND_SHARE
  const word = blind ? 'NOTHING SEEN' : 'HEALTHY'
  const text = blind ? blindSentence(diagnosis) : healthySentence(diagnosis)
  const indent = ' '.repeat(word.length + 2)
  return wrap(printable(text, 1000), width - indent.length).map((line, i) =>
    i === 0 ? `${(blind ? colors.yellow : colors.green)(colors.bold(word))}  ${line}` : `${indent}${line}`,
  )
}

/** Only what was looked for and not found is said: that nobody waits in vain is more than anybody can know. */
function healthySentence({ looked, findings, inputs }: Diagnosis): string {
  const count = `${formatCount(looked.goroutines)} ${looked.goroutines === 1 ? 'goroutine' : 'goroutines'}`
  const lock = looked.busiestLock
  const isPart = inputs.some(({ complete }) => !complete)
  const found = `no lock, slot or call was found stuck${isPart ? ' in what could be read' : ''}`
  const looks = `${formatCount(findings.length)} ${findings.length === 1 ? 'is' : 'are'} worth a look`
  const sentence = findings.length === 0 ? `${count}; ${found}` : `${count}; ${found} for sure, ${looks}`
  if (!lock) return sentence
  const where = `${words.shortName(lock.site.function)} (${words.line(lock.site)})`
  // Several wait at once: the sum says how much was lost, and no share of the trace's time can.
  const waits = `${formatCount(lock.waits)} ${lock.waits === 1 ? 'wait' : 'waits'} of ${formatNs(lock.waitedNs)} in all`
  return `${sentence}; busiest lock ${where}, ${waits}, ${formatNs(lock.longestNs)} at most`
}

function blindSentence({ looked, inputs }: Diagnosis): string {
  if (looked.goroutines === 0) return 'no goroutine is in what was given, at least none with a count'
  const share = `${formatCount(looked.placeUnknown)} of ${formatCount(looked.goroutines)} goroutines`
  if (inputs.some(({ complete }) => !complete))
    return `${share} stand at places whose names are lost with what is missing: capture anew, or add a goroutine dump (/debug/pprof/goroutine?debug=2)`
  return `${share} wait since before the trace began, at places that traces of this Go version do not tell: add a goroutine dump (/debug/pprof/goroutine?debug=2)`
}
