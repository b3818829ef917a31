/** What the demo says before, between and after its acts. */
import { formatBytes, formatCount } from '@unhang/core'
import type { Colors } from '../print/output.ts'
import { printable } from '../print/printable.ts'
import { viewCommand } from '../print/shell.ts'
import { FULL_GOROUTINES } from './amount.ts'
import type { Played } from './play.ts'

/** Where the experiment took place. */
export type Setting =
  | {
      readonly mode: 'live'
      readonly goVersion: string
      readonly goroutines: number
      readonly availableBytes: number
      /** The number of goroutines was asked for. */
      readonly asked: boolean
    }
  | { readonly mode: 'recorded'; readonly goVersion: string; readonly reason: string }

export function introduction(colors: Colors): string {
  return [
    colors.bold('The experiment: a gRPC server locks a mutex and forgets to unlock it.'),
    'Its client keeps ten calls in flight. The first is answered, then nothing moves.',
    '',
    '',
  ].join('\n')
}

export function settingText(setting: Setting): string {
  if (setting.mode === 'recorded')
    return `${printable(setting.reason)}\nWhat follows was recorded: the same experiment, run with ${setting.goVersion}.\n`
  const { goroutines, availableBytes, asked } = setting
  const many = `  the client has ${formatCount(goroutines)} goroutines`
  if (goroutines === FULL_GOROUTINES || asked) return `${many}\n`
  const full = formatCount(FULL_GOROUTINES)
  return `${many}: ${full} need 8 GB of free memory, and here are ${formatBytes(availableBytes)}\n`
}

export function closing(asExpected: boolean, colors: Colors): string {
  const verdict = asExpected
    ? colors.green('Each answer is the one that the experiment must give.')
    : colors.red('Not every answer is the one that the experiment must give: that is a bug, please report it.')
  return `\n${verdict}\nNow your own server, where it serves net/http/pprof: unhang HOST:PORT\n`
}

/** How to see the timelines of the server's capture and, where there is one, of the client's. */
export function timelineText(server: string, client: string | undefined, colors: Colors): string {
  const lines = [`${colors.bold('timeline')}   ${viewCommand(server)}`]
  if (client !== undefined) lines.push(`           ${viewCommand(client)}   (the client)`)
  return `\n${lines.join('\n')}\n`
}

export const DEMO_SCHEMA = 'unhang.demo/1'

/** For `--json`: where it was played, and each act with its diagnosis. */
export function demoJson(setting: Setting, played: readonly Played[], asExpected: boolean): string {
  return `${JSON.stringify({ schema: DEMO_SCHEMA, ...setting, asExpected, acts: played }, undefined, 2)}\n`
}
