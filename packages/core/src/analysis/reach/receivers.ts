/** Who is in methods of which type, and of which of its values. */

import { isClosure } from '../scene/names.ts'
import type { KinIndex } from './kin.ts'
import { type Reach, remembered } from './reach.ts'

/** Rows that are in methods of a type. */
export type OfType = {
  readonly all: readonly number[]
  /** By the address of the value, where the dump shows it. */
  readonly byAddress: ReadonlyMap<string, readonly number[]>
  /** Of which value is not shown. */
  readonly unknown: readonly number[]
}

export type Receivers = {
  /** The values of each type that a row is in methods of. */
  readonly of: (row: number) => ReadonlyMap<string, readonly string[]>
  readonly inMethodsOf: (type: string) => OfType
}

/** Of a crowd at one place a part tells as much. */
export const MAX_AT_PLACE = 64

export function receiversIn(reach: Reach, index: KinIndex): Receivers {
  const of = remembered(row => receiversOf(reach, row))
  const types = new Map<string, OfType>()
  return {
    of,
    inMethodsOf: type => {
      let known = types.get(type)
      if (!known) {
        known = ofType(type, index, of)
        types.set(type, known)
      }
      return known
    },
  }
}

function receiversOf(reach: Reach, row: number): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const { frame, address, receiver } of reach.pointers(row)) {
    if (!receiver || isClosure(frame.function)) continue
    const known = values.get(frame.receiver)
    if (known) known.push(address)
    else values.set(frame.receiver, [address])
  }
  return values
}

function ofType(type: string, index: KinIndex, of: Receivers['of']): OfType {
  const all: number[] = []
  const unknown: number[] = []
  const byAddress = new Map<string, number[]>()
  for (const place of index.ofType(type)) {
    for (const row of index.rowsAt(place).subarray(0, MAX_AT_PLACE)) {
      const values = of(row).get(type)
      all.push(row)
      if (!values) unknown.push(row)
      for (const address of values ?? []) {
        const rows = byAddress.get(address)
        if (rows) rows.push(row)
        else byAddress.set(address, [row])
      }
    }
  }
  return { all, byAddress, unknown }
}
