/** Options that several commands have: what is said of them in a help text, and how a plan gets their values. */
import type { ScopeAsk } from '@unhang/core'
import { type Command, Option } from 'commander'
import {
  type CaptureOptions,
  DEFAULT_MAX_BYTES,
  DEFAULT_SECONDS,
  DEFAULT_TIMEOUT_SECONDS,
  type FetchOptions,
  type Header,
} from '../capture/options.ts'
import type { ColorChoice, GlobalOptions } from '../print/output.ts'
import type { AnswerOptions } from './plan.ts'
import {
  looksLikeTarget,
  nearestWord,
  parseGoroutine,
  parseHeader,
  parseRange,
  parseSeconds,
  parseSize,
} from './values.ts'

export type Values = {
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
  readonly interval?: number
  readonly threshold?: number
  readonly maxCaptures?: number
  readonly pause?: number
  readonly for?: number
  readonly once?: boolean
  readonly range?: ScopeAsk['range']
  readonly function?: string
  readonly goroutine?: readonly number[]
  readonly region?: string
  readonly title?: string
}

export function withGlobals(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print nothing but the answer and errors')
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']))
}

export function withFetch(command: Command): Command {
  return command
    .option('--timeout <s>', `wait this long for a silent server (${DEFAULT_TIMEOUT_SECONDS})`, parseSeconds)
    .option('--max-size <size>', 'take at most so much of one file (1G)', parseSize)
    .option('--header <line>', "send 'Name: value' along; repeatable", parseHeader)
}

export function withCapture(command: Command): Command {
  return withFetch(withTracing(command.option('-o, --output <dir>', 'the folder to write (unhang-HOST-PORT-TIME)')))
}

/** What a capture takes. */
export function withTracing(command: Command): Command {
  return command
    .option('--seconds <s>', `how long to trace a live server (${DEFAULT_SECONDS})`, parseSeconds)
    .option('--no-full-dump', 'no debug=2 dumps: they stop the server, with a million goroutines for seconds')
}

export function withAnswer(command: Command): Command {
  return command
    .option('--src <dir>', 'where the source is (Go modules in the working directory)')
    .option('--all', 'print what is only worth a look, too')
}

export function withRange(command: Command): Command {
  return command.option(
    '--range <from-to>',
    'only this part of the trace, from its begin on: 0.8s-0.9s, 120ms-1.5s, 2s-',
    parseRange,
  )
}

/** Of what in a trace a table or a profile is. */
export function withScope(command: Command): Command {
  return withRange(command)
    .option('--function <name>', 'only goroutines that began with this function')
    .option('--goroutine <id>', 'only this goroutine; repeatable', parseGoroutine)
    .option('--region <type>', 'only what goroutines did within user regions of this type')
}

export function scopeAskOf(command: Command): ScopeAsk {
  const { range, function: name, goroutine, region }: Values = command.opts()
  return {
    ...(range ? { range } : {}),
    ...(name === undefined ? {} : { function: name }),
    ...(goroutine ? { goroutines: goroutine } : {}),
    ...(region === undefined ? {} : { region }),
  }
}

export function requireTarget(program: Command, text: string): void {
  if (looksLikeTarget(text)) return
  const near = nearestWord(text, [...program.commands.map(command => command.name()).filter(n => n !== 'ask'), 'help'])
  const hint = near ? `Did you mean ${near}?` : 'A server is given as HOST:PORT or URL, such as localhost:6060.'
  program.error(`error: '${text}' is neither a command nor a server. ${hint}`)
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** Flags before the command's name count as well as those behind it. */
export function globalsOf(command: Command): GlobalOptions {
  const before: Values = command.parent?.opts() ?? {}
  const { json, quiet, color }: Values = { ...before, ...command.opts() }
  return { json: json ?? false, quiet: quiet ?? false, color: color ?? 'auto' }
}

export function captureOf(command: Command): CaptureOptions {
  const values: Values = command.opts()
  return {
    seconds: values.seconds ?? DEFAULT_SECONDS,
    folder: values.output,
    fullDump: values.fullDump ?? true,
    ...fetchOf(command),
  }
}

export function fetchOf(command: Command): FetchOptions {
  const values: Values = command.opts()
  return {
    timeoutSeconds: values.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    maxBytes: values.maxSize ?? DEFAULT_MAX_BYTES,
    headers: values.header ?? [],
  }
}

export function answerOf(command: Command): AnswerOptions {
  const values: Values = command.opts()
  return { src: values.src, all: values.all ?? false }
}
