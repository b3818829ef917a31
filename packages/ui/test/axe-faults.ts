/** What axe-core finds to complain of on a page. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Rules of WCAG 2.2 AA and of good practice; each fault as a line. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: tags })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    )
  })
}
