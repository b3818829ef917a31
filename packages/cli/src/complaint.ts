/** What went wrong outside of this program, told in three lines: what was expected, what was found, what to do. */
import { printable } from './print/printable.ts'

/** Ends a command with exit status 2. All three texts may quote strangers; they are made printable when shown. */
export class Complaint extends Error {
  readonly expected: string
  readonly found: string
  readonly remedy: string

  constructor(expected: string, found: string, remedy: string) {
    super(`expected ${expected}, found ${found}`)
    this.name = 'Complaint'
    this.expected = expected
    this.found = found
    this.remedy = remedy
  }
}

/** The three lines, each ended. */
export function complaintText(complaint: Complaint): string {
  return [
    `unhang: expected  ${printable(complaint.expected)}`,
    `        found     ${printable(complaint.found)}`,
    `        do        ${printable(complaint.remedy)}`,
    '',
  ].join('\n')
}
