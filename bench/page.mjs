/**
 * The page in real Chromium: from the start of `unhang view FILE` to the timeline drawn, beside `unhang diagnose FILE` in
 * the same run; frames while the view moves, at two sizes; memory of the tab.
 */
import { statSync } from 'node:fs'
import { frameFigures, judgePage } from './budgets.mjs'
import { launch, tabMemory, timeDiagnose, withPage } from './page-browser.mjs'
import { recordMoves } from './page-moves.mjs'

export const SIZES = [
  { width: 1280, height: 720 },
  { width: 2560, height: 1440 },
]
const SMALL = SIZES[0]
/** For the frames the largest group of each kind is open: the window is full of rows, which is when drawing costs most. */
const OPEN_GROUPS = '?measure#timeline?open=procs,threads,f:sync.(*WaitGroup).Go.func1,f:main.client.func1'

/** `pairs`: runs of diagnose and view, each pair one right after the other. `isBig`: only the frames are judged. */
export async function measurePage({ executablePath, kind, isBig = false, file, pairs, sizes, say }) {
  const openings = await measureOpenings(executablePath, kind, file, pairs, say)
  const moves = []
  let memory
  for (const size of sizes) {
    say(`${kind}: moving at ${size.width} × ${size.height}`)
    const free = await measureMoves(executablePath, file, size, false)
    const limited = await measureMoves(executablePath, file, size, true)
    memory ??= limited.memory
    moves.push({ ...size, ...frameFigures(free, limited), narrowestNs: free.narrowestNs })
  }
  return judgePage({ kind, isBig, fileBytes: statSync(file).size, openings, moves, memory })
}

/** One browser for all, as people have it open already. */
async function measureOpenings(executablePath, kind, file, pairs, say) {
  const browser = await launch(executablePath, true)
  try {
    const openings = []
    for (let i = 0; i < pairs; i++) {
      say(`${kind}: opening ${i + 1} of ${pairs}`)
      const viewFirst = i % 2 === 0
      const early = viewFirst ? await timeView(browser, file) : undefined
      const diagnoseMs = timeDiagnose(file)
      openings.push({ diagnoseMs, viewMs: early ?? (await timeView(browser, file)) })
    }
    return openings
  } finally {
    await browser.close()
  }
}

const timeView = (browser, file) =>
  withPage(browser, { args: [file], context: { viewport: SMALL } }, (_page, viewMs) => viewMs)

async function measureMoves(executablePath, file, size, isLimited) {
  const browser = await launch(executablePath, isLimited)
  try {
    const visit = { args: [file], at: OPEN_GROUPS, context: { viewport: size } }
    return await withPage(browser, visit, async page => {
      const recorded = await recordMoves(page)
      return { ...recorded, memory: await tabMemory(browser) }
    })
  } finally {
    await browser.close()
  }
}
