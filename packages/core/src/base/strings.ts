/**
 * Strings stay bytes of the input until somebody asks for the text: a trace may carry a million log messages, and a
 * page shows forty. A row is an index; row 0 is the empty string. Equal strings have equal rows, except for messages
 * of logs: those are not compared while reading, see `StringInterner`.
 */

const NO_BYTES = new Uint8Array(0)

/** Reads rows; made by `StringInterner.freeze`. */
export class StringTable {
  readonly length: number
  private readonly source: Uint8Array
  private readonly start: Uint32Array
  private readonly size: Int32Array
  private readonly made: ReadonlyMap<number, string>
  private readonly decoded: (string | undefined)[] = []
  private readonly decoder = new TextDecoder()

  constructor(
    length: number,
    source: Uint8Array,
    start: Uint32Array,
    size: Int32Array,
    made: ReadonlyMap<number, string>,
  ) {
    this.length = length
    this.source = source
    this.start = start
    this.size = size
    this.made = made
  }

  /** The text of a row; '' for row -1 (none). Broken UTF-8 comes as U+FFFD. */
  text(row: number): string {
    if (row <= 0) return ''
    const known = this.decoded[row]
    if (known !== undefined) return known
    const size = this.size[row]
    const text =
      size < 0
        ? (this.made.get(row) ?? '')
        : this.decoder.decode(this.source.subarray(this.start[row], this.start[row] + size))
    this.decoded[row] = text
    return text
  }

  /** The bytes of a row, without decoding it: a view that is not to be written. */
  bytes(row: number): Uint8Array {
    if (row <= 0) return NO_BYTES
    const size = this.size[row]
    if (size < 0) return new TextEncoder().encode(this.made.get(row) ?? '')
    return this.source.subarray(this.start[row], this.start[row] + size)
  }

  /** Length of a row in bytes of UTF-8, without decoding it (made-up strings count characters). */
  byteLength(row: number): number {
    if (row <= 0) return 0
    const size = this.size[row]
    return size < 0 ? (this.made.get(row) ?? '').length : size
  }
}

/** A table with a few rows more behind its own: row `table.length` is the first of `more`. */
export class MoreStrings extends StringTable {
  private readonly table: StringTable
  private readonly more: readonly string[]

  constructor(table: StringTable, more: readonly string[]) {
    super(table.length + more.length, NO_BYTES, new Uint32Array(0), new Int32Array(0), new Map())
    this.table = table
    this.more = more
  }

  override text(row: number): string {
    return row < this.table.length ? this.table.text(row) : (this.more[row - this.table.length] ?? '')
  }

  override bytes(row: number): Uint8Array {
    return row < this.table.length ? this.table.bytes(row) : new TextEncoder().encode(this.text(row))
  }

  override byteLength(row: number): number {
    return row < this.table.length ? this.table.byteLength(row) : this.text(row).length
  }
}

/**
 * Collects strings. `intern` gives equal bytes the same row. `add` does not look: a million log messages differ
 * anyway, and hashing them costs more than reading them; `canonical` makes up for it where a row is to be compared.
 */
export class StringInterner {
  length = 1
  private readonly source: Uint8Array
  private start = new Uint32Array(1024)
  private size = new Int32Array(1024)
  /** The row that stands for all rows of equal bytes; 0: not looked for yet. */
  private equal = new Int32Array(1024)
  private slots = new Int32Array(2048)
  private mask = 2047
  private entered = 0
  private readonly made = new Map<number, string>()
  private readonly encoder = new TextEncoder()
  private readonly seed: number

  /** `source` is the input that `intern` takes its bytes from. */
  constructor(source: Uint8Array) {
    this.source = source
    // A stranger's file must not be able to choose its collisions.
    this.seed = (Math.random() * 0x7fffffff) | 0
  }

  /** The row of `source[offset, offset + size)`. */
  intern(offset: number, size: number): number {
    if (size === 0) return 0
    const hash = hashBytes(this.source, offset, size, this.seed)
    let slot = hash & this.mask
    for (let row = this.slots[slot]; row !== 0; row = this.slots[slot]) {
      if (this.same(row, this.source, offset, size)) return row
      slot = (slot + 1) & this.mask
    }
    const row = this.add(offset, size)
    this.enter(slot, row)
    return row
  }

  /** A new row for `source[offset, offset + size)`, whether or not an equal one exists. */
  add(offset: number, size: number): number {
    const row = this.length++
    if (row === this.start.length) this.grow()
    this.start[row] = offset
    this.size[row] = size
    return row
  }

  /** The row that stands for all rows with the bytes of this one. */
  canonical(row: number): number {
    if (row <= 0 || this.equal[row] !== 0) return row <= 0 ? row : this.equal[row]
    const size = this.size[row]
    if (size === 0) return 0
    const hash = hashBytes(this.source, this.start[row], size, this.seed)
    let slot = hash & this.mask
    for (let other = this.slots[slot]; other !== 0; other = this.slots[slot]) {
      if (this.same(other, this.source, this.start[row], size)) {
        this.equal[row] = other
        return other
      }
      slot = (slot + 1) & this.mask
    }
    this.enter(slot, row)
    return row
  }

  /** The row of a text that stands nowhere in the input. */
  internText(text: string): number {
    if (text === '') return 0
    const bytes = this.encoder.encode(text)
    const hash = hashBytes(bytes, 0, bytes.length, this.seed)
    let slot = hash & this.mask
    for (let row = this.slots[slot]; row !== 0; row = this.slots[slot]) {
      if (this.same(row, bytes, 0, bytes.length)) return row
      slot = (slot + 1) & this.mask
    }
    const row = this.add(0, -1)
    this.made.set(row, text)
    this.enter(slot, row)
    return row
  }

  /** The text of a row while collecting; for the few that names are made of. */
  textOf(row: number): string {
    if (this.size[row] < 0) return this.made.get(row) ?? ''
    return new TextDecoder().decode(this.source.subarray(this.start[row], this.start[row] + this.size[row]))
  }

  private same(row: number, bytes: Uint8Array, offset: number, size: number): boolean {
    if (this.size[row] !== size) return this.size[row] < 0 && this.sameMade(row, bytes, offset, size)
    const from = this.start[row]
    for (let i = 0; i < size; i++) if (this.source[from + i] !== bytes[offset + i]) return false
    return true
  }

  private sameMade(row: number, bytes: Uint8Array, offset: number, size: number): boolean {
    const text = this.encoder.encode(this.made.get(row) ?? '')
    return text.length === size && text.every((byte, i) => byte === bytes[offset + i])
  }

  private enter(slot: number, row: number): void {
    this.equal[row] = row
    this.slots[slot] = row
    if (++this.entered * 2 > this.mask) this.rehash()
  }

  /** Makes the table of hashes wide enough for `count` strings before there are any, so that it need not grow often. */
  expect(count: number): void {
    if (this.entered > 0) return
    while (this.mask < count * 2) this.mask = this.mask * 2 + 1
    this.slots = new Int32Array(this.mask + 1)
  }

  /** Makes room for `more` rows beyond those there are, so that no growing copies them. */
  reserve(more: number): void {
    if (this.length + more > this.start.length) this.grow(Math.max(this.length + more, this.length * 2))
  }

  private grow(capacity = this.start.length * 2): void {
    this.start = widened(this.start, this.length, new Uint32Array(capacity))
    this.size = widened(this.size, this.length, new Int32Array(capacity))
    this.equal = widened(this.equal, this.length, new Int32Array(capacity))
  }

  private rehash(): void {
    this.mask = (this.mask + 1) * 2 - 1
    this.slots = new Int32Array(this.mask + 1)
    for (let row = 1; row < this.length; row++) {
      if (this.equal[row] !== row) continue
      let slot = this.hashOf(row) & this.mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask
      this.slots[slot] = row
    }
  }

  private hashOf(row: number): number {
    const size = this.size[row]
    if (size >= 0) return hashBytes(this.source, this.start[row], size, this.seed)
    const bytes = this.encoder.encode(this.made.get(row) ?? '')
    return hashBytes(bytes, 0, bytes.length, this.seed)
  }

  /** Ends the collecting. */
  freeze(): StringTable {
    return new StringTable(
      this.length,
      this.source,
      this.start.subarray(0, this.length),
      this.size.subarray(0, this.length),
      this.made,
    )
  }
}

/** FNV-1a with a seed, four bytes a step where it can. */
function hashBytes(bytes: Uint8Array, offset: number, size: number, seed: number): number {
  let hash = seed ^ size
  const end = offset + size
  let i = offset
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    hash = Math.imul(hash ^ word, 0x01000193)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x7feb352d)
  return hash ^ (hash >>> 15)
}

/** `to`, with the first `length` rows of `from`; room that was never written is not touched. */
function widened<T extends Uint32Array | Int32Array>(from: T, length: number, to: T): T {
  to.set(from.subarray(0, length) as never)
  return to
}
