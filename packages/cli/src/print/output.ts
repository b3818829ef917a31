/**
 * Where a command may write: data to standard output, everything else to standard error. Commands get this instead of
 * `process`, so that a test reads what they said.
 */
import pc from 'picocolors'

export type ColorChoice = 'auto' | 'always' | 'never'

/** The flags that every command takes. */
export type GlobalOptions = { readonly json: boolean; readonly quiet: boolean; readonly color: ColorChoice }

export type Colors = ReturnType<typeof pc.createColors>

/** For text that goes into a file. */
export const NO_COLORS: Colors = pc.createColors(false)

/** What this needs of a stream; `process.stdout` and `process.stderr` fit. */
export type Stream = { write(data: string | Uint8Array): unknown; readonly isTTY?: boolean; readonly columns?: number }

export type Output = {
  /** Data, to standard output. */
  readonly data: (text: string) => void
  /** The same, of what is no text. */
  readonly bytes: (bytes: Uint8Array) => void
  /** A remark, to standard error; silent with --quiet. */
  readonly remark: (text: string) => void
  /** An error, to standard error, always. */
  readonly error: (text: string) => void
  /** Colours for standard output; they do nothing where none are wanted. */
  readonly colors: Colors
  /** Does standard output go to somebody who sees colour? */
  readonly colored: boolean
  /** Does standard output go to a screen? */
  readonly isTerminal: boolean
  /** Columns of standard output; undefined where it is no terminal. */
  readonly columns: number | undefined
  /** Standard error, for the progress bar. */
  readonly screen: {
    readonly write: (text: string) => void
    readonly isTerminal: boolean
    readonly columns: number
    readonly colors: Colors
  }
}

type Environment = { readonly [name: string]: string | undefined }

/** Is colour wanted on this stream? NO_COLOR (https://no-color.org) counts when it is not empty. */
export function wantsColor(choice: ColorChoice, stream: Stream, env: Environment): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env.NO_COLOR || env.TERM === 'dumb') return false
  return stream.isTTY === true
}

/** Binds streams and flags together. */
export function createOutput(
  globals: Pick<GlobalOptions, 'quiet' | 'color'>,
  stdout: Stream,
  stderr: Stream,
  env: Environment,
): Output {
  const colored = wantsColor(globals.color, stdout, env)
  return {
    data: text => void stdout.write(text),
    bytes: bytes => void stdout.write(bytes),
    remark: text => void (globals.quiet || stderr.write(text)),
    error: text => void stderr.write(text),
    colors: pc.createColors(colored),
    colored,
    isTerminal: stdout.isTTY === true,
    // Some terminals say 0.
    columns: (stdout.isTTY && stdout.columns) || undefined,
    screen: {
      write: text => void (globals.quiet || stderr.write(text)),
      // A dumb terminal cannot go back to the line's begin.
      isTerminal: stderr.isTTY === true && env.TERM !== 'dumb',
      columns: stderr.columns || 80,
      colors: pc.createColors(wantsColor(globals.color, stderr, env)),
    },
  }
}
