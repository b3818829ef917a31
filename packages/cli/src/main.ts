/** The program's door: arguments in, exit status out. The only place that knows the process. */
import { readFileSync } from 'node:fs'
import { parseCommandLine } from './commands/program.ts'
import { run } from './commands/run.ts'
import { unwritten } from './commands/unwritten.ts'
import { Complaint, complaintText } from './complaint.ts'
import { createOutput } from './print/output.ts'

/** Of the package: this file lies in `src` or `dist` beneath it. */
function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
}

async function main(args: readonly string[]): Promise<number> {
  const version = packageVersion()
  const parsed = parseCommandLine(args, version)
  if ('exitCode' in parsed) {
    process.stdout.write(parsed.stdout)
    process.stderr.write(parsed.stderr)
    return parsed.exitCode
  }
  const output = createOutput(parsed.plan, process.stdout, process.stderr, process.env)
  try {
    return await run(parsed.plan, output, version)
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    output.error(complaintText(error))
    return 2
  }
}

/** Ends when everything written has gone out; whoever closed the pipe (`| head`) wants no more. */
function exit(code: number): void {
  process.exitCode = code
  // One round more: the error of a write that failed is told after its callback.
  process.stdout.write('', () => process.stderr.write('', () => setImmediate(() => process.exit(code))))
}

/** A full disk behind `>`; a pipe that nobody reads any more is no fault. */
function onWriteError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  const told = unwritten(error, 'standard output')
  process.stderr.write(told instanceof Complaint ? complaintText(told) : `unhang: cannot write: ${told.message}\n`)
  process.exit(2)
}

process.stdout.on('error', onWriteError)
process.stderr.on('error', () => {})

main(process.argv.slice(2)).then(exit, error => {
  process.stderr.write(`unhang: this is a fault of unhang itself, please report it:\n${error?.stack ?? error}\n`)
  exit(2)
})
