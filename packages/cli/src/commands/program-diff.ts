/** The arguments of `unhang diff`. */
import { type Command, Option } from 'commander'
import { globalsOf, scopeAskOf, type Values, withGlobals, withScope } from './options.ts'
import type { DiffPlan } from './plan.ts'
import { parseCount } from './values.ts'

/** The printer's own list would load the core to print a version. */
const SORTS: readonly DiffPlan['sort'][] = ['change', 'before', 'after', 'name']
const DEFAULT_LIMIT = 8

type DiffValues = Values & { readonly sort?: DiffPlan['sort']; readonly limit?: number }

export function registerDiff(program: Command, take: (plan: DiffPlan) => void): void {
  const command = program
    .command('diff')
    .description('What waits and runs longer in the later of two traces, by function and reason')
    .argument('<before>', 'a trace, or a folder with one')
    .argument('<after>', 'a later one, or one of another version of the program')
    .addOption(new Option('--sort <column>', 'order of the rows').choices(SORTS).default('change'))
    .option('--limit <n>', `print so many rows of each table (${DEFAULT_LIMIT})`, parseCount)
    .action((before: string, after: string) => {
      const { sort, limit }: DiffValues = command.opts()
      const asked = { scope: scopeAskOf(command), sort: sort ?? 'change', limit: limit ?? DEFAULT_LIMIT }
      take({ command: 'diff', before, after, ...asked, ...globalsOf(command) })
    })
  withGlobals(withScope(command))
}
