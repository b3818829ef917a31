/** Nothing is open yet: what can be dropped, and how to get it. Or: how far what was given has come. */
import { formatBytes } from '@unhang/core'
import { useContext, useRef } from 'preact/hooks'
import type { Progress } from '../protocol.ts'
import type { Opening as File } from '../state/store.ts'
import { ProgressBar } from '../widgets/progress.tsx'
import { counted, lastParts, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { filesOfList } from './files.ts'

const EXAMPLES = [
  { command: 'unhang localhost:6060', does: 'capture a running server and say why it hangs' },
  { command: 'unhang view server.trace', does: 'show a trace here, with its answer' },
  {
    command: 'unhang capture localhost:6060 -o incident',
    does: 'save trace and dumps in a folder, to drop here later',
  },
]

export function Empty() {
  const { store } = useContext(SessionContext)
  const isSecond = store.opened.value !== undefined || store.trouble.value !== undefined
  return (
    <div class="empty">
      <section class="drop-area" aria-labelledby="drop-title">
        <h2 id="drop-title">{isSecond ? 'Nothing of this could be opened' : 'Drop a capture here'}</h2>
        <p>
          Go execution traces and goroutine dumps, of any Go version since 1.11, gzipped or not; several at once; or a
          folder that <code>unhang capture</code> wrote. Or paste the text of a dump. Nothing leaves this machine.
        </p>
        <Choosers />
      </section>
      <section class="examples" aria-labelledby="examples-title">
        <h2 id="examples-title">Or in a terminal</h2>
        <dl>
          {EXAMPLES.map(({ command, does }) => (
            <div key={command}>
              <dt>
                <code>{command}</code>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}

/** Known to every browser, to no standard, and so not to the types. */
const WHOLE_FOLDER = { webkitdirectory: true }

function Choosers() {
  const session = useContext(SessionContext)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const take = (input: HTMLInputElement) => {
    const found = filesOfList(input.files ?? [])
    input.value = ''
    session.openFiles(found)
  }
  return (
    <div class="choosers">
      <button type="button" class="strong" onClick={() => files.current?.click()}>
        choose files…
      </button>
      <button type="button" onClick={() => folder.current?.click()}>
        choose a folder…
      </button>
      <input ref={files} type="file" multiple hidden aria-label="capture files" onChange={e => take(e.currentTarget)} />
      <input
        ref={folder}
        type="file"
        {...WHOLE_FOLDER}
        hidden
        aria-label="folder of captures"
        onChange={e => take(e.currentTarget)}
      />
    </div>
  )
}

/** More bars do not fit on a screen; the others are counted. */
const BARS = 12

export function Opening() {
  const { store } = useContext(SessionContext)
  const openings = store.openings.value
  const more = openings.length - BARS
  return (
    <section class="opening" aria-labelledby="opening-title">
      <h2 id="opening-title">Opening {counted(openings.length, 'file')}</h2>
      {openings.slice(0, BARS).map((file, i) => (
        // Two files may have one name.
        <ProgressBar key={i} label={printable(lastParts(file.name), 80)} {...stateOf(file)} />
      ))}
      {more > 0 ? <p class="dim">and {counted(more, 'more file')}</p> : null}
    </section>
  )
}

/** Fetching is a small part of it; a bar that starts anew with each stage would look as if it had lost something. */
const PARTS: { readonly [stage in Progress['stage']]?: readonly [from: number, to: number] } = {
  fetching: [0, 0.15],
  unpacking: [0.15, 0.3],
}
const READING = [0.3, 1] as const

function stateOf({ size, progress }: File): { readonly share: number; readonly text: string } {
  if (!progress) return { share: 0, text: formatBytes(size) }
  const { stage, done, total } = progress
  const [from, to] = PARTS[stage] ?? READING
  const share = total > 0 ? Math.min(1, done / total) : 0
  if (stage === 'reading' && share >= 1) return { share: 1, text: `read, ${formatBytes(total)}` }
  return { share: from + share * (to - from), text: `${stage} ${formatBytes(done)} of ${formatBytes(total)}` }
}
