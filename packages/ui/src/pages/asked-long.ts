/** As `useAsked`, of what may take long: it tells how far it has come, and a newer question takes the place of the one before. */
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { Superseded } from '../client.ts'
import type { Progress, RequestName, Requests } from '../protocol.ts'
import { type Asked, wordsOf } from './asked.ts'
import { SessionContext } from './context.ts'

/** An answer that comes within it is waited for: a range that is drawn shows those on its way. */
const GIVEN_MS = 200
/** A bar that is there for a blink tells nobody anything. */
const UNTOLD_MS = 500

export type LongAsked<N extends RequestName> = Asked<N> & {
  /** What `answer` is the answer to. */
  readonly of: Requests[N]['ask'] | undefined
  /** undefined: it has not taken long until now. */
  readonly progress: Progress | undefined
}

const NOTHING = { answer: undefined, error: undefined, key: '', of: undefined }

/** The worker gives up what is asked anew. `stop` is asked where nobody looks any more. */
export function useAskedLong<N extends RequestName>(
  name: N,
  ask: Requests[N]['ask'] | undefined,
  stop: RequestName,
): LongAsked<N> {
  const { ask: send, store } = useContext(SessionContext)
  const opened = store.opened.value
  const [shown, setShown] = useState<Omit<LongAsked<N>, 'isOld' | 'progress'> & { readonly key: string }>(NOTHING)
  const [progress, setProgress] = useState<Progress | undefined>()
  const key = ask === undefined ? '' : JSON.stringify([name, ask])
  const wanted = useRef({ key, ask, opened })
  wanted.current = { key, ask, opened }
  const asked = useRef({ number: 0, key: '', opened, atMs: 0, timer: 0, isBusy: false, isGone: false })

  useEffect(() => {
    // Another capture has other answers to the same question.
    setShown(NOTHING)
  }, [opened])

  useEffect(() => {
    const last = asked.current
    const begin = async () => {
      window.clearTimeout(last.timer)
      const now = wanted.current
      const isSame = last.key === now.key && last.opened === now.opened
      if (now.ask === undefined || isSame || last.isGone) return
      const number = last.number + 1
      Object.assign(last, { number, key: now.key, opened: now.opened, atMs: performance.now(), isBusy: true })
      const told = (at: Progress) => {
        if (last.number === number && performance.now() - last.atMs > UNTOLD_MS) setProgress(at)
      }
      const result = await send(name, now.ask, told).then(
        answer => ({ answer, error: undefined }),
        error => (error instanceof Superseded ? undefined : { answer: undefined, error: wordsOf(error) }),
      )
      // One that was given up has nothing to say; it may have been answered all the same.
      const isNewest = last.number === number
      if (result && now.opened === wanted.current.opened && (isNewest || result.answer !== undefined))
        setShown({ ...result, key: now.key, of: now.ask })
      if (!isNewest) return
      last.isBusy = false
      setProgress(undefined)
      begin()
    }
    const leftMs = last.isBusy && last.opened === opened ? GIVEN_MS - (performance.now() - last.atMs) : 0
    window.clearTimeout(last.timer)
    if (leftMs > 0) last.timer = window.setTimeout(begin, leftMs)
    else begin()
  }, [key, opened, name, send])

  useEffect(
    () => () => {
      const last = asked.current
      last.isGone = true
      window.clearTimeout(last.timer)
      // The worker may be no more.
      if (last.isBusy) send(stop, {} as never).catch(() => {})
    },
    [],
  )

  const isOld = key !== '' && shown.key !== key
  return { answer: shown.answer, error: isOld ? undefined : shown.error, isOld, of: shown.of, progress }
}
