/** Said once where none of the source is here: it often ends the search, and may tell who is stuck for sure. */
import { useContext } from 'preact/hooks'
import { SessionContext } from './context.ts'

export function NoSource() {
  const { store } = useContext(SessionContext)
  if (store.answered.value?.hasSource !== false) return null
  return (
    <p class="dim no-source">
      No source of this is here. With it the answer says more:{' '}
      <code>unhang {store.report.value ? 'report' : 'view'} … --src DIR</code>
    </p>
  )
}
