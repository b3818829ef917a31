/**
 * Colours as the canvas needs them. They live in the style sheet as custom properties, by meaning; here they become
 * the 32-bit words of an ImageData and strings for text. The fallbacks are those of the design, so that a timeline
 * without its style sheet is still readable.
 */
import { PAINTS } from '@unhang/core'

/**
 * Indexes into `Palette.words`: first each `Paint`, then each `Paint` dimmed (a filter marks others), then the rest.
 */
export const Tone = {
  background: 2 * PAINTS,
  band: 2 * PAINTS + 1, //  behind headings
  stuck: 2 * PAINTS + 2, // hatching
  mark: 2 * PAINTS + 3, //  above spans that the filter marks
  tick: 2 * PAINTS + 4, //  CPU samples
  part: 2 * PAINTS + 5, //  + a paint, dimmed or not: between two boxes of it, where the background would say "nothing"
} as const
export const TONES = Tone.part + 2 * PAINTS

/** Custom properties, in the order of `Paint`. */
const PAINT_NAMES = ['running', 'runnable', 'waiting', 'syscall', 'gc', 'stw', 'user'] as const

const LIGHT: Readonly<Record<string, string>> = {
  running: '#499f81',
  runnable: '#e5c32a',
  waiting: '#c4ccd6',
  syscall: '#ab76bb',
  gc: '#e3471f',
  stw: '#8c1d0f',
  user: '#5b86c4',
  background: '#ffffff',
  text: '#1f2933',
  dimmed: '#5d6875',
  line: '#dde2e8',
  band: '#f1f4f7',
  stuck: '#1f2933',
  selection: '#1a5fd0',
}
const DARK: Readonly<Record<string, string>> = {
  running: '#72d5c7',
  runnable: '#fce368',
  waiting: '#6b7381',
  syscall: '#b27df3',
  gc: '#e1653f',
  stw: '#ff9d8a',
  user: '#7fa6e0',
  background: '#14181d',
  text: '#e6ebf0',
  dimmed: '#9aa5b1',
  line: '#2b323b',
  band: '#1d2329',
  stuck: '#f2f5f8',
  selection: '#6aa5ff',
}

export type Rgb = { readonly r: number; readonly g: number; readonly b: number }

export type Palette = {
  /** By tone: a pixel of an ImageData. */
  readonly words: Uint32Array
  /** By `Paint`: what is readable on it. */
  readonly textOn: readonly string[]
  /** By `Paint`, as css. */
  readonly paints: readonly string[]
  readonly background: string
  readonly band: string
  readonly text: string
  readonly dimmed: string
  readonly line: string
  readonly selection: string
  readonly stuck: string
}

/** How much of a colour is left where others are marked. */
const DIM = 0.3
/** How much of black is in the hair between two boxes of a colour. */
const PART = 0.3
const BLACK: Rgb = { r: 0, g: 0, b: 0 }

/** `resolve` gives the computed colour of a custom property, or the fallback's. */
export function makePalette(isDark: boolean, resolve: (name: string, fallback: string) => string): Palette {
  const fallbacks = isDark ? DARK : LIGHT
  const colour = (name: string): Rgb => {
    return parseColour(resolve(`--${name}`, fallbacks[name])) ?? parseColour(fallbacks[name])!
  }
  const background = colour('background')
  const words = new Uint32Array(TONES)
  const paints = PAINT_NAMES.map(colour)
  for (let paint = 0; paint < PAINTS; paint++) {
    const dim = mix(background, paints[paint], DIM)
    words[paint] = wordOf(paints[paint])
    words[paint + PAINTS] = wordOf(dim)
    words[Tone.part + paint] = wordOf(mix(paints[paint], BLACK, PART))
    words[Tone.part + PAINTS + paint] = wordOf(mix(dim, BLACK, PART))
  }
  words[Tone.background] = wordOf(background)
  words[Tone.band] = wordOf(colour('band'))
  words[Tone.stuck] = wordOf(colour('stuck'))
  words[Tone.mark] = wordOf(colour('selection'))
  words[Tone.tick] = wordOf(colour('text'))
  return {
    words,
    textOn: paints.map(paint => (contrast(paint, INK) >= contrast(paint, PAPER) ? cssOf(INK) : cssOf(PAPER))),
    paints: paints.map(cssOf),
    background: cssOf(background),
    band: cssOf(colour('band')),
    text: cssOf(colour('text')),
    dimmed: cssOf(colour('dimmed')),
    line: cssOf(colour('line')),
    selection: cssOf(colour('selection')),
    stuck: cssOf(colour('stuck')),
  }
}

const INK: Rgb = { r: 0x10, g: 0x15, b: 0x1a }
const PAPER: Rgb = { r: 255, g: 255, b: 255 }

/** What browsers write as a computed colour: "#rrggbb", "rgb(1, 2, 3)", "color(srgb 0.1 0.2 0.3)". */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim())
  if (hex !== null) return { r: parseInt(hex[1], 16), g: parseInt(hex[2], 16), b: parseInt(hex[3], 16) }
  const call = /^(rgba?|color)\((?:srgb\s)?\s*([\d.e-]+)[\s,]+([\d.e-]+)[\s,]+([\d.e-]+)/i.exec(text.trim())
  if (call === null) return undefined
  const scale = call[1].toLowerCase() === 'color' ? 255 : 1
  const [r, g, b] = [call[2], call[3], call[4]].map(part => Math.round(Number(part) * scale))
  return [r, g, b].every(part => part >= 0 && part <= 255) ? { r, g, b } : undefined
}

export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const at = (a: number, b: number) => Math.round(a + (b - a) * share)
  return { r: at(from.r, to.r), g: at(from.g, to.g), b: at(from.b, to.b) }
}

function cssOf({ r, g, b }: Rgb): string {
  return `rgb(${r}, ${g}, ${b})`
}

/** An ImageData holds R, G, B, A in this order of bytes: read as words, the order is the machine's. */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

export function wordOf({ r, g, b }: Rgb): number {
  return IS_LITTLE_ENDIAN
    ? ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
    : ((r << 24) | (g << 16) | (b << 8) | 255) >>> 0
}

/** Contrast of WCAG 2: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

function luminance({ r, g, b }: Rgb): number {
  const linear = (part: number) => (part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
