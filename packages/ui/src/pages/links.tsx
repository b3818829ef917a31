/** Links that lead within the page: real addresses, which a click goes to without loading anything. */
import { type FrameText, isPlumbing, quoteExactly, type SpanLink } from '@unhang/core'
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import type { GroupPlace } from '../protocol.ts'
import { groupsPageOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { counted, functionText, placeText, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { jumpToLink } from './jumps.ts'

type StepLinkProps = {
  readonly href: string
  readonly title?: string | undefined
  readonly children: ComponentChildren
  onGo(): void
}

export function StepLink({ href, title, children, onGo }: StepLinkProps) {
  return (
    <a
      href={href}
      title={title}
      onClick={event => {
        // Into a new tab or window, as everywhere.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        onGo()
      }}
    >
      {children}
    </a>
  )
}

export function GoroutineLink({ link }: { readonly link: SpanLink }) {
  const session = useContext(SessionContext)
  const span = { goroutineId: link.id, timeNs: link.timeNs }
  const href = format({ ...session.store.place.value, span })
  return (
    <StepLink href={href} title={printable(link.name)} onGo={() => jumpToLink(session, link)}>
      {link.id}
    </StepLink>
  )
}

type GroupLinkProps = { readonly place: GroupPlace; readonly title: string; readonly children: ComponentChildren }

/** To a group of goroutines, whatever was filtered or compared before. */
export function GroupLink({ place: { of, key }, title, children }: GroupLinkProps) {
  const session = useContext(SessionContext)
  const { place } = session.store
  const change = { of, against: undefined, function: '', state: '', minutes: undefined, group: key }
  const href = format({
    ...place.value,
    page: groupsPageOf(session.store),
    groups: { ...place.value.groups, ...change },
  })
  return (
    <StepLink href={href} title={title} onGo={() => session.goGroups(change, 'push')}>
      {children}
    </StepLink>
  )
}

type FilterLinkProps = { readonly filter: string; readonly title?: string; readonly children: ComponentChildren }

export function FilterLink({ filter, title, children }: FilterLinkProps) {
  const session = useContext(SessionContext)
  const href = format({ ...session.store.place.value, filter })
  return (
    <StepLink href={href} title={title} onGo={() => session.go({ filter }, 'push')}>
      {children}
    </StepLink>
  )
}

/** A function's name as a link to those who have it in a stack. */
export function FunctionLink({ name }: { readonly name: string }) {
  if (name === '') return <span class="dim">unknown</span>
  return (
    <FilterLink filter={`fn:${quoteExactly(name)}`} title={`keep the goroutines with ${printable(name)}`}>
      <span class="code">{functionText(name)}</span>
    </FilterLink>
  )
}

function Frame({ frame, isOwn = false }: { readonly frame: FrameText; readonly isOwn?: boolean }) {
  return (
    <li class={isOwn ? 'own' : ''}>
      <FunctionLink name={frame.function} /> <span class="code dim">{placeText(frame)}</span>
    </li>
  )
}

/** More frames are a recursion. */
const FRAMES = 100

export function FrameList({ title, frames }: { readonly title: string; readonly frames: readonly FrameText[] }) {
  if (frames.length === 0) return null
  const own = frames.findIndex(frame => !isPlumbing(frame.function, frame.file))
  // One tells what is waited for; more of them tell how Go does it.
  const folded = own > 1 ? own - 1 : 0
  return (
    <section class="stack">
      <h3>{title}</h3>
      {folded > 0 ? (
        <details>
          <summary class="dim">{counted(folded, 'frame')} of the runtime</summary>
          <ol>
            {frames.slice(0, Math.min(folded, FRAMES)).map((frame, i) => (
              <Frame key={i} frame={frame} />
            ))}
          </ol>
        </details>
      ) : null}
      <ol>
        {frames.slice(folded, FRAMES).map((frame, i) => (
          <Frame key={i} frame={frame} isOwn={folded + i === own} />
        ))}
        {frames.length > FRAMES ? <li class="dim">and {frames.length - FRAMES} more</li> : null}
      </ol>
    </section>
  )
}
