/** The session, for every component below the window. */
import { createContext } from 'preact'
import type { Session } from './session.ts'
import type { Theme } from './theme.ts'
import type { CreateTimelineView } from './timeline.tsx'

/** Filled in by `main.tsx` before anything is drawn. */
export const SessionContext = createContext<Session>(undefined as unknown as Session)

export type Parts = { readonly theme: Theme; readonly createTimelineView: CreateTimelineView }
export const PartsContext = createContext<Parts>(undefined as unknown as Parts)
