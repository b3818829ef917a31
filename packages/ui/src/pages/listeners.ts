/** What is listened to on the whole window: keys, and files that are held above it or dropped. */
import { commandOf } from '../timeline/keys.ts'
import { filesOfDrop } from './files.ts'
import { run } from './jumps.ts'
import type { Session } from './session.ts'

export function listenToKeys(session: Session, window: Window): void {
  window.document.addEventListener('keydown', event => {
    // The sheet has its own: Esc closes it, and nothing else should happen behind it.
    if (session.store.isHelpOpen.value) return
    const command = commandOf(event)
    if (command === undefined) return
    if (command === 'search' || command === 'filter') {
      const field = window.document.querySelector<HTMLInputElement>(`.${command}-box input`)
      if (!field) return
      field.focus()
      field.select()
    } else if (session.store.phase.value !== 'open' && command !== 'help') return
    else if (session.timeline?.run(command) !== true) run(session, command)
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
