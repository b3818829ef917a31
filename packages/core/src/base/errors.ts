/**
 * What goes wrong with bytes from strangers: an input that is not what it claims (`FormatError`), or one of which a
 * part is lost (`Problem`). Readers throw the first only when nothing at all can be shown, and note the second else.
 */

/** The input cannot be read at all. `offset` is the byte where it ceased to make sense. */
export class FormatError extends Error {
  readonly offset: number
  constructor(message: string, offset = 0) {
    super(message)
    this.name = 'FormatError'
    this.offset = offset
  }
}

/** A part of an input that is missing or damaged, and what was done about it. */
export type Problem = {
  /** Where in the (uncompressed) input, in bytes. */
  readonly offset: number
  /** What was expected and what was found. */
  readonly message: string
  /** What the reader did: what of the input is missing in the model because of it. */
  readonly lost: string
  /** True: the input ends there, or all behind that place is lost; else only that place is. */
  readonly cut?: boolean
}
