/** Ctrl-C while something is fetched: the first ends the fetching in order, the second ends the process. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs `work` with a signal that the first Ctrl-C aborts; the handlers are gone before and after. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const abort = () => {
    // Without handlers the next one has its usual effect.
    remove()
    controller.abort()
  }
  const remove = () => {
    for (const name of SIGNALS) process.removeListener(name, abort)
  }
  for (const name of SIGNALS) process.on(name, abort)
  try {
    return await work(controller.signal)
  } finally {
    remove()
  }
}

/** The signal, aborted as well when nobody reads standard output any more (`| head`): what never ends by itself ends then. */
export function whileRead(signal: AbortSignal): AbortSignal {
  const controller = new AbortController()
  process.stdout.once('error', () => controller.abort())
  return AbortSignal.any([signal, controller.signal])
}
