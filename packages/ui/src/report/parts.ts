/**
 * What a report brings along: one HTML file that is opened from a disk. Behind its first script (`boot.ts`) stand its
 * parts, as `cli/src/report/html.ts` writes them, each in pieces:
 *
 *   <script type="text/plain" data-part="worker.js" data-bytes="174000">…</script>
 *
 * `data-bytes` is how many bytes the text of a piece stands for (core: base/sevens.ts). A part is gzipped, but for a
 * capture that was no other way. The last part is called `end`: without it the file is cut.
 */

/** By name; bytes as they stand there. */
export type ReportParts = ReadonlyMap<string, Blob>

/** Where the first script leaves the parts for the page's. */
export const PARTS_KEY = 'unhangReport'

/** JSON: what `report-home.ts` reads of it. */
export const REPORT_PART = 'report.json'
export const PAGE_PART = 'page.js'
export const STYLE_PART = 'page.css'
export const WORKER_PART = 'worker.js'
export const END_PART = 'end'

/** The bytes of a capture, by its index in the report. */
export const capturePart = (index: number) => `capture/${index}`

/** A gzipped part, unpacked. */
export async function unpacked(part: Blob, type: string): Promise<Blob> {
  const stream = part.stream().pipeThrough(new DecompressionStream('gzip'))
  const chunks: BlobPart[] = []
  // Chunk by chunk: a `Response` of it would be a request, in the eyes of some content policies.
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return new Blob(chunks, { type })
    chunks.push(value)
  }
}
