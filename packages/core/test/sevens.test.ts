/** Seven bits a byte: every byte comes back, and the text is one that no HTML file, mail or terminal spoils. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FormatError, fromSevens, sevensSize, toSevens } from '../src/index.ts'

const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(toSevens(bytes))

describe('bytes as text', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), bytes => {
        assert.deepEqual([...fromSevens(textOf(bytes), bytes.length)], [...bytes])
      }),
    )
  })

  it('come back whatever the groups are, each of the 128 at each of the eight places', () => {
    const all = Array.from({ length: 256 }, (_, value) => value)
    const bytes = Uint8Array.from(
      [...all, ...all.map(value => value ^ 0x55), 0, 0, 0, 255, 255, 255].concat(all.reverse()),
    )
    for (let from = 0; from < 7; from++)
      assert.deepEqual([...fromSevens(textOf(bytes.subarray(from)), bytes.length - from)], [...bytes.subarray(from)])
  })

  it('take eight bytes for seven, whatever they are, and hold nothing that means something elsewhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), bytes => {
        const text = toSevens(bytes)
        assert.ok(text.length <= sevensSize(bytes.length))
        assert.ok(text.length <= Math.ceil((bytes.length * 8) / 7) + 1)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
        assert.doesNotMatch(textOf(bytes), /[\u0000\n\r\f\u001b<\u007f-\u009f]/)
      }),
    )
  })

  it('are refused where they are cut or something else', () => {
    const text = textOf(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]))
    assert.throws(() => fromSevens(text.slice(0, 5), 8), FormatError)
    for (const other of ['<', '\n', 'é', 'ힿ', '\0'])
      assert.throws(() => fromSevens(`${other}${text}`, 8), FormatError, JSON.stringify(other))
  })
})
