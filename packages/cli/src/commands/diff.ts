/** `unhang diff A.trace B.trace`: what waits longer, what runs longer, by function and reason. */
import { diffScopes, type TraceDiff, traceDiff } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import type { Output } from '../print/output.ts'
import { traceDiffText } from '../print/trace-diff.ts'
import { complaining, openTrace } from './one-trace.ts'
import type { DiffPlan, ExitCode } from './plan.ts'

export async function runDiff(plan: DiffPlan, output: Output): Promise<ExitCode> {
  const { before, after, scope, sort, limit, json } = plan
  const one = await opened(before, plan, output)
  // Named twice it is read once, and nothing differs.
  const other = before === after ? one : await opened(after, plan, output)
  const [from, to] = complaining(() => diffScopes(one.trace, other.trace, scope))
  const diff = traceDiff({ ...one, scope: from }, { ...other, scope: to })
  if (json) writeJson(diff, output)
  else output.data(traceDiffText(diff, { sort, limit, colors: output.colors, columns: output.columns }))
  return 0
}

async function opened(name: string, { before, after }: DiffPlan, output: Output) {
  try {
    return await openTrace(name, output)
  } catch (error) {
    if (!isOfDumps(error)) throw error
    // Where the later one is at fault, the earlier one was a trace.
    const areBoth =
      name === before && (after === before || (await openTrace(after, output).then(() => false, isOfDumps)))
    const remedy = areBoth
      ? `two dumps are compared by: unhang dump ${before} --diff ${after}`
      : `a trace and a dump of one process are read together by: unhang ${before} ${after}`
    throw new Complaint('two execution traces', error.found, remedy)
  }
}

function isOfDumps(error: unknown): error is Complaint {
  return error instanceof Complaint && error.found.startsWith('goroutine dumps alone')
}

/** As `JSON.stringify(diff, undefined, 1)`, row by row: a million of them are longer than a string may be. */
function writeJson({ functions, waits, ...head }: TraceDiff, output: Output): void {
  output.data(`${JSON.stringify(head, undefined, 1).slice(0, -2)},\n "functions": [`)
  writeRows(functions, output)
  output.data('],\n "waits": [')
  writeRows(waits, output)
  output.data(']\n}\n')
}

const PIECE = 1 << 16

function writeRows(rows: readonly object[], output: Output): void {
  let text = ''
  for (const [i, row] of rows.entries()) {
    text += `${i === 0 ? '' : ','}\n  ${JSON.stringify(row, undefined, 1).replaceAll('\n', '\n  ')}`
    if (text.length < PIECE) continue
    output.data(text)
    text = ''
  }
  output.data(rows.length === 0 ? text : `${text}\n `)
}
