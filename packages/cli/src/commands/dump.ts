/**
 * `unhang dump FILE or URL`: the goroutines of a dump in groups, of all of its forms that are given. With `--diff OTHER`
 * what differs in another, later one.
 */
import { type Dump, dumpDiff, dumpReport } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { isServer, open, openInputs } from '../inputs/open.ts'
import { dumpPieces } from '../print/dump.ts'
import { diffPieces } from '../print/dump-diff.ts'
import type { Output } from '../print/output.ts'
import { jsonPieces, writePieces } from '../print/pieces.ts'
import type { DumpPlan, ExitCode } from './plan.ts'

export async function runDump(plan: DumpPlan, output: Output): Promise<ExitCode> {
  const { like, filter, inputs, diff } = plan
  const options = { like, ...filter }
  const view = { colors: output.colors, columns: output.columns, all: plan.all }
  const dumps = await openDumps(inputs, plan, output)
  if (diff === undefined) {
    const report = dumpReport(dumps, options)
    writePieces(plan.json ? jsonOf(report) : dumpPieces(report, view), output)
    return 0
  }
  const after = { name: diff, dumps: await openDumps([diff], plan, output) }
  const report = dumpDiff({ name: inputs.join(', '), dumps }, after, options)
  writePieces(plan.json ? jsonOf(report) : diffPieces(report, view), output)
  return 0
}

async function openDumps(names: readonly string[], plan: DumpPlan, output: Output): Promise<readonly Dump[]> {
  const dumps: Dump[] = []
  for (const name of names) {
    if (isServer(name)) {
      const { fetchDump } = await import('../capture/live.ts')
      const capture = await open(name, await fetchDump(name, plan))
      if (capture.kind === 'dump') dumps.push(capture.dump)
      continue
    }
    for (const { capture } of await openInputs([name], { ...plan, wanted: 'dump' }, output.remark))
      if (capture.kind === 'dump') dumps.push(capture.dump)
  }
  if (dumps.length > 0) return dumps
  throw new Complaint(
    'a goroutine dump',
    `traces alone in ${names.join(', ')}`,
    'look at a trace with: unhang summary FILE',
  )
}

function jsonOf({ groups, ...head }: { readonly groups: readonly object[] }): Iterable<string> {
  return jsonPieces(head, 'groups', groups)
}
