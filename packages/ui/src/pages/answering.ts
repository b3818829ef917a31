/**
 * When the worker is asked for the answer: once the first picture is there. It does one thing at a time, and whoever opens
 * a capture should see something of it before that is thought about.
 */
import type { Client } from '../client.ts'
import type { Answered, Requests } from '../protocol.ts'
import { hasGroupsShown, hasNumbersShown, type Store, traceOf } from '../state/store.ts'
import { groupsAskOf } from './moments.ts'

export class Answering {
  private readonly store: Store
  private readonly client: Client
  private readonly isHidden: () => boolean
  /** Asks; undefined: nothing is due. */
  private due: (() => void) | undefined
  /** The user moved in the timeline, and is not where an address said. */
  hasMoved = false
  private hasTimeline = false
  private hasGroups = false

  /** `isHidden`: nobody sees the window, and so no picture comes. */
  constructor(store: Store, client: Client, isHidden: () => boolean) {
    this.store = store
    this.client = client
    this.isHidden = isHidden
  }

  /** Something else is being opened. */
  forget(): void {
    this.due = undefined
    this.hasMoved = false
    this.hasTimeline = false
    this.hasGroups = false
  }

  /** The answer to what was just opened, when its time has come. Rejects as the client does. */
  async answer(asked: Requests['answer']['ask']): Promise<Answered> {
    const { store, client } = this
    await new Promise<void>(resolve => {
      this.due = resolve
      this.look()
    })
    const { opened } = store
    const of = opened.value
    return client.answer(asked, progress => {
      if (opened.value === of) store.analysis.value = progress
    })
  }

  /** A picture of the timeline, or of the groups, is there, or cannot come. */
  seen(what: 'timeline' | 'groups'): void {
    if (what === 'timeline') this.hasTimeline = true
    else this.hasGroups = true
    this.look()
  }

  /** Another page is shown, or the window is hidden: another picture is due, or none. */
  look(): void {
    if (!this.due || !(this.isHidden() || this.hasPicture())) return
    const { due } = this
    this.due = undefined
    due()
  }

  private hasPicture(): boolean {
    const { store } = this
    // What an address names may stand in the answer's trace, or moment: that comes with it.
    if (hasGroupsShown(store)) return this.hasGroups || groupsAskOf(store) === undefined
    // Its questions are answered between the steps of a diagnosis.
    if (hasNumbersShown(store)) return true
    return this.hasTimeline || traceOf(store) === undefined
  }
}
