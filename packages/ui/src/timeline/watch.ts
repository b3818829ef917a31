/** Tells when the timeline's size, or how many pixels of the device make one of css, has changed. */
export function watchSize(root: HTMLElement, changed: () => void): { destroy(): void } {
  const listening = new AbortController()
  const observer = new ResizeObserver(changed)
  observer.observe(root)

  /** A query for a resolution holds until it changes; then the next one is for the new. */
  const watchResolution = () => {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    const onChange = () => {
      changed()
      watchResolution()
    }
    query.addEventListener('change', onChange, { once: true, signal: listening.signal })
  }
  watchResolution()
  // Some tell of a window on another screen by this alone.
  window.addEventListener('resize', changed, { signal: listening.signal })

  return {
    destroy: () => {
      observer.disconnect()
      listening.abort()
    },
  }
}

export function prefersStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches
}
