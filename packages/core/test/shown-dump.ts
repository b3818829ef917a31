/** What a text holds, as the `.json` beside a fixture says it: one line a goroutine. */
import { type Dump, dumpReport, groupDump, readDumps, SiteFinder } from '../src/index.ts'

/** All dumps of a text, as JSON. */
export function shown(bytes: Uint8Array): string {
  const dumps = readDumps(bytes).map(dump => {
    const { form, total, problems } = dump
    const head = { form, total, groups: groupDump(dump).length }
    const lost = problems.length > 0 ? { problems: problems.map(({ message }) => message) } : {}
    const goroutines = Array.from({ length: dump.rows.length }, (_, row) => JSON.stringify(goroutine(dump, row)))
    return ` ${JSON.stringify({ ...head, ...lost }).slice(0, -1)}, "goroutines": [\n  ${goroutines.join(',\n  ')}\n ]}`
  })
  return `[\n${dumps.join(',\n')}\n]`
}

function goroutine(dump: Dump, row: number): object {
  const { rows, strings, stacks } = dump
  const stack = rows.stack[row]
  const id = rows.id[row]
  const { state, reason } = stateOf(dump, row)
  return {
    ...(!Number.isNaN(id) && { id }),
    ...(rows.count[row] !== 1 && { count: rows.count[row] }),
    state,
    ...(reason !== '' && { reason }),
    ...(rows.minutes[row] >= 0 && { minutes: rows.minutes[row] }),
    ...(rows.locked[row] === 1 && { locked: true }),
    ...(rows.leaked[row] === 1 && { leaked: true }),
    ...(rows.elided[row] === 1 && { elided: true }),
    ...(rows.labels[row] >= 0 && { labels: strings.text(rows.labels[row]) }),
    frames: stacks.first[stack + 1] - stacks.first[stack],
    site: frameText(dump, new SiteFinder(dump).site(stack)),
    ...(dump.form === 'debug2' && dump.frameArgs.length > rows.firstArg[row] && { args: argsOf(dump, row) }),
    ...(rows.createdBy[row] >= 0 && { createdBy: frameText(dump, rows.createdBy[row]) }),
    ...(!Number.isNaN(rows.creator[row]) && { creator: rows.creator[row] }),
  }
}

/** State and reason, as the report words them for a dump of this goroutine alone. */
function stateOf(dump: Dump, row: number): { readonly state: string; readonly reason: string } {
  const only = { ...dump, rows: { ...dump.rows, length: 1, reason: dump.rows.reason.subarray(row, row + 1) } }
  const [{ state, reason }] = dumpReport([only]).groups
  return { state, reason }
}

/** The arguments of the innermost frame. */
function argsOf(dump: Dump, row: number): string {
  return dump.strings.text(dump.frameArgs[dump.rows.firstArg[row]])
}

function frameText({ frames, strings }: Dump, row: number): string {
  if (row < 0) return ''
  return `${strings.text(frames.function[row])} ${strings.text(frames.file[row])}:${frames.line[row]}`
}
