/** The answer where nothing is wrong: what was looked at, in one paragraph, and what could not be seen. */
import { type Diagnosis, healthOf } from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { wrap } from './wrap.ts'

export function healthyText(diagnosis: Diagnosis, colors: Colors, width: number): string[] {
  const { word, sentence } = healthOf(diagnosis)
  const paint = word === 'HEALTHY' ? colors.green : colors.yellow
  const indent = ' '.repeat(word.length + 2)
  return wrap(printable(sentence, 1000), width - indent.length).map((line, i) =>
    i === 0 ? `${paint(colors.bold(word))}  ${line}` : `${indent}${line}`,
  )
}
