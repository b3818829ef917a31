/** The arguments of `unhang mmu`. */
import type { MmuWork } from '@unhang/core'
import { type Command, InvalidArgumentError } from 'commander'
import { globalsOf, scopeAskOf, withGlobals, withRange } from './options.ts'
import type { MmuPlan } from './plan.ts'
import { parseSpan } from './values.ts'

/** The core's own list would load the core to print a version. */
const WORK: readonly MmuWork[] = ['stw', 'background', 'assist', 'sweep']
const USUAL: readonly MmuWork[] = ['stw', 'background', 'assist']

const MEANING = `
What is counted against the program, as in go tool trace:
  stw         the collector stops the world
  background  its workers run: they get a quarter of the procs
  assist      goroutines that allocate have to mark
  sweep       memory is swept, mostly by those that allocate

With --per-proc each proc is looked at alone: how long a goroutine may be held
up that happens to be there. Dedicated workers do not count then.

--as-go gives the numbers of go tool trace's own page. It counts a background
worker once more each time it starts and never takes it off again, so that after
a few collections a program seems to have nothing.`

type MmuValues = {
  readonly flags?: readonly MmuWork[]
  readonly perProc?: boolean
  readonly window?: number
  readonly asGo?: boolean
}

export function registerMmu(program: Command, take: (plan: MmuPlan) => void): void {
  const command = program
    .command('mmu')
    .description('How much the garbage collector leaves to the program, at the least')
    .argument('<file>', 'a trace; - is standard input')
    .option('--flags <list>', `what is counted against the program (${USUAL.join(',')})`, parseWork)
    .option('--per-proc', 'look at each proc alone')
    .option('--window <time>', 'list the worst windows of this length: 500us, 10ms, 1s (10ms)', parseSpan)
    .option('--as-go', "the numbers of go tool trace's own page, faults and all")
    .addHelpText('after', MEANING)
    .action((input: string) => {
      const { flags, perProc, window, asGo }: MmuValues = command.opts()
      const choice = { work: flags ?? USUAL, perProc: perProc ?? false, asGo: asGo ?? false }
      take({ command: 'mmu', input, choice, windowNs: window, scope: scopeAskOf(command), ...globalsOf(command) })
    })
  withGlobals(withRange(command))
}

function parseWork(text: string): readonly MmuWork[] {
  const words = text.split(',').map(word => word.trim())
  const wrong = words.find(word => !WORK.some(known => known === word))
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected some of ${WORK.join(', ')}, with commas between.`)
  return WORK.filter(known => words.includes(known))
}
