/** What an address says of a comparison: garbage is as if it were not there. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { COMPARE_START } from '../src/state/compare-url.ts'
import { format, parse, START } from '../src/state/url.ts'

it('what does not fit is as if it were not there', () => {
  const garbage = ['with=0', 'with=x', 'with=123456', 'sort=-', 'sort=-size', 'by=all', 'range=1']
  for (const text of garbage) assert.deepEqual(parse(`#compare?compare.${text}`).compare, COMPARE_START, text)
  assert.equal(format({ ...START, page: 'compare' }), '#compare')
})
