/** Hangs of the corpus that are not told yet as they should be, by what is wrong. A name that is told leaves this list. */
const MISSES: Readonly<Record<string, readonly string[]>> = {
  'named as worth a look alone': [
    'ctxignored',
    'ctxparent',
    'dropcancel',
    'selectgone',
    'selectsend',
    'stdinlock',
    'twinselect',
    'watchselect',
  ],
  'named as worth a look alone, as a worker that was started when it was needed looks the same': [
    'rangenotclosed',
    'relay',
    'tickerstop',
    'twin',
  ],
  'named as worth a look alone where it was seen for too short, on a busy machine': ['handlerleak'],
  'named with another cause': ['chanunderlock', 'panicskips', 'rwabba', 'rwstarved', 'semaleak', 'upgrade'],
}

/** Programs in which somebody is accused yet who is not stuck, by why it looks so. */
const ACCUSATIONS: Readonly<Record<string, readonly string[]>> = {
  'a goroutine that computes behind the lock counts as gone': ['computing'],
}

/** Why a case is not told right yet; undefined: it is. */
export function missOf(name: string): string | undefined {
  return reasonOf(MISSES, name)
}

/** Why somebody is accused yet; undefined: nobody is. */
export function accusationOf(name: string): string | undefined {
  return reasonOf(ACCUSATIONS, name)
}

function reasonOf(reasons: typeof MISSES, name: string): string | undefined {
  return Object.entries(reasons).find(([, names]) => names.includes(name))?.[0]
}

export const LISTED: readonly string[] = [MISSES, ACCUSATIONS].flatMap(reasons => Object.values(reasons).flat())
