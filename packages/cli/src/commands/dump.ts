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
import type { DumpPlan, ExitCode } from './plan.ts'

export async function runDump(plan: DumpPlan, output: Output): Promise<ExitCode> {
  const { like, filter, inputs, diff } = plan
  const options = { like, ...filter }
  const view = { colors: output.colors, columns: output.columns, all: plan.all }
  const dumps = await openDumps(inputs, plan, output)
  if (diff === undefined) {
    const report = dumpReport(dumps, options)
    write(plan.json ? jsonPieces(report) : dumpPieces(report, view), output)
    return 0
  }
  const after = { name: diff, dumps: await openDumps([diff], plan, output) }
  const report = dumpDiff({ name: inputs.join(', '), dumps }, after, options)
  write(plan.json ? jsonPieces(report) : diffPieces(report, view), output)
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

/** As `JSON.stringify(report, undefined, 1)`, group by group: half a million of them are longer than a string may be. */
function* jsonPieces({ groups, ...head }: { readonly groups: readonly object[] }): Generator<string> {
  yield `${JSON.stringify(head, undefined, 1).slice(0, -2)},\n "groups": [`
  for (const [i, group] of groups.entries())
    yield `${i === 0 ? '' : ','}\n  ${JSON.stringify(group, undefined, 1).replaceAll('\n', '\n  ')}`
  yield groups.length === 0 ? ']\n}\n' : '\n ]\n}\n'
}

/** A write for each of many pieces would cost more than the pieces. */
const PIECE = 1 << 16

function write(pieces: Iterable<string>, output: Output): void {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < PIECE) continue
    output.data(text)
    text = ''
  }
  if (text !== '') output.data(text)
}
