/** A stretch of a layout: rows that are made when they are looked at, and found by their keys. */

import { lastAtMost } from '../../base/order.ts'
import type { Row } from '../model.ts'
import { capped } from '../texts.ts'

export type Part = {
  readonly rowCount: number
  rowAt(index: number): Row
  /** -1: not in this part. */
  indexOf(key: string): number
}

/** A stranger's names may be 100 kB long, and whoever draws a row measures all of its label. */
const MAX_LABEL = 200

export function shortened(text: string): string {
  return capped(text, MAX_LABEL)
}

export const PLAIN_ROW = { note: '', depth: 0, expanded: undefined, stuck: false } as const

/** A part of a few rows. */
export function partOf(rows: readonly Row[]): Part {
  const index = new Map(rows.map((row, i) => [row.key, i]))
  return { rowCount: rows.length, rowAt: i => rows[i], indexOf: key => index.get(key) ?? -1 }
}

/** Parents one after the other, each followed by its children while it is open. */
export class Outline {
  readonly rowCount: number
  private readonly starts: Uint32Array

  /** `childCounts`: by parent; 0 for a closed one. */
  constructor(childCounts: Uint32Array) {
    this.starts = new Uint32Array(childCounts.length)
    let rows = 0
    for (let parent = 0; parent < childCounts.length; parent++) {
      this.starts[parent] = rows
      rows += 1 + childCounts[parent]
    }
    this.rowCount = rows
  }

  /** Where the parent's own row stands; its children follow. */
  startOf(parent: number): number {
    return this.starts[parent]
  }

  /** What stands at an index: a parent (child -1) or one of its children. */
  at(index: number): { readonly parent: number; readonly child: number } {
    const parent = lastAtMost(this.starts, index)
    return { parent, child: index - this.starts[parent] - 1 }
  }
}
