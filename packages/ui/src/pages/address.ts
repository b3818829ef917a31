/** The page's address and its history: each discrete step is an entry, movement changes the entry that is there. */
import { format, type Place, parse } from '../state/url.ts'

/**
 *   push      a step that "back" undoes: a selection, a filter, a jump, a page
 *   replace   a movement
 *   soon      a step that is still going on (a range under the pointer): becomes an entry once it rests
 */
export type Way = 'push' | 'replace' | 'soon'

/** Nobody draws a range without a rest at its end. */
const REST_MS = 300

export type Address = {
  read(): Place
  write(place: Place, way: Way): void
}

/** `onMove`: back, forward, or an address that was typed. */
export function createAddress(window: Window, onMove: (place: Place) => void): Address {
  let resting: { readonly timer: number; readonly place: Place } | undefined

  const put = (place: Place, isNew: boolean) => {
    const { pathname, search } = window.location
    const url = `${pathname}${search}${format(place)}`
    try {
      if (isNew && format(place) !== window.location.hash) window.history.pushState(undefined, '', url)
      else window.history.replaceState(undefined, '', url)
    } catch {
      // Safari refuses more than a hundred in thirty seconds; the next one comes through.
    }
  }

  const rest = () => {
    if (!resting) return
    window.clearTimeout(resting.timer)
    const { place } = resting
    resting = undefined
    put(place, true)
  }

  const move = () => {
    if (resting) window.clearTimeout(resting.timer)
    resting = undefined
    onMove(parse(window.location.hash))
  }
  // Back and forward fire both; the second finds nothing left to do.
  window.addEventListener('popstate', move)
  window.addEventListener('hashchange', move)
  window.addEventListener('pagehide', rest)

  return {
    read: () => parse(window.location.hash),
    write(place, way) {
      if (way === 'soon') {
        if (resting) window.clearTimeout(resting.timer)
        resting = { place, timer: window.setTimeout(rest, REST_MS) }
        return
      }
      // A movement while a step is going on belongs to that step.
      if (way === 'replace' && resting) resting = { ...resting, place }
      else {
        rest()
        put(place, way === 'push')
      }
    },
  }
}
