/** Shows captures on the page until Ctrl-C: what `unhang view` and the demo have in common. */
import { once } from 'node:events'
import type { Shown } from '../inputs/shown.ts'
import { createSourceFiles } from '../inputs/source.ts'
import { createSourceNow } from '../inputs/source-now.ts'
import type { Output } from '../print/output.ts'
import { createApp } from '../server/app.ts'
import { isRemote, openBrowser, whyNoBrowser } from '../server/browser.ts'
import { type Listening, listen } from '../server/listen.ts'
import { readPage } from '../server/page.ts'
import { sourceTeller } from '../source/explain.ts'
import { interruptible } from './interrupt.ts'

export type ServeOptions = {
  readonly captures: readonly Shown[]
  /** For the page: what was said about inputs that are not shown. */
  readonly remarks: readonly string[]
  readonly src: string | undefined
  /** undefined: the usual one, or any; 0: any. */
  readonly port: number | undefined
  /** Open the browser, where there is one. */
  readonly open: boolean
  readonly json: boolean
}

export const VIEW_SCHEMA = 'unhang.view/1'

/** Prints the address, and comes back after Ctrl-C. Throws a Complaint where the page cannot be served. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const { captures, remarks, src, port } = options
  const page = readPage()
  const source = createSourceNow(() => createSourceFiles(src, process.cwd(), output.remark))
  const tell = await sourceTeller(source, output.remark)
  const served = { page, captures, remarks, source, tell }
  await interruptible(async signal => {
    const listening = await listen(found => createApp({ ...served, port: found }), port)
    output.data(options.json ? viewJson(listening, captures) : `${listening.url}\n`)
    show(listening, options.open, output)
    if (!signal.aborted) await once(signal, 'abort')
    // Behind the terminal's "^C".
    if (output.screen.isTerminal) output.screen.write('\n')
    await listening.close()
  })
}

function viewJson({ url }: Listening, captures: readonly Shown[]): string {
  const files = captures.map(({ name, size, cut }) => ({ name, size, ...(cut && { cut }) }))
  return `${JSON.stringify({ schema: VIEW_SCHEMA, url, files }, undefined, 2)}\n`
}

/** Opens the browser or says why not; either way how it ends. */
function show({ url, port }: Listening, wanted: boolean, { remark }: Output): void {
  const why = wanted ? whyNoBrowser(process.env, process.platform) : undefined
  const end = 'Ctrl-C ends it'
  if (!wanted) remark(`unhang: the page is served; ${end}\n`)
  else if (why === undefined) {
    remark(`unhang: opening it in the browser; ${end}\n`)
    void openBrowser(url, () => remark(`unhang: no browser could be opened: visit ${url}\n`))
  } else if (isRemote(process.env))
    remark(`unhang: ${why}: visit it through ssh -L ${port}:127.0.0.1:${port} HOST; ${end}\n`)
  else remark(`unhang: ${why}: visit the address yourself; ${end}\n`)
}
