/** Whom to keep, in the words of `unhang dump`: a function, a state, minutes. Applied while they are typed. */
import { useContext } from 'preact/hooks'
import { type GroupsPlace, minutesOf, TEXT_LIMIT } from '../state/groups-url.ts'
import { SessionContext } from './context.ts'
import { TypedField } from './typed-field.tsx'

export function GroupFilters({ reasons }: { readonly reasons: readonly string[] }) {
  const session = useContext(SessionContext)
  const { function: name, state, minutes } = session.store.place.value.groups
  const set = (change: Partial<GroupsPlace>, way: 'push' | 'replace') => {
    const { groups } = session.store.place.peek()
    if (Object.entries(change).every(([key, to]) => groups[key as keyof GroupsPlace] === to)) return false
    session.goGroups(change, way)
    return true
  }
  const common = { limit: TEXT_LIMIT, listSelector: '.groups-table' }
  return (
    <div class="groups-filters">
      <TypedField
        {...common}
        name="function"
        label="function: keep the goroutines with it"
        hint="function: in any frame"
        value={name}
        isFirst={true}
        onText={(text, way) => set({ function: text }, way)}
      />
      <TypedField
        {...common}
        name="state"
        label="state: keep the goroutines with it"
        hint="state: mutex, chan send, running"
        value={state}
        choices={reasons}
        onText={(text, way) => set({ state: text }, way)}
      />
      <TypedField
        {...common}
        name="minutes"
        label="has waited for at least so many minutes"
        hint="minutes"
        value={minutes === undefined ? '' : String(minutes)}
        isNumber={true}
        isWrong={text => text.trim() !== '' && minutesOf(text.trim()) === undefined}
        onText={(text, way) => set({ minutes: minutesOf(text.trim()) }, way)}
      />
    </div>
  )
}
