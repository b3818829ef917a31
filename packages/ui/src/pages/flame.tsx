/** The flame graph: the pointer and keys go from box to box, a click or Enter looks closer, Escape comes back. */
import { shareText, weightText } from '@unhang/core'
import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FlameAnswer, NamedPlace, ProfileAsk } from '../protocol/profiles.ts'
import { Advances, printableName } from '../timeline/texts.ts'
import { placeText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { PartsContext, SessionContext } from './context.ts'
import { boxAt, drawFlame, type FlameLook, hitsOf, neighbour, nextHit, pathTo, rowStarts } from './flame-picture.ts'
import { FlameTools } from './flame-tools.tsx'
import { Nothing } from './numbers.tsx'
import { atPlace, goProfiles, narrowProfile, totalOfHead } from './profile-place.ts'
import { NoProfile, ProfileSums } from './profile-sums.tsx'

export function FlameView({ ask }: { readonly ask: ProfileAsk }) {
  const { store } = useContext(SessionContext)
  const { isInverted, zoom, search } = store.place.value.profiles
  const room = useRef<HTMLDivElement>(null)
  const width = useWidth(room)
  const { answer, error, isOld } = useAsked(
    'flame',
    width > 0 ? { ...ask, isInverted, path: zoom, search, width } : undefined,
  )
  const hits = useMemo(() => (answer && search !== '' ? hitsOf(answer) : []), [answer, search])
  const [hit, step] = useHit(answer, hits, isOld)
  const isEmpty = answer !== undefined && totalOfHead(answer.head, ask.weight) === 0
  return (
    <>
      <ProfileSums
        ask={ask}
        head={answer?.head}
        {...(answer?.isCut ? { more: 'the deepest calls are summed up' } : {})}
      />
      <FlameTools ask={ask} answer={answer} hits={hits.length} hit={hit ? hits.indexOf(hit.box) : -1} onStep={step} />
      <div ref={room} class="flame-room" aria-busy={isOld}>
        {error ? <Nothing title={printable(error, 500)} /> : null}
        {answer && isEmpty ? <NoProfile ask={ask} head={answer.head} /> : null}
        {answer && !isEmpty ? (
          <Flame ask={ask} flame={answer} isSearch={search !== ''} hit={hit} onStep={step} />
        ) : null}
      </div>
    </>
  )
}

/** A box of one picture: of another it says nothing. */
type BoxOf = { readonly of: FlameAnswer; readonly box: number }

/** Where the steps from one marked box to the next are. What is asked for before they are known is done once they are. */
function useHit(
  flame: FlameAnswer | undefined,
  hits: readonly number[],
  isOld: boolean,
): [BoxOf | undefined, (isBack: boolean) => void] {
  const [hit, setHit] = useState<BoxOf>()
  const waiting = useRef<boolean>(undefined)
  const now = hit?.of === flame ? hit : undefined
  const step = (isBack: boolean) => {
    waiting.current = isOld ? isBack : undefined
    if (flame && !isOld && hits.length > 0) setHit({ of: flame, box: nextHit(hits, now?.box ?? -1, isBack) })
  }
  useEffect(() => {
    if (!isOld && waiting.current !== undefined) step(waiting.current)
  }, [flame, isOld])
  return [now, step]
}

/** In pixels of the device; 0: not known yet. */
function useWidth(room: { readonly current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = room.current!
    const measure = () => setWidth(Math.round(element.clientWidth * (window.devicePixelRatio || 1)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [room])
  return width
}

/** Its keys are its own, as the timeline's are. */
const APPLICATION = {
  role: 'application',
  'aria-roledescription': 'flame graph',
  'aria-label':
    'Flame graph. Arrows go from box to box, Enter looks closer, Escape shows all, c callers and callees, f focuses, i ignores, n the next that is marked.',
  tabIndex: 0,
} as const

/** Keys that do something with the function of a box. */
const NAMING = new Set(['c', 'f', 'i'])

type FlameProps = {
  readonly ask: ProfileAsk
  readonly flame: FlameAnswer
  readonly isSearch: boolean
  readonly hit: BoxOf | undefined
  onStep(isBack: boolean): void
}

function Flame({ ask, flame, isSearch, hit, onStep }: FlameProps) {
  const session = useContext(SessionContext)
  const { theme } = useContext(PartsContext)
  const themeName = theme.name.value
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [pointedAt, setPointedAt] = useState<BoxOf>()
  const [look, setLook] = useState<FlameLook>()
  const names = useMemo(() => flame.names.map(name => shownName(name)), [flame])
  const starts = useMemo(() => rowStarts(flame), [flame])
  const at = pointedAt?.of === flame ? pointedAt.box : -1
  const setActive = (box: number) => setPointedAt({ of: flame, box })
  const shown = useRef<Shown>(undefined)
  shown.current = { flame, active: at, look, isSearch, first: starts, names }

  useLayoutEffect(() => setLook(readLook(scroller.current!)), [themeName])
  const draw = () => shown.current && paint(canvas.current, scroller.current, shown.current)
  useLayoutEffect(draw)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(draw)
    observer.observe(scroller.current!)
    return () => observer.disconnect()
  }, [])

  const rowPx = (look?.row ?? 20) / (window.devicePixelRatio || 1)
  useLayoutEffect(() => {
    if (!hit) return
    setPointedAt(hit)
    reveal(scroller.current!, flame.depth[hit.box] * rowPx, rowPx)
  }, [hit])
  const zoomTo = (box: number) => {
    if (box < 0) return
    const to = flame.merged[box] > 0 ? flame.caller[box] : box
    goProfiles(session, { zoom: pathTo(flame, to) })
  }
  const pointed = (event: MouseEvent): number => {
    const { left, top } = scroller.current!.getBoundingClientRect()
    const dpr = window.devicePixelRatio || 1
    const row = Math.floor((event.clientY - top + scroller.current!.scrollTop) / rowPx)
    return boxAt(flame, starts, (event.clientX - left) * dpr, row)
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const from = at < 0 ? Math.max(0, flame.path.length) : at
    if (event.key === 'Enter' || event.key === ' ') zoomTo(from)
    else if (event.key === 'Escape') {
      if (flame.path.length === 0) return
      goProfiles(session, { zoom: [] })
    } else if (event.key === 'Backspace') goProfiles(session, { zoom: flame.path.slice(0, -1) })
    else if (NAMING.has(event.key) && flame.merged[from] === 0 && flame.key[from] >= 0 && from > 0) {
      const place = placeOfBox(flame, from)
      if (event.key === 'c') goProfiles(session, atPlace(place))
      else narrowProfile(session, event.key === 'f' ? 'focus' : 'ignore', place.name)
    } else if (isSearch && /^n$/i.test(event.key)) onStep(event.key === 'N')
    else if (/^Arrow|^Home$/.test(event.key)) {
      const to = at < 0 ? from : neighbour(flame, starts, from, event.key)
      setActive(to)
      reveal(scroller.current!, flame.depth[to] * rowPx, rowPx)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties */}
      <div
        ref={scroller}
        class="flame"
        {...APPLICATION}
        data-scrolls=""
        onScroll={draw}
        onKeyDown={press}
        onPointerMove={event => setActive(pointed(event))}
        onPointerLeave={() => setActive(-1)}
        onClick={event => zoomTo(pointed(event))}
      >
        <div class="flame-height" data-row={rowPx} style={{ height: `${flame.rows * rowPx}px` }}>
          <canvas ref={canvas} />
        </div>
      </div>
      <BoxLine ask={ask} flame={flame} box={at} />
    </>
  )
}

/** What a box is of; on its own boxes "all" stands, too. */
function placeOfBox({ names, name, file, line }: FlameAnswer, box: number): NamedPlace {
  return { name: names[name[box]], file: names[file[box]], line: line[box] }
}

function shownName(name: string): string {
  return name === '' ? 'no stack known' : printableName(name)
}

/** What the box is that the pointer or the keys are at. Heard, too. */
function BoxLine({ ask, flame, box }: { readonly ask: ProfileAsk; readonly flame: FlameAnswer; readonly box: number }) {
  const session = useContext(SessionContext)
  const whole = totalOfHead(flame.head, ask.weight)
  const at = box < 0 ? flame.path.length : box
  const merged = flame.merged[at]
  const place = placeOfBox(flame, at)
  const value = (amount: number) => `${weightText(amount, ask.weight)} (${shareText(amount, whole)})`
  return (
    <div class="flame-line">
      <span role="status" class="flame-said">
        {merged > 0 ? (
          <strong>{merged} functions too narrow to be drawn</strong>
        ) : (
          <strong class="code">{shownName(place.name)}</strong>
        )}{' '}
        <span class="flame-value">
          {merged === 0 && place.line > 0 ? <span class="code">{placeText(place)} </span> : null}
          {value(flame.total[at])}
          {merged > 0 ? null : <span class="dim"> · itself {value(flame.self[at])}</span>}
        </span>
      </span>
      {box < 0 && at > 0 ? (
        <>
          <button type="button" onClick={() => goProfiles(session, atPlace(place))}>
            callers and callees
          </button>
          <button type="button" onClick={() => goProfiles(session, { zoom: [] })}>
            show all
          </button>
        </>
      ) : null}
    </div>
  )
}

type Shown = {
  readonly flame: FlameAnswer
  readonly active: number
  readonly look: FlameLook | undefined
  readonly isSearch: boolean
  readonly first: Uint32Array
  readonly names: readonly string[]
}

/** As large as what is seen: a flame graph may be higher than a canvas can be. */
function paint(canvas: HTMLCanvasElement | null, scroller: HTMLDivElement | null, shown: Shown): void {
  const { flame, look, first, active, isSearch, names } = shown
  if (!canvas || !scroller || !look) return
  const dpr = window.devicePixelRatio || 1
  const width = Math.round(scroller.clientWidth * dpr)
  const height = Math.round(scroller.clientHeight * dpr)
  if (width < 1 || height < 1) return
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) return
  const top = Math.round(scroller.scrollTop * dpr)
  drawFlame(context, flame, first, look, { top, height, width, active, isSearch, names })
  performance.mark('unhang:flame')
}

function reveal(scroller: HTMLElement, y: number, height: number): void {
  if (y < scroller.scrollTop) scroller.scrollTop = y
  else if (y + height > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = y + height - scroller.clientHeight
}

const TONES = 8

/** The style sheet's colours and font, as pixels of the device. */
function readLook(root: HTMLElement): FlameLook {
  const style = getComputedStyle(root)
  const dpr = window.devicePixelRatio || 1
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const fontPx = Number.parseFloat(style.fontSize) * dpr
  const font = `${fontPx}px ${style.fontFamily}`
  const measuring = document.createElement('canvas').getContext('2d')!
  measuring.font = font
  return {
    row: Math.round(1.6 * fontPx),
    fontPx,
    font,
    advances: new Advances(text => measuring.measureText(text).width),
    tones: Array.from({ length: TONES }, (_, tone) => colour(`--tone-${tone}`)),
    merged: colour('--tone-merged'),
    mark: colour('--tone-mark'),
    text: colour('--text'),
    line: colour('--line'),
    background: colour('--background'),
  }
}
