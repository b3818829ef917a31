/** Light or dark: the system's, until a button says otherwise. */
import { type Signal, signal } from '@preact/signals'
import { recall, remember } from './memory.ts'

export type ThemeName = 'light' | 'dark'

export type Theme = { readonly name: Signal<ThemeName>; toggle(): void }

const KEY = 'unhang.theme'

/** `onChange`: the style sheet's colours are others now. */
export function createTheme(window: Window, onChange: () => void): Theme {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const known = recall(KEY)
  let chosen: ThemeName | undefined = known === 'light' || known === 'dark' ? known : undefined
  const systems = (): ThemeName => (dark.matches ? 'dark' : 'light')
  const name = signal(chosen ?? systems())

  const set = (to: ThemeName) => {
    name.value = to
    window.document.documentElement.dataset.theme = to
    onChange()
  }
  set(name.value)
  dark.addEventListener('change', () => chosen ?? set(systems()))
  return {
    name,
    toggle() {
      const to = name.value === 'dark' ? 'light' : 'dark'
      // Back at what the system says there is nothing to remember, and its changes count again.
      chosen = to === systems() ? undefined : to
      remember(KEY, chosen)
      set(to)
    },
  }
}
