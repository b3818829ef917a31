/** `unhang dump FILE or URL`: the goroutines of a dump in groups, of all of its forms that are given. */
import { type Dump, dumpReport } from '@unhang/core'
import { Complaint } from '../complaint.ts'
import { isServer, open, openInputs } from '../inputs/open.ts'
import { dumpText } from '../print/dump.ts'
import type { Output } from '../print/output.ts'
import type { DumpPlan, ExitCode } from './plan.ts'

export async function runDump(plan: DumpPlan, output: Output): Promise<ExitCode> {
  const dumps = await openDumps(plan, output)
  const report = dumpReport(dumps)
  output.data(plan.json ? `${JSON.stringify(report, undefined, 1)}\n` : dumpText(report, output.colors))
  return 0
}

async function openDumps(plan: DumpPlan, output: Output): Promise<readonly Dump[]> {
  const dumps: Dump[] = []
  for (const name of plan.inputs) {
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
    `traces alone in ${plan.inputs.join(', ')}`,
    'look at a trace with: unhang summary FILE',
  )
}
