/** Work in small pieces, as a generator that yields between them: who has others to serve lets these have their turn. */

/** undefined at the end of each piece. */
export type InTurns<T> = Generator<undefined, T>

/** All of it, in one go. */
export function inOneGo<T>(work: InTurns<T>): T {
  for (;;) {
    const piece = work.next()
    if (piece.done) return piece.value
  }
}
