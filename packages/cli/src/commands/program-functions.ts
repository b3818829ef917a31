/** Arguments of `unhang functions` and `unhang goroutines`. */
import type { FunctionSort, GoroutineSort } from '@unhang/core'
import { type Command, Option } from 'commander'
import { globalsOf, scopeAskOf, withGlobals, withScope } from './options.ts'
import type { Plan } from './plan.ts'
import { parseCount } from './values.ts'

/** Columns of time that both have. The core's own lists would load the core to print a version. */
const TIMES = ['total', 'running', 'runnable', 'syscall', 'waiting', 'sync', 'select', 'channel', 'network', 'sleep', 'gc', 'other', 'unknown', 'assist', 'sweep', 'stw'] as const // biome-ignore format: one line
const FUNCTION_COLUMNS: readonly FunctionSort[] = ['name', 'goroutines', ...TIMES]
const GOROUTINE_COLUMNS: readonly GoroutineSort[] = ['id', 'birth', 'death', ...TIMES]

type Values = { readonly sort?: FunctionSort & GoroutineSort; readonly limit?: number }

export function registerFunctions(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('functions')
    .description('Where the time of goroutines went, by the function that they began with')
    .argument('<file>', 'a trace, or a folder with one; - is standard input')
    .addOption(new Option('--sort <column>', 'by which column (total)').choices(FUNCTION_COLUMNS))
    .option('--limit <n>', 'print at most so many functions (25)', parseCount)
    .action((input: string) => {
      const { sort, limit }: Values = command.opts()
      const asked = { scope: scopeAskOf(command), sort: sort ?? ('total' as const), limit }
      take({ command: 'functions', input, ...asked, ...globalsOf(command) })
    })
  withGlobals(withScope(command))
}

export function registerGoroutines(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('goroutines')
    .description('How each goroutine of a function spent its life, and how long single stays were')
    .argument('<file>', 'a trace, or a folder with one; - is standard input')
    .addOption(new Option('--sort <column>', 'by which column (total)').choices(GOROUTINE_COLUMNS))
    .option('--limit <n>', 'print at most so many goroutines (25)', parseCount)
    .action((input: string) => {
      const { sort, limit }: Values = command.opts()
      const asked = { scope: scopeAskOf(command), sort: sort ?? ('total' as const), limit }
      take({ command: 'goroutines', input, ...asked, ...globalsOf(command) })
    })
  withGlobals(withScope(command))
}
