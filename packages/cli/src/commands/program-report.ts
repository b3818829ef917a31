/** The arguments of `unhang report`. */
import type { Command } from 'commander'
import { globalsOf, type Values, withGlobals } from './options.ts'
import type { ReportPlan } from './plan.ts'

const DEFAULT_FILE = 'report.html'

export function registerReport(program: Command, take: (plan: ReportPlan) => void): void {
  const command = program
    .command('report')
    .description('One HTML file that opens offline: the answer, the timeline, every page')
    .argument('<inputs...>', 'traces, goroutine dumps, folders with them, URLs of files; - is standard input')
    .option('-o, --output <file>', `the file to write; - is standard output (${DEFAULT_FILE})`)
    .option('--src <dir>', 'where the source is (Go modules in the working directory)')
    .option('--title <text>', 'what the report is called: the number of an incident')
    .action((inputs: string[]) => {
      const { output, src, title }: Values = command.opts()
      take({ command: 'report', inputs, file: output ?? DEFAULT_FILE, src, title: title ?? '', ...globalsOf(command) })
    })
  withGlobals(command)
}
