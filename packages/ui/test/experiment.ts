/** The experiment's captures, and what is true of each, for the tests of the page. */
import { join } from 'node:path'
import { ROOT } from './browser.ts'

const CAPTURES = join(ROOT, 'testdata/captures/go1.26.8')

export const FOLDER = join(CAPTURES, 'server-caught')
export const SERVER = join(FOLDER, 'server.trace')
export const DUMP = join(FOLDER, 'goroutines.debug2.txt')
export const CLIENT = join(CAPTURES, 'client-caught/server.trace')
export const FIXED = join(CAPTURES, 'server-fixed/server.trace')
export const SOURCE = join(ROOT, 'examples/go-lock')

/** Ten wait at `mu.Lock()`, a line of AcquireLock. */
export const TITLE = '10 goroutines wait for a lock that nobody is left to release'
export const LINE = 'server/main.go:41'
export const STUCK = [32, 33, 34, 35, 36, 37, 38, 39, 40, 42]
