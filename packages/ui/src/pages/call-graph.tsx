/** The call graph: boxes with what was spent, arrows with what of it is whose. A box leads to its callers and callees. */
import { formatCount, type Granularity } from '@unhang/core'
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { GraphAnswer, NamedPlace, ProfileAsk } from '../protocol/profiles.ts'
import { placeText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { GraphLayout, type Laid } from './graph-layout.ts'
import { Nothing } from './numbers.tsx'
import { PanZoom } from './pan-zoom.ts'
import { atPlace, goProfiles, isAt, totalOfHead } from './profile-place.ts'
import { NoProfile, ProfileSums } from './profile-sums.tsx'
import { safeGraph } from './safe-svg.ts'

export function CallGraphView({ ask }: { readonly ask: ProfileAsk }) {
  const { answer, error, isOld } = useAsked('callGraph', ask)
  const [laid, isLaying] = useLayout(answer)
  const isEmpty = answer !== undefined && (totalOfHead(answer.head, ask.weight) === 0 || !answer.picture)
  return (
    <>
      <ProfileSums ask={ask} head={answer?.head} more={answer ? shownText(answer, ask.granularity) : ''} />
      <div class="graph-room" aria-busy={isOld || isLaying}>
        {error ? <Nothing title={printable(error, 500)} /> : null}
        {answer && isEmpty ? <NoProfile ask={ask} head={answer.head} /> : null}
        {answer && !isEmpty && laid && 'error' in laid ? (
          <Nothing title="The call graph could not be drawn">
            <p>{printable(laid.error, 500)}. The flame graph and the table have the same numbers.</p>
          </Nothing>
        ) : null}
        {laid && 'svg' in laid && !isEmpty ? <Picture {...laid} /> : null}
        {answer && !isEmpty && !laid ? <p class="graph-coming dim">laying out the graph …</p> : null}
      </div>
    </>
  )
}

function shownText({ shown, functions }: GraphAnswer, granularity: Granularity): string {
  return shown < functions ? `${shown} of ${formatCount(functions)} ${granularity}; dashed arrows lead over others` : ''
}

type Laying = { readonly svg: string } & Pick<GraphAnswer, 'boxes' | 'hottest'>
type Shown = Laying | { readonly error: string }

/** The newest picture; while the next is laid out that before it. */
function useLayout(answer: GraphAnswer | undefined): [Shown | undefined, boolean] {
  const { home } = useContext(SessionContext)
  const layout = useRef<GraphLayout>(undefined)
  const [shown, setShown] = useState<{ readonly of: GraphAnswer; readonly laid: Shown }>()
  useEffect(() => {
    layout.current = new GraphLayout(() => home.startWorker('graph.js'))
    return () => layout.current?.end()
  }, [home])
  useEffect(() => {
    if (!answer?.picture) return
    layout.current?.ask(answer.picture, (laid: Laid) => {
      const { boxes, hottest } = answer
      setShown({ of: answer, laid: 'svg' in laid ? { svg: laid.svg, boxes, hottest } : laid })
    })
  }, [answer])
  return [shown?.laid, answer?.picture !== undefined && shown?.of !== answer]
}

/** Boxes in it are buttons; by keys it is moved as a whole. */
const PICTURE = { role: 'group', tabIndex: 0 } as const

function Picture({ svg, boxes, hottest }: Laying) {
  const session = useContext(SessionContext)
  const { at, line } = session.store.place.value.profiles
  const element = useRef<SVGSVGElement>(null)
  const view = useRef<PanZoom>(undefined)
  const [isBroken, setBroken] = useState(false)
  /** The whole name of the box that the pointer or the focus is at. */
  const [said, setSaid] = useState('')
  useLayoutEffect(() => {
    const graph = safeGraph(svg, document)
    setBroken(!graph)
    if (!graph || !element.current) return
    const nodes = [...graph.root.querySelectorAll('.node')]
    for (const box of nodes) nameBox(box)
    // What callers and callees are shown of is what somebody looks for; else it is what costs most.
    const first = nodes.find(box => isAt(placeOf(box, boxes), at, line)) ?? nodes.find(({ id }) => id === `n${hottest}`)
    element.current.replaceChildren(graph.root)
    view.current?.end()
    view.current = new PanZoom(element.current, graph, first)
    performance.mark('unhang:graph')
  }, [svg, boxes])
  useLayoutEffect(() => () => view.current?.end(), [])
  useLayoutEffect(() => {
    for (const box of element.current?.querySelectorAll('.node') ?? [])
      box.classList.toggle('active', isAt(placeOf(box, boxes), at, line))
  }, [svg, boxes, at, line])
  const boxOf = ({ target }: Event) => (target instanceof Element ? target.closest('.node') : null)
  const say = (event: Event) => {
    const box = boxOf(event)
    setSaid(box ? saidOf(placeOf(box, boxes)) : '')
  }
  const open = (event: Event) => {
    const box = boxOf(event)
    if (box && !view.current?.hasDragged) goProfiles(session, atPlace(placeOf(box, boxes)))
  }
  return (
    <>
      {isBroken ? <Nothing title="The call graph could not be drawn" /> : null}
      <svg
        ref={element}
        class="call-graph"
        {...PICTURE}
        aria-label="Call graph. Plus and minus zoom, arrows move, 0 shows all. Tab goes from box to box."
        data-scrolls=""
        onClick={open}
        onPointerOver={say}
        onFocusIn={say}
        onKeyDown={event => {
          if (event.key === 'Enter' && event.target !== event.currentTarget) open(event)
          else if (!view.current?.press(event.key)) return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <p class="graph-said code" aria-hidden="true">
        {printable(said, 300)}
      </p>
      <div class="graph-keys">
        <button type="button" class="icon" aria-label="zoom in" onClick={() => view.current?.press('+')}>
          +
        </button>
        <button type="button" class="icon" aria-label="zoom out" onClick={() => view.current?.press('-')}>
          −
        </button>
        <button type="button" onClick={() => view.current?.press('0')}>
          all
        </button>
      </div>
    </>
  )
}

const NOWHERE: NamedPlace = { name: '', file: '', line: 0 }

function placeOf(box: Element, boxes: readonly NamedPlace[]): NamedPlace {
  return boxes[Number(box.id.slice(1))] ?? NOWHERE
}

function saidOf({ name, file, line }: NamedPlace): string {
  return line === 0 ? name : `${name} ${placeText({ file, line })}`
}

function nameBox(box: Element): void {
  // What is read there is what is heard: its lines, with a space between two.
  const lines = [...box.querySelectorAll('text')]
  for (const line of lines) line.append(' ')
  box.setAttribute('role', 'button')
  box.setAttribute('tabindex', '0')
  box.setAttribute('aria-label', lines.map(({ textContent }) => textContent?.trim()).join(' '))
}
