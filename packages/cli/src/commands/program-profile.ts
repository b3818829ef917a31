/** The arguments of `unhang profile`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { globalsOf, scopeAskOf, withGlobals, withScope } from './options.ts'
import type { Plan } from './plan.ts'

type ProfileValues = {
  readonly kind?: string
  readonly format?: string
  readonly output?: string
  readonly by?: 'time' | 'count'
  readonly cumulative?: boolean
  readonly lines?: boolean
  readonly focus?: string
  readonly ignore?: string
  readonly peek?: string
  readonly unended?: boolean
}

const PROFILING = `
Kinds:
  block    every wait of the program's own goroutines, whatever for
  sync     waits for locks, channels and selects
  network  waits for the network
  syscall  system calls
  sched    waits for a processor: runnable, and not running yet
  cpu      samples of a CPU profile that ran beside the trace

Formats: top (a table), pprof (for go tool pprof), folded (for flamegraph.pl),
speedscope, svg (a call graph), json.

Numbers of sync, network, syscall and sched are those of go tool trace -pprof.
As there, waits that go on when the trace ends do not count: a hang is made of
these, so what is left out is told, and --unended counts it.

Examples:
  unhang profile server.trace --kind sync --unended
  unhang profile server.trace --range 1s-2s --kind block --format svg -o block.svg
  unhang profile server.trace --kind sync --lines --ignore '^net/http'
  unhang profile server.trace --kind sched --format pprof -o sched.pb.gz
  unhang profile server.trace --kind block --format folded | flamegraph.pl > block.svg`

export function registerProfile(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('profile')
    .description('Which function called which, and how long it waited or ran there')
    .argument('<file>', 'a trace; - is standard input')
    .option('--kind <kind>', 'block, sync, network, syscall, sched or cpu (block)')
    .option('--format <format>', 'top, pprof, folded, speedscope, svg or json (top)')
    .option('-o, --output <file>', 'write there; - is standard output')
    .addOption(new Option('--by <weight>', 'what counts: time, or how often').choices(['time', 'count']))
    .option('--cumulative', 'sort the table by what was spent in a function and below it')
    .option('--lines', 'by line of each function, as go tool pprof -lines')
    .option('--focus <regexp>', 'only stacks with a function or file that matches')
    .option('--ignore <regexp>', 'without stacks that have a function or file that matches')
    .option('--peek <function>', 'who calls this function, and whom it calls')
    .option('--unended', 'count what goes on when the trace ends, too')
    .addHelpText('after', PROFILING)
    .action((input: string) => {
      const {
        format,
        kind = 'block',
        output,
        by = 'time',
        cumulative,
        lines,
        unended,
        ...picked
      }: ProfileValues = command.opts()
      const globals = globalsOf(command)
      if (globals.json && format !== undefined && format !== 'json')
        command.error(`error: --json prints JSON, and --format ${format} something else`)
      take({
        command: 'profile',
        input,
        kind,
        format: format ?? (globals.json ? 'json' : 'top'),
        output,
        by,
        cumulative: cumulative ?? false,
        granularity: lines ? 'lines' : 'functions',
        focus: picked.focus,
        ignore: picked.ignore,
        peek: picked.peek,
        unended: unended ?? false,
        scope: scopeAskOf(command),
        ...globals,
      })
    })
  withGlobals(withScope(command))
}
