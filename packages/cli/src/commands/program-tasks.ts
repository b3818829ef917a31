/** The arguments of `unhang tasks` and `unhang regions`. */
import { formatNs, type TaskFilter } from '@unhang/core'
import type { Command } from 'commander'
import { globalsOf, scopeAskOf, withGlobals, withScope } from './options.ts'
import type { Plan } from './plan.ts'
import { parseSpan, parseTask } from './values.ts'

type FilterValues = {
  readonly type?: string
  readonly unended?: boolean
  readonly min?: number
  readonly max?: number
  readonly log?: string
  readonly task?: number
}

export function registerTasks(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('tasks')
    .description('User tasks of a trace: what each type took, which never ended, the story of one')
    .argument('<file>', 'a trace; - is standard input')
    .option('--log <text>', 'only tasks with a log that has this text in its category or message, whatever its case')
    .option('--task <id>', 'the story of this task; 0: what belongs to no task', parseTask)
    .action((input: string) => {
      const { task }: FilterValues = command.opts()
      const filter = filterOf(command)
      const scope = scopeAskOf(command)
      if (task !== undefined && Object.keys({ ...filter, ...scope }).length > 0)
        command.error('error: --task tells of one task, whole: no other option narrows it')
      take({ command: 'tasks', input, task, filter, scope, ...globalsOf(command) })
    })
  withGlobals(withScope(withFilter(command, 'tasks', 'ended')))
}

export function registerRegions(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('regions')
    .description('User regions of a trace: what each type took, and how that time was spent')
    .argument('<file>', 'a trace; - is standard input')
    .action((input: string) => {
      const asked = { filter: filterOf(command), scope: scopeAskOf(command), ...globalsOf(command) }
      take({ command: 'regions', input, ...asked })
    })
  withGlobals(withScope(withFilter(command, 'regions', 'were closed')))
}

function withFilter(command: Command, what: string, ended: string): Command {
  return command
    .option('--type <name>', `only ${what} of this type, one by one`)
    .option('--unended', `only ${what} that never ${ended}`)
    .option('--min <time>', `only ${what} that took at least so long: 10ms, 1.5s`, parseSpan)
    .option('--max <time>', `only ${what} that took less than that`, parseSpan)
}

function filterOf(command: Command): TaskFilter {
  const { type, unended, min, max, log }: FilterValues = command.opts()
  if (min !== undefined && max !== undefined && max <= min)
    command.error(
      `error: --min ${formatNs(min)} and --max ${formatNs(max)} leave nothing: the least must be below the most`,
    )
  return {
    ...(type === undefined ? {} : { type }),
    ...(unended ? { unended } : {}),
    ...(min === undefined ? {} : { minNs: min }),
    ...(max === undefined ? {} : { maxNs: max }),
    ...(log === undefined ? {} : { log }),
  }
}
