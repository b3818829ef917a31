/** Hangs of the corpus that are not told yet as they should be, by what is wrong. A name that is told leaves this list. */
const MISSES: Readonly<Record<string, readonly string[]>> = {
  'named as worth a look alone': [
    'ackpair',
    'barrier',
    'condforgot',
    'dropcancel',
    'flight',
    'inlinedwait',
    'lockedthread',
    'mapofchans',
    'methodvalue',
    'missedsignal',
    'noreply',
    'onlyone',
    'ownpool',
    'pausedpump',
    'pipereader',
    'pipewriter',
    'resultlater',
    'selectgone',
    'selectsend',
    'signalwrong',
    'stopself',
    'subtests',
    'timerdrain',
    'twin',
    'twincond',
    'twinselect',
    'xsemaphore',
  ],
  'not found': [
    'background',
    'batchlost',
    'heartbeat',
    'netpipe',
    'nilreceive',
    'nilsend',
    'sqlpool',
    'tickerstop',
    'twinbatch',
    'twinsend',
  ],
  'named with another cause': [
    'chanunderlock',
    'lockedsleep',
    'nestedread',
    'rwabba',
    'rwstarved',
    'semaleak',
    'stdinlock',
    'upgrade',
  ],
}

/** Programs in which somebody is accused yet who is not stuck, by why it looks so. */
const ACCUSATIONS: Readonly<Record<string, readonly string[]>> = {
  'a goroutine that computes behind the lock counts as gone': ['computing'],
  'a goroutine that sleeps counts as one that does not come back': ['slowfuture'],
  'a context that a signal ends counts as one that nobody ends': ['notifycontext'],
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
