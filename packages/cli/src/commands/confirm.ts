/** A question that Enter answers with yes. */
import { createInterface } from 'node:readline'

type Ends = { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream }

/** Are there people at both ends? Nobody else is asked. */
export function isConversation(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY)
}

/** Ctrl-C, Ctrl-D and everything that does not begin like yes are no. */
export function confirm(
  question: string,
  { input, output }: Ends = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  const lines = createInterface({ input, output })
  return new Promise(resolve => {
    lines.on('close', () => resolve(false))
    lines.question(`${question} [Y/n] `, answer => {
      resolve(/^\s*(?:$|y)/i.test(answer))
      lines.close()
    })
  })
}
