/** The line on top and the answer in one line below it: the same on every page, in whatever room there is. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { PAGES } from '../src/state/url.ts'
import { pageTest, until } from './browser.ts'
import { FIXED, SERVER } from './experiment.ts'

type Box = { readonly name: string; readonly left: number; readonly right: number; readonly top: number }

function boxesOf(page: Page, selector: string): Promise<readonly Box[]> {
  return page.evaluate(
    wanted =>
      [...document.querySelectorAll(wanted)].map(element => {
        const { left, right, top } = element.getBoundingClientRect()
        return { name: element.textContent ?? '', left, right, top }
      }),
    selector,
  )
}

pageTest('no tab moves when another page is shown', { args: [SERVER] }, async ({ page }) => {
  await page.locator('.answer h2').first().waitFor()
  const before = await boxesOf(page, '.tabs a')
  assert.equal(before.length, PAGES.length)
  for (const [i, name] of PAGES.entries()) {
    await page.locator('.tabs a').nth(i).click()
    await until(`${name} is shown`, async () => new RegExp(`#${name}|/$`).test(page.url()))
    assert.deepEqual(await boxesOf(page, '.tabs a'), before)
  }
})

pageTest(
  'names of captures are cut before the line on top becomes two',
  { args: [FIXED, SERVER] },
  async ({ page }) => {
    await page.locator('.verdict').waitFor()
    const [first] = await boxesOf(page, '.tabs')
    for (const tool of await boxesOf(page, '.top-tools button')) assert.ok(tool.top - first.top < 24, tool.name)
    await page.setViewportSize({ width: 800, height: 700 })
    // The tabs have a line of their own then, and nothing else has.
    const [said, tools, tabs] = await Promise.all(
      ['.top-said', '.top-tools', '.tabs'].map(async selector => (await boxesOf(page, selector))[0]),
    )
    assert.ok(tools.top < tabs.top && said.top < tabs.top && tools.right > 780)
  },
)

pageTest(
  'the answer in one line drops what it has no room for, and cuts no word',
  { args: [SERVER], at: '#mmu' },
  async ({ page }) => {
    const more = page.locator('.answer-line-more')
    await more.waitFor()
    const shown = () =>
      more.evaluate(element => {
        const { bottom, right } = element.getBoundingClientRect()
        return [...element.children]
          .filter(child => child.getBoundingClientRect().top < bottom - 1)
          .map(child => ({ text: child.textContent ?? '', isWhole: child.getBoundingClientRect().right <= right + 1 }))
      })
    assert.equal((await shown()).length, 2)
    await page.setViewportSize({ width: 800, height: 700 })
    const left = await until('one of both is left', async () => {
      const now = await shown()
      return now.length === 1 ? now : undefined
    })
    assert.match(left[0].text, /^since /)
    assert.ok(left[0].isWhole)
  },
)
