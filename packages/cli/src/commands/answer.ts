/** The answer to captures, as data and as text: what `diagnose`, the bare form and the demo have in common. */
import { type Diagnosis, diagnose } from '@unhang/core'
import type { FetchOptions } from '../capture/options.ts'
import { openInputs } from '../inputs/open.ts'
import { createSourceLookup } from '../inputs/source.ts'
import { diagnosisText } from '../print/diagnosis.ts'
import type { Output } from '../print/output.ts'
import { viewCommand } from '../print/shell.ts'
import type { AnswerOptions, ExitCode } from './plan.ts'

/** Opens and diagnoses what is named: files, folders, addresses of files. */
export async function diagnoseNamed(
  names: readonly string[],
  options: FetchOptions,
  output: Pick<Output, 'remark'>,
): Promise<Diagnosis> {
  const inputs = await openInputs(names, options, output.remark)
  return diagnose(inputs.map(({ name, capture }) => ({ name, ...capture })))
}

export type AnswerTextOptions = AnswerOptions & {
  /** What to view: the answer then ends with the command that shows its timeline. */
  readonly timelineOf?: string
}

/** The answer for people. `names` are those of the command line: they say how to see more. */
export function answerText(
  diagnosis: Diagnosis,
  names: readonly string[],
  { src, all, timelineOf }: AnswerTextOptions,
  { colors, columns, remark }: Pick<Output, 'colors' | 'columns' | 'remark'>,
): string {
  const source = createSourceLookup(src, process.cwd(), remark)
  const hasTrace = diagnosis.inputs.some(({ kind }) => kind === 'trace')
  const timeline = hasTrace && timelineOf !== undefined ? viewCommand(timelineOf) : undefined
  return diagnosisText(diagnosis, { colors, columns, all, source, names, timeline })
}

/** Prints the answer, as JSON or for people, and tells it by the exit status. */
export async function answerTo(
  names: readonly string[],
  options: FetchOptions & AnswerTextOptions & { readonly json: boolean },
  output: Output,
): Promise<ExitCode> {
  const diagnosis = await diagnoseNamed(names, options, output)
  output.data(
    options.json ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : answerText(diagnosis, names, options, output),
  )
  return diagnosis.verdict === 'healthy' ? 0 : 1
}
