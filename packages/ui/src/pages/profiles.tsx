/** The page "profiles": where goroutines waited, called and ran, as a flame graph, a call graph and a table. */
import { useContext } from 'preact/hooks'
import { Around } from './around.tsx'
import { CallGraphView } from './call-graph.tsx'
import { SessionContext } from './context.ts'
import { FlameView } from './flame.tsx'
import { Numbers } from './numbers.tsx'
import { ProfileControls } from './profile-controls.tsx'
import { profileAskOf } from './profile-place.ts'
import { ProfileTop } from './profile-top.tsx'

export function Profiles() {
  return (
    <Numbers name="profiles" about="where the time went">
      <Content />
    </Numbers>
  )
}

function Content() {
  const { store } = useContext(SessionContext)
  const { view, at } = store.place.value.profiles
  const ask = profileAskOf(store)
  return (
    <div class="profiles">
      <ProfileControls ask={ask} />
      <div class="profiles-views">
        <div class="profiles-view">
          {view === 'flame' ? <FlameView ask={ask} /> : null}
          {view === 'graph' ? <CallGraphView ask={ask} /> : null}
          {view === 'top' ? <ProfileTop ask={ask} /> : null}
        </div>
        {at === '' ? null : <Around ask={ask} name={at} />}
      </div>
    </div>
  )
}
