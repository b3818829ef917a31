/**
 * The command line: arguments in, a plan out. Nothing is read, fetched or printed here, so that the whole of it can be
 * checked in a table.
 */
import type { DumpFilter, Likeness } from '@unhang/core'
import { Command, CommanderError, Option } from 'commander'
import {
  type CaptureOptions,
  DEFAULT_MAX_BYTES,
  DEFAULT_SECONDS,
  DEFAULT_TIMEOUT_SECONDS,
  type FetchOptions,
  type Header,
} from '../capture/options.ts'
import type { ColorChoice, GlobalOptions } from '../print/output.ts'
import type { AnswerOptions, Plan } from './plan.ts'
import { looksLikeTarget, nearestWord, parseCount, parseHeader, parsePort, parseSeconds, parseSize } from './values.ts'

/** Either a plan, or what to print and the exit status. */
export type Parsed =
  | { readonly plan: Plan }
  | { readonly exitCode: 0 | 2; readonly stdout: string; readonly stderr: string }

type Values = {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: ColorChoice
  readonly seconds?: number
  readonly timeout?: number
  readonly maxSize?: number
  readonly header?: readonly Header[]
  readonly output?: string
  readonly fullDump?: boolean
  readonly src?: string
  readonly all?: boolean
  readonly port?: number
  readonly open?: boolean
  readonly client?: readonly string[]
  readonly server?: readonly string[]
  readonly recorded?: boolean
  readonly goroutines?: number
}

type DumpValues = DumpFilter & { readonly like?: Likeness; readonly diff?: string; readonly all?: boolean }

/** Levels of likeness, from the closest on; the core's own list would load the core to print a version. */
const LIKE: readonly Likeness[] = ['exact', 'pointers', 'lines', 'functions']

const EXAMPLES = `
Examples:
  unhang localhost:6060                        why does it hang? capture, diagnose, answer
  unhang https://host/admin --seconds 3 --header 'Authorization: Bearer …'
  unhang capture localhost:6060 -o incident    save trace and dumps for later
  unhang diagnose incident                     the answer, from files
  unhang diagnose server.trace goroutines.txt --src . --json
  unhang diagnose --client one --server two    both ends of calls that hang
  unhang view incident                         the timeline, in the browser
  unhang dump goroutines.txt                   a goroutine dump, grouped

The bare form takes the options of capture and of diagnose: unhang help capture, unhang help diagnose.
Exit status: 0 done (diagnose, bare form: healthy), 1 findings, 2 not readable, not reachable or wrong usage.`

/** Reads the arguments behind the program's name. */
export function parseCommandLine(args: readonly string[], version: string): Parsed {
  let plan: Plan | undefined
  let stdout = ''
  let stderr = ''
  const program = new Command('unhang').exitOverride().configureOutput({
    writeOut: text => {
      stdout += text
    },
    writeErr: text => {
      stderr += text
    },
  })
  describe(program, version, made => {
    plan = made
  })
  try {
    if (args.length === 0) program.help({ error: true })
    program.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { exitCode: error.exitCode === 0 ? 0 : 2, stdout, stderr }
  }
  // Every command makes a plan or throws.
  return { plan: plan! }
}

/** Fills the program in; subcommands inherit what was set on it before. */
function describe(program: Command, version: string, take: (plan: Plan) => void): void {
  program
    .description('Says why a Go server hangs or crawls: who waits, where, since when, and who left the door locked.')
    .usage('HOST:PORT|URL [options]\n       unhang <command> [options]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
  withGlobals(program)
  registerAsk(program, take)
  registerCapture(program, take)
  registerDiagnose(program, take)
  registerView(program, take)
  registerSummary(program, take)
  registerDump(program, take)
  registerDemo(program, take)
}

function registerAsk(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('ask', { isDefault: true, hidden: true })
    .description('Captures a trace and dumps from a live server, diagnoses them and prints the answer.')
    .usage('HOST:PORT|URL [options]')
    .argument('<url>', 'HOST:PORT, or the URL of the server or of its /debug/pprof/')
    .action((url: string) => {
      requireTarget(program, url)
      take({ command: 'ask', url, ...globalsOf(command), ...captureOf(command), ...answerOf(command) })
    })
  withGlobals(withAnswer(withCapture(command)))
}

function registerCapture(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('capture')
    .description('Save trace and dumps of a live server in a folder')
    .argument('<url>', 'HOST:PORT, or the URL of the server or of its /debug/pprof/')
    .action((url: string) => {
      requireTarget(program, url)
      take({ command: 'capture', url, ...globalsOf(command), ...captureOf(command) })
    })
  withGlobals(withCapture(command))
}

function registerDiagnose(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('diagnose')
    .description('The answer, from files: why does it hang?')
    .argument('[inputs...]', 'traces, goroutine dumps, folders with them, URLs; - is standard input')
    .option('--client <input>', 'of the client of two processes: its calls wait for the server; repeatable', collect)
    .option('--server <input>', "of the server: what its handlers wait for explains the client's calls", collect)
    .action((inputs: string[]) => {
      const { client = [], server = [] }: Values = command.opts()
      if (inputs.length + client.length + server.length === 0)
        command.error("error: missing required argument 'inputs'")
      const ends = client.length + server.length > 0 ? { ends: { client, server } } : {}
      const asked = { ...globalsOf(command), ...captureOf(command), ...answerOf(command) }
      take({ command: 'diagnose', inputs, ...ends, ...asked })
    })
  withGlobals(withAnswer(withCapture(command)))
}

function registerView(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('view')
    .description('The timeline and the answer, in the browser')
    .argument(
      '[inputs...]',
      'traces, goroutine dumps, folders with them, URLs; - is standard input; none: an empty page',
    )
    .option('--no-open', 'print the address, and open no browser')
    .option('--port <n>', 'serve the page at this port (6161 where it is free; 0: any)', parsePort)
    .option('--src <dir>', 'where the source is (Go modules in the working directory)')
    .action((inputs: string[]) => {
      const { src, port, open }: Values = command.opts()
      take({ command: 'view', inputs, src, port, open: open ?? true, ...globalsOf(command), ...captureOf(command) })
    })
  withGlobals(withCapture(command))
}

function registerSummary(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('summary')
    .description('What is in a trace, in numbers')
    .argument('<file>', 'a trace; - is standard input')
    .action((input: string) => take({ command: 'summary', input, ...globalsOf(command) }))
  withGlobals(command)
}

function registerDump(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('dump')
    .description('A goroutine dump, grouped: the longest wait first')
    .argument('<inputs...>', 'forms of one dump (debug=2, debug=1, protobuf), or the URL of a live server')
    .addOption(new Option('--like <level>', 'what makes a group: equal lines').choices(LIKE).default('lines'))
    .option('--function <text>', 'only goroutines with it in a function of their stack')
    .option('--state <text>', 'only goroutines that wait so, or are so: mutex, chan send, running')
    .option('--minutes <n>', 'only goroutines that have waited for at least so long', parseCount)
    .option('--diff <later>', 'what appeared, vanished and still stands in a later dump: file, folder or server')
    .option('--all', 'print every group, with its whole stack')
    .action((inputs: string[]) => {
      const { like, diff, all, function: name, state, minutes }: DumpValues = command.opts()
      const filter = { function: name, state, minutes }
      const options = { like: like ?? 'lines', filter, diff, all: all ?? false }
      take({ command: 'dump', inputs, ...options, ...globalsOf(command), ...fetchOf(command) })
    })
  withGlobals(withFetch(command))
}

function registerDemo(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('demo')
    .description('The experiment from end to end: a server hangs, and is asked why')
    .option('--recorded', 'show a recording, also where Go is')
    .option('-n, --goroutines <n>', 'of the client (as many as fit, up to 1000000)', parseCount)
    .action(() => {
      const { recorded, goroutines }: Values = command.opts()
      take({ command: 'demo', recorded: recorded ?? false, goroutines, ...globalsOf(command) })
    })
  withGlobals(command)
}

function withGlobals(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print nothing but the answer and errors')
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']))
}

function withFetch(command: Command): Command {
  return command
    .option('--timeout <s>', `wait this long for a silent server (${DEFAULT_TIMEOUT_SECONDS})`, parseSeconds)
    .option('--max-size <size>', 'take at most so much of one file (1G)', parseSize)
    .option('--header <line>', "send 'Name: value' along; repeatable", parseHeader)
}

function withCapture(command: Command): Command {
  return withFetch(
    command
      .option('-o, --output <dir>', 'the folder to write (unhang-HOST-PORT-TIME)')
      .option('--seconds <s>', `how long to trace a live server (${DEFAULT_SECONDS})`, parseSeconds)
      .option('--no-full-dump', 'no debug=2 dumps: they stop the server, with a million goroutines for seconds'),
  )
}

function withAnswer(command: Command): Command {
  return command
    .option('--src <dir>', 'where the source is (Go modules in the working directory)')
    .option('--all', 'print what is only worth a look, too')
}

function requireTarget(program: Command, text: string): void {
  if (looksLikeTarget(text)) return
  const near = nearestWord(text, [...program.commands.map(command => command.name()).filter(n => n !== 'ask'), 'help'])
  const hint = near ? `Did you mean ${near}?` : 'A server is given as HOST:PORT or URL, such as localhost:6060.'
  program.error(`error: '${text}' is neither a command nor a server. ${hint}`)
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** Flags before the command's name count as well as those behind it. */
function globalsOf(command: Command): GlobalOptions {
  const before: Values = command.parent?.opts() ?? {}
  const { json, quiet, color }: Values = { ...before, ...command.opts() }
  return { json: json ?? false, quiet: quiet ?? false, color: color ?? 'auto' }
}

function captureOf(command: Command): CaptureOptions {
  const values: Values = command.opts()
  return {
    seconds: values.seconds ?? DEFAULT_SECONDS,
    folder: values.output,
    fullDump: values.fullDump ?? true,
    ...fetchOf(command),
  }
}

function fetchOf(command: Command): FetchOptions {
  const values: Values = command.opts()
  return {
    timeoutSeconds: values.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    maxBytes: values.maxSize ?? DEFAULT_MAX_BYTES,
    headers: values.header ?? [],
  }
}

function answerOf(command: Command): AnswerOptions {
  const values: Values = command.opts()
  return { src: values.src, all: values.all ?? false }
}
