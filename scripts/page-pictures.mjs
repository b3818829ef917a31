/**
 * Draws docs/page-light.png and docs/page-dark.png anew: the page with the experiment's trace, as Chromium shows it.
 *
 *   node scripts/page-pictures.mjs
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium, launch, waitFor, withPage } from '../bench/page-browser.mjs'
import { ROOT } from './install.mjs'

const TRACE = 'testdata/captures/go1.26.8/server-caught/server.trace'
const SOURCE = 'examples/go-lock'
const SIZE = { width: 1280, height: 780 }
/**
 * In light colours the answer, a waiter's wait selected, its group in the middle. In dark ones the third of a millisecond
 * in which they came to wait, and the arrow to whoever started them.
 */
const PICTURES = [
  { colorScheme: 'light', place: '#answer?t=1.4s-2.6s&top=11&g=33@3000000000' },
  { colorScheme: 'dark', place: '#timeline?t=1.708995s-1.709345s&top=2&g=32@1709026816' },
]
/** A README is read on telephones, too. */
const MOST_BYTES = 200_000

/** Every test of the page waits so: nothing moves once the canvases stay the same. */
async function rest(page) {
  const draw = () => [...document.querySelectorAll('.timeline canvas')].map(canvas => canvas.toDataURL()).join()
  const seen = []
  await waitFor('the timeline rests', async () => {
    seen.push(await page.evaluate(draw))
    return seen.length > 20 && seen.slice(-20).every(picture => picture === seen.at(-1))
  })
}

async function draw(browser, { colorScheme, place }) {
  const visit = { args: [TRACE, '--src', SOURCE], at: place, context: { viewport: SIZE, colorScheme } }
  const file = join(ROOT, 'docs', `page-${colorScheme}.png`)
  await withPage(browser, visit, async page => {
    if (place.startsWith('#answer')) await page.locator('.excerpt-line.hot').first().waitFor()
    await page.locator('.span-detail').waitFor()
    await rest(page)
    await page.screenshot({ path: file })
  })
  const { size } = statSync(file)
  console.log(`${file}: ${size} bytes`)
  if (size > MOST_BYTES) throw new Error(`expected at most ${MOST_BYTES} bytes`)
}

process.chdir(ROOT)
const executablePath = await findChromium()
if (!executablePath) throw new Error('Chromium is not on this machine')
const browser = await launch(executablePath, true)
try {
  for (const picture of PICTURES) await draw(browser, picture)
} finally {
  await browser.close()
}
