/**
 * Whom one that waits for an RWMutex waits for, by the frames above its line (sync/rwmutex.go): a writer first locks the
 * inner Mutex against other writers, then shuts the door for new readers and waits until those inside have left.
 */
import type { Place } from '../scene/standing.ts'
import { plumbingDepth } from '../scene/waits.ts'

/**
 * `reader`: for a writer, that has the lock or waits for readers. `queued`: a writer behind another one. `draining`: a
 * writer that waits for readers inside; of each lock there is one at most. `none`: no RWMutex.
 */
export type Role = 'reader' | 'queued' | 'draining' | 'none'

export function roleOf({ frames, wait }: Place): Role {
  if (wait.kind !== 'rwmutex') return 'none'
  let inner = false
  for (let i = 0; i < plumbingDepth(frames); i++) {
    const name = frames[i].function
    if (READER.test(name)) return 'reader'
    if (INNER.test(name)) inner = true
    else if (name === 'sync.(*RWMutex).Lock') return inner ? 'queued' : 'draining'
  }
  return wait.what === 'sync.RWMutex.RLock' ? 'reader' : 'none'
}

const READER = /^sync\.(\(\*(RWMutex|rlocker)\)\.RLock|\(\*rlocker\)\.Lock|runtime_SemacquireRWMutexR)$/
const INNER = /^(internal\/)?sync\.\(\*Mutex\)\.(Lock|lockSlow)$/
