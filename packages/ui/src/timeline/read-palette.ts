/** The page's colours for a canvas, as its style sheet has them now. */
import { contrast, makePalette, type Palette, parseColour } from './palette.ts'

/** The browser resolves what the style sheet says, whatever syntax it is written in. `root`: an element of the page. */
export function readPalette(root: HTMLElement): Palette {
  const probe = document.createElement('span')
  probe.style.display = 'none'
  root.append(probe)
  const resolve = (name: string, fallback: string) => {
    probe.style.color = `var(${name}, ${fallback})`
    return getComputedStyle(probe).color
  }
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches
  const background = parseColour(resolve('--background', prefersDark ? '#14181d' : '#ffffff'))
  const white = { r: 255, g: 255, b: 255 }
  const palette = makePalette(background !== undefined && contrast(background, white) > 4.5, resolve)
  probe.remove()
  return palette
}
