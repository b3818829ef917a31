/** A stranger's text on one line. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { printable } from '../src/index.ts'

it('stays on its line, in its direction, and obeys nothing', () => {
  assert.equal(printable('a\n\u202eb\u001b[31m<c>\u061cd\u0007', 100), 'a b [31m<c> d ')
})

it('is cut where it is too long, whatever was taken out of it', () => {
  assert.equal(printable('abcdef', 6), 'abcdef')
  assert.equal(printable('abcdefg', 6), 'abcde…')
  assert.equal(printable('a\n\n\n\n\ncdefg', 6), 'a …')
})
