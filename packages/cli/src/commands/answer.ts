/** The answer to captures, as data and as text: what `diagnose`, the bare form and the demo have in common. */
import { type Diagnosis, diagnose, standingsOf } from '@unhang/core'
import type { FetchOptions } from '../capture/options.ts'
import { openEnds } from '../inputs/ends.ts'
import { createSourceFiles, type SourceFiles } from '../inputs/source.ts'
import { diagnosisText } from '../print/diagnosis.ts'
import type { Output } from '../print/output.ts'
import { viewCommand } from '../print/shell.ts'
import type { AnswerOptions, ExitCode } from './plan.ts'

/** Opens and diagnoses what is named: files, folders, addresses of files. */
export async function diagnoseNamed(
  names: readonly string[],
  options: FetchOptions & Pick<AnswerOptions, 'ends'>,
  output: Pick<Output, 'remark'>,
): Promise<Diagnosis> {
  const { inputs, roles } = await openNamed(names, options, output)
  return diagnose(inputs, { roles })
}

async function openNamed(
  names: readonly string[],
  { ends, ...options }: FetchOptions & Pick<AnswerOptions, 'ends'>,
  output: Pick<Output, 'remark'>,
) {
  const { inputs, roles } = await openEnds(names, ends, options, output.remark)
  return { inputs: inputs.map(({ name, capture }) => ({ name, ...capture })), roles }
}

export type AnswerTextOptions = AnswerOptions & {
  /** What to view: the answer then ends with the command that shows its timeline. */
  readonly timelineOf?: string
}

export type Answered = { readonly diagnosis: Diagnosis; readonly source: SourceFiles }

/** The answer to what is named, with what its source says where that is at hand. */
export async function answer(
  names: readonly string[],
  { src, ...options }: FetchOptions & Pick<AnswerOptions, 'src' | 'ends'>,
  output: Pick<Output, 'remark'>,
): Promise<Answered> {
  const source = createSourceFiles(src, process.cwd(), output.remark)
  const { inputs, roles } = await openNamed(names, options, output)
  const diagnosis = diagnose(inputs, { roles })
  const { withSource } = await import('../source/explain.ts')
  const standings = () => standingsOf(inputs, roles)
  return { diagnosis: await withSource(diagnosis, source, output.remark, standings), source }
}

/** The answer for people. `names` are those of the command line: they say how to see more. */
export function answerText(
  { diagnosis, source }: Answered,
  names: readonly string[],
  { all, timelineOf }: AnswerTextOptions,
  { colors, columns }: Pick<Output, 'colors' | 'columns'>,
): string {
  const hasTrace = diagnosis.inputs.some(({ kind }) => kind === 'trace')
  const timeline = hasTrace && timelineOf !== undefined ? viewCommand(timelineOf) : undefined
  return diagnosisText(diagnosis, { colors, columns, all, source: source.lines, names, timeline })
}

/** Prints the answer, as JSON or for people, and tells it by the exit status. */
export async function answerTo(
  names: readonly string[],
  options: FetchOptions & AnswerTextOptions & { readonly json: boolean },
  output: Output,
): Promise<ExitCode> {
  const answered = await answer(names, options, output)
  const { diagnosis } = answered
  output.data(
    options.json ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : answerText(answered, names, options, output),
  )
  return diagnosis.verdict === 'healthy' ? 0 : 1
}
