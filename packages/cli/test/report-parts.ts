/** A report taken apart again, as its first script does it, but without a browser. */
import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { fromSevens, isGzip } from '@unhang/core'

export type Parted = {
  /** What stands before the first part: head, answer, first script. */
  readonly head: string
  /** Parts by name, as they lie there. */
  readonly parts: ReadonlyMap<string, Buffer>
}

const PIECE = /<script type="text\/plain" data-part="([\w./-]+)" data-bytes="(\d+)">([^<]*)<\/script>\n/y

/** Fails where anything stands between the parts or behind them that is none. */
export function parted(html: string): Parted {
  const begin = html.indexOf('<script type="text/plain"')
  const pieces = new Map<string, Buffer[]>()
  PIECE.lastIndex = begin
  let end = begin
  for (let match = PIECE.exec(html); match; match = PIECE.exec(html)) {
    const [, name, bytes, text] = match
    pieces.set(name, [...(pieces.get(name) ?? []), Buffer.from(fromSevens(text, Number(bytes)))])
    end = PIECE.lastIndex
  }
  assert.equal(html.slice(end), '</body>\n</html>\n')
  return {
    head: html.slice(0, begin),
    parts: new Map([...pieces].map(([name, all]) => [name, Buffer.concat(all)])),
  }
}

/** A part as it was before it was packed. */
export function plain({ parts }: Parted, name: string): Buffer {
  const bytes = parts.get(name)
  assert.ok(bytes, `the report has no part ${name}: ${[...parts.keys()].join(' ')}`)
  return isGzip(bytes) ? gunzipSync(bytes) : bytes
}

export const knownOf = (report: Parted) => JSON.parse(plain(report, 'report.json').toString())
