/** The page begins here: builds its parts, ties them together, opens what it was started with. */
import { render } from 'preact'
import { App } from './pages/app.tsx'
import { PartsContext, SessionContext } from './pages/context.ts'
import type { Home } from './pages/home.ts'
import { listenToDrops, listenToKeys, listenToPaste } from './pages/listeners.ts'
import { createReportHome, reportParts } from './pages/report-home.ts'
import { SERVER_HOME } from './pages/served.ts'
import { Session } from './pages/session.ts'
import { createTheme } from './pages/theme.ts'
import { createStore } from './state/store.ts'
import { createTimelineView } from './timeline/view.ts'

function show(home: Home): void {
  const session = new Session(createStore(), window, home)
  const theme = createTheme(window, () => session.timeline?.restyle())
  const page = document.getElementById('page')!
  // The text that stands there without JavaScript, and in a report until now.
  page.replaceChildren()
  render(
    <SessionContext.Provider value={session}>
      <PartsContext.Provider value={{ theme, createTimelineView }}>
        <App />
      </PartsContext.Provider>
    </SessionContext.Provider>,
    page,
  )
  listenToKeys(session, window)
  listenToDrops(session, window)
  listenToPaste(session, window)
  session.start()
}

const parts = reportParts()
if (!parts) show(SERVER_HOME)
else
  createReportHome(parts).then(show, error => {
    document.getElementById('reading')!.textContent = `The timeline of this report cannot be shown: ${error}.`
  })
