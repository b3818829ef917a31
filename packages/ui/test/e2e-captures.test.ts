/** Captures of every version of Go that is at hand, and how far an opening has come. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawn, pageTest, ROOT, read, reads, settled } from './browser.ts'
import { SERVER } from './experiment.ts'

const SHARED = join(ROOT, '../shared/captures')
const RECORDED = join(ROOT, 'testdata/captures')

/** Folders of one server's captures, with the trace and the newest dump in each. */
function foldersOf(root: string, inside: string): readonly string[] {
  if (!existsSync(root)) return []
  const versions = readdirSync(root).filter(name => name.startsWith('go1.'))
  return versions.map(name => join(root, name, inside)).filter(folder => existsSync(join(folder, 'server.trace')))
}

const folders = [...foldersOf(RECORDED, 'server-caught'), ...foldersOf(SHARED, '')]
if (!existsSync(SHARED)) test('captures of other versions', t => t.skip(`${SHARED} is not there`))

for (const folder of folders) {
  const dump = ['goroutines.debug2.txt', 'server.goroutine.debug2.txt'].map(name => join(folder, name)).find(existsSync)
  const args = [join(folder, 'server.trace'), ...(dump ? [dump] : [])]
  pageTest(`${folder.slice(ROOT.length)}: the hang, and its wait in the timeline`, { args }, async ({ page }) => {
    await page.getByRole('heading', { level: 2, name: /^\d+ goroutines? waits? for a lock that nobody/ }).waitFor()
    await drawn(page)
    await settled(page)
    assert.match(await read(page.locator('.verdict')), /^HANG (certain|likely)$/)
    await page.getByRole('button', { name: 'show in timeline' }).first().click()
    const strip = page.locator('.detail')
    await strip.getByText('! stuck').waitFor()
    assert.match(await read(strip), /waiting/)
  })
}

pageTest('while a capture is on its way the page says how far it has come', { args: [SERVER] }, async ({ page }) => {
  await drawn(page)
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  await page.route('**/captures/0', async route => {
    await held
    await route.continue()
  })
  await page.reload()
  await page.getByRole('heading', { name: 'Opening 1 file' }).waitFor()
  await reads(page.locator('.opening'), /server\.trace.*28\.1 kB/)
  release()
  await drawn(page)
  assert.equal(await page.locator('.opening').count(), 0)
})
