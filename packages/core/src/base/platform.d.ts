/** The few things that Node.js and browsers both have and that are not part of the language. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(input: Uint8Array): string
}
declare class TextEncoder {
  encode(input: string): Uint8Array
}
declare function setTimeout(callback: () => void, delayMs: number): unknown
interface ByteStream {
  getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<void> }
}
interface ByteSink {
  getWriter(): { write(chunk: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> }
}
declare class DecompressionStream {
  constructor(format: 'gzip')
  readonly readable: ByteStream
  readonly writable: ByteSink
}
declare class CompressionStream {
  constructor(format: 'gzip')
  readonly readable: ByteStream
  readonly writable: ByteSink
}
