/** What is listened to on the whole window: keys, and files that are held above it or dropped. */

import { hasGroupsShown } from '../state/store.ts'
import { commandOf } from '../timeline/keys.ts'
import { filesOfDrop } from './files.ts'
import { clearGroups, run } from './jumps.ts'
import type { Session } from './session.ts'

export function listenToKeys(session: Session, window: Window): void {
  window.document.addEventListener('keydown', event => {
    // The sheet has its own: Esc closes it, and nothing else should happen behind it.
    if (session.store.isHelpOpen.value) return
    const command = commandOf(event)
    if (command === undefined) return
    const isGroups = hasGroupsShown(session.store)
    if (command === 'search' || command === 'filter') {
      const own = isGroups ? '.groups-field input[data-first]' : `.${command}-box input`
      const field = window.document.querySelector<HTMLInputElement>(own)
      if (!field) return
      field.focus()
      field.select()
    } else if (session.store.phase.value !== 'open' && command !== 'help') return
    else if (isGroups) {
      if (command === 'help') run(session, command)
      else if (command === 'clear') clearGroups(session)
      else return
    } else if (session.timeline?.run(command) !== true) run(session, command)
    event.preventDefault()
  })
}

export function listenToDrops(session: Session, window: Window): void {
  const { document } = window
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
  document.addEventListener('dragover', event => {
    if (!hasFiles(event) || !event.dataTransfer) return
    // Else the browser would leave the page and show the file.
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    session.store.isDropping.value = true
  })
  document.addEventListener('dragleave', event => {
    // Moving from one element to the next leaves one, too.
    if (event.relatedTarget === null) session.store.isDropping.value = false
  })
  document.addEventListener('drop', event => {
    session.store.isDropping.value = false
    if (!event.dataTransfer || !hasFiles(event)) return
    event.preventDefault()
    filesOfDrop(event.dataTransfer).then(found => session.openFiles(found))
  })
}
