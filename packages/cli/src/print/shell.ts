/** Commands that are printed to be copied: what a shell would take apart is quoted. */
import { printable } from './printable.ts'

/** `unhang view 'my capture'`. */
export function viewCommand(name: string): string {
  return `unhang view ${shellWord(name)}`
}

/** `unhang diagnose 'my capture'`. */
export function diagnoseCommand(name: string): string {
  return `unhang diagnose ${shellWord(name)}`
}

/** As a POSIX shell and PowerShell take it; a name that begins with a dash passes for no option. */
export function shellWord(name: string): string {
  const word = printable(name.startsWith('-') ? `./${name}` : name, 4000)
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
