/** Gzips with the platform's own `CompressionStream`, in browsers and Node.js alike. */

/** Large enough that the number of writes costs nothing, small enough that not all of it waits in the stream. */
const CHUNK = 1 << 20

export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const { readable, writable } = new CompressionStream('gzip')
  const writer = writable.getWriter()
  const written = writeAll(writer, bytes)
  const chunks: Uint8Array[] = []
  const reader = readable.getReader()
  for (let next = await reader.read(); !next.done && next.value; next = await reader.read()) chunks.push(next.value)
  await written
  return joined(chunks)
}

type Sink = { write(chunk: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }

async function writeAll(writer: Sink, bytes: Uint8Array): Promise<void> {
  // Browsers' types tell shared memory apart; nobody hands that in.
  const plain = bytes as Uint8Array<ArrayBuffer>
  for (let at = 0; at < plain.length; at += CHUNK) await writer.write(plain.subarray(at, at + CHUNK))
  await writer.close()
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const made = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    made.set(chunk, at)
    at += chunk.length
  }
  return made
}
