/** Asks the page's own server what the source says to an answer: it has the source, and the worker has the captures. */
import { type DiagnoseInput, type Diagnosis, standingsOf } from '@unhang/core'
import type { Told } from '../protocol.ts'

/** Without a server, or without an answer of it, the answer is as it was. */
export async function toldBySource(diagnosis: Diagnosis, inputs: readonly DiagnoseInput[]): Promise<Told> {
  const asked = { diagnosis, processes: standingsOf(inputs) }
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch('source', { method: 'POST', headers, body: JSON.stringify(asked) })
    return (response.ok && toldOf(await response.json(), diagnosis)) || { diagnosis, hasSource: false }
  } catch {
    return { diagnosis, hasSource: false }
  }
}

/** A page may meet a server of another version. */
export function toldOf(value: unknown, asked: Diagnosis): Told | undefined {
  const { diagnosis, isHere } = (value ?? {}) as { readonly diagnosis?: Diagnosis; readonly isHere?: unknown }
  if (diagnosis?.schema !== asked.schema || !Array.isArray(diagnosis.findings)) return undefined
  return { diagnosis, hasSource: isHere === true }
}
