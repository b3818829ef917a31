/** Typed arrays of an answer are moved to the page, not copied. */

type Packed = { readonly message: unknown; readonly transfer: ArrayBuffer[] }

/**
 * The answer with each typed array owning its buffer, and the list of these. A view on a larger buffer is copied: moving
 * it would take the rest along, and the model of the worker with it.
 */
export function packed(answer: unknown): Packed {
  const buffers = new Set<ArrayBuffer>()
  const message = own(answer, buffers)
  return { message, transfer: [...buffers] }
}

function own(value: unknown, buffers: Set<ArrayBuffer>): unknown {
  if (ArrayBuffer.isView(value)) return owned(value as Uint8Array<ArrayBuffer>, buffers)
  if (Array.isArray(value))
    return value.length > 0 && typeof value[0] === 'object' ? value.map(v => own(v, buffers)) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, own(part, buffers)]))
}

function owned(array: Uint8Array<ArrayBuffer>, buffers: Set<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const isWhole = array.byteLength === array.buffer.byteLength && !buffers.has(array.buffer)
  const mine = isWhole ? array : array.slice()
  buffers.add(mine.buffer)
  return mine
}
