/** `unhang report FILE…`: one HTML file that opens from a disk, with the answer, the captures and the page in it. */
import { type Diagnosis, diagnose, formatBytes, healthOf, standingsOf, titleOf } from '@unhang/core'
import { DEFAULT_FETCH } from '../capture/options.ts'
import { Complaint } from '../complaint.ts'
import { requireOther } from '../inputs/other.ts'
import { findShown, openShown, type Shown } from '../inputs/shown.ts'
import { createSourceFiles } from '../inputs/source.ts'
import { diagnosisText } from '../print/diagnosis.ts'
import { NO_COLORS, type Output } from '../print/output.ts'
import { printable } from '../print/printable.ts'
import { type ReportContent, reportHtml } from '../report/html.ts'
import { linesFor } from '../report/lines.ts'
import { reportNames } from '../report/names.ts'
import { readReportFiles } from '../server/page.ts'
import { writeDocument } from './document.ts'
import { refuseServer } from './one-trace.ts'
import type { ExitCode, ReportPlan } from './plan.ts'

/** Of what is printed with --json. */
export const REPORT_SCHEMA = 'unhang.report/1'

export async function runReport(plan: ReportPlan, output: Output, version: string): Promise<ExitCode> {
  const files = readReportFiles()
  requireOther(plan.file, plan.inputs)
  const { report, diagnosis } = await contentOf(plan, output, version)
  const pieces = reportHtml(report, files)
  const byteLength = await writeDocument(pieces, plan.file, output)
  if (plan.file === '-') return 0
  if (plan.json) output.data(summaryJson(plan.file, byteLength, diagnosis, report))
  else output.remark(`unhang: wrote ${printable(plan.file)}, ${formatBytes(byteLength)}: open it in any browser\n`)
  return 0
}

function summaryJson(file: string, byteLength: number, { verdict }: Diagnosis, { captures }: ReportContent): string {
  const names = captures.map(({ name }) => name)
  return `${JSON.stringify({ schema: REPORT_SCHEMA, file, byteLength, verdict, captures: names }, undefined, 2)}\n`
}

/** All that is known of the captures; of them themselves nothing is held any more. */
async function contentOf(plan: ReportPlan, output: Output, version: string) {
  const remarks: string[] = []
  const remark = (text: string) => {
    output.remark(text)
    remarks.push(text.replace(/^unhang: /, '').trim())
  }
  const { shown, inputs, names } = await opened(plan.inputs, remark)
  let isAnswered = false
  const source = createSourceFiles(plan.src, process.cwd(), text => isAnswered || output.remark(text))
  const { sourceTeller } = await import('../source/explain.ts')
  const tell = await sourceTeller(source, output.remark)
  const { diagnosis, isHere } = tell(diagnose(inputs), standingsOf(inputs))
  // What else the stacks name goes along where it fits: whoever builds with another Go than ours is told of none of it.
  isAnswered = true
  const sources = linesFor(diagnosis, inputs, source.lines)
  const known = {
    schema: REPORT_SCHEMA,
    title: plan.title,
    writtenMs: Date.now(),
    version,
    files: shown.map(({ name, cut }) => ({ name: names.of(name), ...(cut && { cut }) })),
    remarks: remarks.map(names.within),
    diagnosis,
    hasSource: isHere,
    sources,
  }
  const report: ReportContent = {
    title: titleText(plan.title, diagnosis),
    description: sentenceOf(diagnosis),
    answer: diagnosisText(diagnosis, { colors: NO_COLORS, source: source.lines }),
    version,
    known: Buffer.from(JSON.stringify(known)),
    captures: shown,
  }
  return { report, diagnosis }
}

/** What can be read, each told by its name; what cannot is left out with a word. Throws where nothing is left. */
async function opened(typed: readonly string[], remark: (text: string) => void) {
  refuseServer(...typed)
  const shown: Shown[] = []
  const inputs = []
  const refused: Complaint[] = []
  const found = await findShown(typed, DEFAULT_FETCH, remark)
  const names = reportNames(
    typed,
    found.map(({ name }) => name),
  )
  for (const one of found)
    try {
      const called = names.of(one.name)
      for (const { name, capture } of await openShown(one))
        inputs.push({ name: called + name.slice(one.name.length), ...capture })
      shown.push(one)
    } catch (error) {
      if (!(error instanceof Complaint)) throw error
      refused.push(error)
    }
  if (shown.length === 0) throw refused[0]
  for (const { found } of refused) remark(`unhang: left out: ${printable(found.replace(/^in /, ''))}\n`)
  return { shown, inputs, names }
}

/** "INC-12 · hang: server.trace · unhang": of several tabs the one that hangs is to be found. */
function titleText(title: string, { verdict, inputs }: Diagnosis): string {
  const { name } = inputs.find(({ kind }) => kind === 'trace') ?? inputs[0]
  return [...(title === '' ? [] : [printable(title, 200)]), `${verdict}: ${printable(name, 60)}`, 'unhang'].join(' · ')
}

function sentenceOf(diagnosis: Diagnosis): string {
  const [first] = diagnosis.findings
  const counts = first !== undefined && first.certainty !== 'possible'
  return printable(counts ? `${diagnosis.verdict.toUpperCase()} ${titleOf(first)}` : healthOf(diagnosis).sentence, 300)
}
