/** The answer where nothing is wrong: what was looked at, in one paragraph, and what could not be seen. */
import type { Diagnosis } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { formatCount, formatNs } from './units.ts'
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
function healthySentence({ looked, findings }: Diagnosis): string {
  const count = `${formatCount(looked.goroutines)} ${looked.goroutines === 1 ? 'goroutine' : 'goroutines'}`
  const lock = looked.busiestLock
  const found = 'no lock, slot or call was found stuck'
  const looks = `${formatCount(findings.length)} ${findings.length === 1 ? 'is' : 'are'} worth a look`
  const sentence = findings.length === 0 ? `${count}; ${found}` : `${count}; ${found} for sure, ${looks}`
  if (!lock) return sentence
  const average = lock.waitedNs / Math.max(1, lock.durationNs)
  const share =
    average < 1 ? `waited for ${percent(average)} of the time` : `at least ${average.toFixed(1)} waiting on average`
  return `${sentence}; busiest lock ${lock.site.function} (line ${lock.site.line}), ${share}, ${formatNs(lock.longestNs)} at most`
}

function percent(share: number): string {
  const value = share * 100
  return value < 0.1 ? 'less than 0.1 %' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`
}

function blindSentence({ looked }: Diagnosis): string {
  if (looked.goroutines === 0) return 'no goroutine is in what was given, at least none with a count'
  const share = `${formatCount(looked.placeUnknown)} of ${formatCount(looked.goroutines)} goroutines`
  return `${share} wait since before the trace began, at places that traces of this Go version do not tell: add a goroutine dump (/debug/pprof/goroutine?debug=2)`
}
