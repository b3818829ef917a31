/** The sheet of all keys, made from the same table as the listener. */
import { useContext, useEffect, useRef } from 'preact/hooks'
import { KEY_BINDINGS, keyWords } from '../timeline/keys.ts'
import { SessionContext } from './context.ts'
import { GRID_KEYS } from './group-keys.ts'

const POINTER = [
  ['wheel', 'zoom at the pointer'],
  ['shift + wheel, drag', 'move'],
  ['click', 'select a span'],
  ['shift + drag', 'select a range: its length and sums'],
]

const PROFILES = [
  ['arrows', 'from box to box of a flame graph; move a call graph'],
  ['Enter, click', 'look closer at a box; callers and callees'],
  ['Esc', 'show all of a flame graph'],
  ['Backspace', 'one step back out of it'],
  ['c', 'callers and callees of a box'],
  ['f, i', 'only stacks with its function; without them'],
  ['n N', 'next and previous box that is marked'],
  ['+ − 0', 'zoom a call graph; show all of it'],
]

const FILTERS = [
  ['fn:AcquireLock', 'goroutines with this function in a stack'],
  ['reason:mutex longer:10ms', 'those that waited so, that long'],
  ['with:g41', 'those that woke goroutine 41, or were woken by it'],
]

export function Help() {
  const { store } = useContext(SessionContext)
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = store.isHelpOpen.value
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    if (!isOpen && dialog.current?.open) dialog.current.close()
  }, [isOpen])
  const close = () => {
    store.isHelpOpen.value = false
  }
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <div class="help-head">
        <h2 id="help-title">Keys</h2>
        <button type="button" class="plain icon" aria-label="close" onClick={close}>
          <span aria-hidden="true">×</span>
        </button>
      </div>
      <div class="help-body">
        <dl class="keys">
          {KEY_BINDINGS.map(binding => (
            <Key key={binding.command} {...binding} />
          ))}
        </dl>
        <div>
          <h3>Tables</h3>
          <dl class="keys">
            <Key keys={['/']} does="to what narrows it, where there is such a field" />
            {GRID_KEYS.map(binding => (
              <Key key={binding.command} {...binding} />
            ))}
          </dl>
          <h3>Profiles</h3>
          <Pairs pairs={PROFILES} />
          <h3>Pointer</h3>
          <Pairs pairs={POINTER} />
          <h3>Filters</h3>
          <Pairs pairs={FILTERS} />
        </div>
      </div>
    </dialog>
  )
}

function Key({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <div>
      <dt>
        {keyWords({ keys }).map(word => (
          <kbd key={word}>{word}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </div>
  )
}

function Pairs({ pairs }: { readonly pairs: readonly (readonly string[])[] }) {
  return (
    <dl class="keys">
      {pairs.map(([name, does]) => (
        <div key={name}>
          <dt>
            <kbd>{name}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  )
}
