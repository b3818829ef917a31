/**
 * The command line: arguments in, a plan out. Nothing is read, fetched or printed here, so that the whole of it can be
 * checked in a table.
 */
import type { DumpFilter, Likeness } from '@unhang/core'
import { Command, CommanderError, Option } from 'commander'
import { DEFAULT_SECONDS } from '../capture/options.ts'
import {
  DEFAULT_INTERVAL_SECONDS,
  DEFAULT_MAX_CAPTURES,
  DEFAULT_PAUSE_SECONDS,
  DEFAULT_THRESHOLD,
} from '../watch/settings.ts'
import {
  answerOf,
  captureOf,
  collect,
  fetchOf,
  globalsOf,
  requireTarget,
  type Values,
  withAnswer,
  withCapture,
  withFetch,
  withGlobals,
  withTracing,
} from './options.ts'
import type { Plan } from './plan.ts'
import { registerDiff } from './program-diff.ts'
import { registerFunctions, registerGoroutines } from './program-functions.ts'
import { registerMmu } from './program-mmu.ts'
import { registerProfile } from './program-profile.ts'
import { registerReport } from './program-report.ts'
import { registerRegions, registerTasks } from './program-tasks.ts'
import { parseCount, parseDuration, parsePort, parseSeconds } from './values.ts'

/** Either a plan, or what to print and the exit status. */
export type Parsed =
  | { readonly plan: Plan }
  | { readonly exitCode: 0 | 2; readonly stdout: string; readonly stderr: string }

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
  unhang report incident -o report.html        one file to attach, opens offline
  unhang functions server.trace --range 1s-2s  where the time went, by function
  unhang profile server.trace --kind sync      which function waited, and who called it
  unhang dump goroutines.txt                   a goroutine dump, grouped
  unhang diff before.trace after.trace         what waits longer, what runs longer
  unhang watch localhost:6060 -o nights        capture it by itself when it begins to hang

The bare form takes the options of capture and of diagnose: unhang help capture, unhang help diagnose.
Exit status: 0 done (diagnose, watch, bare form: healthy), 1 findings, 2 not readable, not reachable or wrong usage.`

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
  registerReport(program, take)
  registerSummary(program, take)
  registerFunctions(program, take)
  registerGoroutines(program, take)
  registerProfile(program, take)
  registerTasks(program, take)
  registerRegions(program, take)
  registerMmu(program, take)
  registerDump(program, take)
  registerDiff(program, take)
  registerWatch(program, take)
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

const WATCHING = `
It asks for the goroutine profile again and again, which costs the server
little, and prints a line when something changes: more goroutines than usual
wait at one line, they are gone again, the server does not answer. Where such a
crowd stays, it captures a trace and dumps and prints what they show; likewise
where a few stand at a lock for a minute, or elsewhere in their work for five to
fifteen. What is usual is learned: where a count began, and every level that it
came down from by itself.

Exit status: 0 no hang was captured, 1 one was, or the server does not answer at
the end, 2 not reachable at the start or wrong usage. Ctrl-C ends it.`

function registerWatch(program: Command, take: (plan: Plan) => void): void {
  const command = program
    .command('watch')
    .description('Capture a server by itself when it begins to hang')
    .argument('<url>', 'HOST:PORT, or the URL of the server or of its /debug/pprof/')
    .option('--interval <s>', `ask every so many seconds (${DEFAULT_INTERVAL_SECONDS})`, parseSeconds)
    .option(
      '--threshold <n>',
      `capture when so many more than usual, and twice as many, wait at a line (${DEFAULT_THRESHOLD})`,
      parseCount,
    )
    .option('-o, --output <dir>', 'where the folders of captures go (the working directory)')
    .option('--max-captures <n>', `keep at most so many captures (${DEFAULT_MAX_CAPTURES})`, parseCount)
    .option('--pause <time>', `before the same is captured again (${DEFAULT_PAUSE_SECONDS / 60}m)`, parseDuration)
    .option('--for <time>', 'end after so long: 30m, 8h', parseDuration)
    .option('--once', 'end with the first capture that shows a hang')
    .option('--src <dir>', 'where the source is, for the answers (Go modules in the working directory)')
    .addHelpText('after', WATCHING)
    .action((url: string) => {
      requireTarget(program, url)
      take({ command: 'watch', url, ...watchOf(command), ...globalsOf(command), ...fetchOf(command) })
    })
  withGlobals(withFetch(withTracing(command)))
}

function watchOf(command: Command) {
  const values: Values = command.opts()
  return {
    intervalSeconds: values.interval ?? DEFAULT_INTERVAL_SECONDS,
    threshold: values.threshold ?? DEFAULT_THRESHOLD,
    seconds: values.seconds ?? DEFAULT_SECONDS,
    fullDump: values.fullDump ?? true,
    folder: values.output,
    maxCaptures: values.maxCaptures ?? DEFAULT_MAX_CAPTURES,
    pauseSeconds: values.pause ?? DEFAULT_PAUSE_SECONDS,
    forSeconds: values.for,
    once: values.once ?? false,
    src: values.src,
  }
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
