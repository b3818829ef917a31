/**
 * All style sheets of the page are one namespace: a class that two of them begin a selector with means two things, unless
 * it is known to be shared. Sheets for small windows, paper and reports say how all others look there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './install.mjs'

const FOLDER = join(ROOT, 'packages/ui/src/styles')
const FOR_ALL = new Set(['small.css', 'print.css', 'report.css'])
const SHARED = new Set(['detail-body', 'empty', 'state-part'])

/** Classes that a selector of the sheet begins with. */
function classesOf(sheet) {
  const text = readFileSync(join(FOLDER, sheet), 'utf8').replace(/\/\*.*?\*\//gs, '')
  const selectors = [...text.matchAll(/([^{};]+)\{/g)].flatMap(([, list]) => list.split(','))
  return new Set(selectors.flatMap(selector => /^\s*\.([\w-]+)/.exec(selector)?.[1] ?? []))
}

const sheetOf = new Map()
let clashes = 0
for (const sheet of readdirSync(FOLDER).filter(name => name.endsWith('.css') && !FOR_ALL.has(name)))
  for (const name of classesOf(sheet)) {
    const other = sheetOf.get(name)
    if (other === undefined) sheetOf.set(name, sheet)
    else if (!SHARED.has(name)) {
      console.log(`.${name}: ${other} and ${sheet}. Does it mean the same in both? Then SHARED knows it`)
      clashes++
    }
  }
if (sheetOf.size === 0) console.log('no classes were seen')
process.exitCode = clashes === 0 && sheetOf.size > 0 ? 0 : 1
