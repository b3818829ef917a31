/** The verdict as a pill: always a word, for colour alone tells nothing to many. */
import type { Certainty, Diagnosis } from '@unhang/core'
import { healthOf } from '../words.ts'

type Tone = 'bad' | 'warn' | 'good'

export function Verdict({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const counted = diagnosis.findings.find(finding => finding.certainty !== 'possible')
  if (counted)
    return <Pill word={diagnosis.verdict.toUpperCase()} certainty={counted.certainty} tone={toneOf(diagnosis)} />
  const { word } = healthOf(diagnosis)
  return <Pill word={word} certainty={undefined} tone={word === 'HEALTHY' ? 'good' : 'warn'} />
}

function toneOf({ verdict }: Diagnosis): Tone {
  return verdict === 'hang' ? 'bad' : verdict === 'healthy' ? 'good' : 'warn'
}

type PillProps = { readonly word: string; readonly certainty: Certainty | undefined; readonly tone: Tone }

export function Pill({ word, certainty, tone }: PillProps) {
  return (
    <span class={`verdict ${tone}`}>
      <span class="verdict-word">{word}</span>
      {certainty === undefined ? null : <span class="verdict-certainty">{certainty}</span>}
    </span>
  )
}
