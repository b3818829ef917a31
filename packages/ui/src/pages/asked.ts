/** What a page shows of the worker: asked again whenever the question changes, one question on its way at a time. */
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { Crashed, Superseded } from '../client.ts'
import type { RequestName, Requests } from '../protocol.ts'
import { messageOf } from '../words.ts'
import { SessionContext } from './context.ts'

export type Asked<N extends RequestName> = {
  /** The newest; while the next is on its way that before it, so that nothing blinks. */
  readonly answer: Requests[N]['answer'] | undefined
  /** Why there is none, in the worker's words. */
  readonly error: string | undefined
  /** What is shown is not what is asked: the answer is on its way. */
  readonly isOld: boolean
}

const NOTHING = { answer: undefined, error: undefined, key: '' }

/**
 * `ask` undefined: nothing is asked. While the worker is at one question only the last of those that come meanwhile is
 * kept: a range that is drawn asks a hundred times a second. `beside`: what the answer depends on besides; when another is
 * there the same is asked again, and what is shown meanwhile is not called old.
 */
export function useAsked<N extends RequestName>(
  name: N,
  ask: Requests[N]['ask'] | undefined,
  beside?: unknown,
): Asked<N> {
  const { ask: send, store } = useContext(SessionContext)
  const opened = store.opened.value
  const [shown, setShown] = useState<Omit<Asked<N>, 'isOld'> & { readonly key: string }>(NOTHING)
  const key = ask === undefined ? '' : JSON.stringify([name, ask])
  const wanted = useRef({ key, ask, opened, beside })
  wanted.current = { key, ask, opened, beside }
  const isBusy = useRef(false)

  useEffect(() => {
    // Another capture has other answers to the same question.
    setShown(NOTHING)
  }, [opened])

  useEffect(() => {
    const next = async () => {
      const { key: asked, ask: question, opened: of, beside: by } = wanted.current
      if (question === undefined || isBusy.current) return
      isBusy.current = true
      const result = await send(name, question).then(
        answer => ({ answer, error: undefined, key: asked }),
        error => (error instanceof Superseded ? undefined : { answer: undefined, error: wordsOf(error), key: asked }),
      )
      isBusy.current = false
      if (result && of === wanted.current.opened) setShown(result)
      const { current } = wanted
      if (current.key !== asked || current.opened !== of || current.beside !== by) next()
    }
    next()
  }, [key, opened, name, send, beside])

  const isOld = key !== '' && shown.key !== key
  return { answer: shown.answer, error: isOld ? undefined : shown.error, isOld }
}

/** Why there is no answer. */
export function wordsOf(error: unknown): string {
  return error instanceof Crashed ? 'the reader of this page stopped' : messageOf(error)
}
