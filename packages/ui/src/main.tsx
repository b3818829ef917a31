/** The page begins here: builds its parts, ties them together, opens what the server was started with. */
import { render } from 'preact'
import { App } from './pages/app.tsx'
import { PartsContext, SessionContext } from './pages/context.ts'
import { listenToDrops, listenToKeys, listenToPaste } from './pages/listeners.ts'
import { Session } from './pages/session.ts'
import { createTheme } from './pages/theme.ts'
import { createStore } from './state/store.ts'
import { createTimelineView } from './timeline/view.ts'

const session = new Session(createStore(), window, () => new Worker('worker.js'))
const theme = createTheme(window, () => session.timeline?.restyle())

render(
  <SessionContext.Provider value={session}>
    <PartsContext.Provider value={{ theme, createTimelineView }}>
      <App />
    </PartsContext.Provider>
  </SessionContext.Provider>,
  document.getElementById('page')!,
)
listenToKeys(session, window)
listenToDrops(session, window)
listenToPaste(session, window)
session.start()
