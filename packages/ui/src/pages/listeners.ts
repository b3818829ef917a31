/** What is listened to on the whole window: keys, files that are held above it or dropped, and text that is pasted. */

import { hasGroupsShown, hasTimelineShown } from '../state/store.ts'
import { commandOf } from '../timeline/keys.ts'
import { filesOfDrop, filesOfList, textFile } from './files.ts'
import { clearGroups, run } from './jumps.ts'
import type { Session } from './session.ts'

export function listenToKeys(session: Session, window: Window): void {
  window.document.addEventListener('keydown', event => {
    // The sheet has its own: Esc closes it, and nothing else should happen behind it. The store hears of that late.
    if (window.document.querySelector('dialog[open]')) return
    const command = commandOf(event)
    if (command === undefined) return
    const isGroups = hasGroupsShown(session.store)
    const isNumbers = !isGroups && !hasTimelineShown(session.store)
    if (command === 'search' || command === 'filter') {
      const own = isGroups || isNumbers ? 'input[data-first]' : `.${command}-box input`
      const field = window.document.querySelector<HTMLInputElement>(own)
      if (!field) return
      field.focus()
      field.select()
    } else if (session.store.phase.value !== 'open' && command !== 'help') return
    else if (isGroups) {
      if (command === 'help') run(session, command)
      else if (command === 'clear') clearGroups(session)
      else return
    } else if (isNumbers) {
      if (command === 'help') run(session, command)
      else if (command === 'clear' && session.store.place.value.range) session.go({ range: undefined }, 'push')
      else return
    } else if (session.timeline?.run(command) !== true) run(session, command)
    event.preventDefault()
  })
}

/** Dumps come by chat: whoever copied one needs no file of it. */
export function listenToPaste(session: Session, window: Window): void {
  window.document.addEventListener('paste', event => {
    const { target, clipboardData } = event
    // Fields have their own.
    if (!clipboardData || (target as Element | null)?.closest?.('input, textarea, select')) return
    const files = filesOfList(clipboardData.files)
    const text = clipboardData.getData('text/plain')
    if (files.length === 0 && text.trim() === '') return
    event.preventDefault()
    // What is open is not given up for a word that was in the clipboard.
    if (files.length === 0 && session.store.phase.value === 'open' && !GOROUTINE.test(text))
      session.store.notice.value = 'no goroutine is in what was pasted: what is open stays'
    else session.openFiles(files.length > 0 ? files : [textFile('pasted text', text)])
  })
}

/** As dumps of each form have it somewhere. */
const GOROUTINE = /goroutine/

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
