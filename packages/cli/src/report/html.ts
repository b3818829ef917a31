/**
 * The report as one HTML file: a head whose policy lets nothing be fetched, the answer as text, the first script
 * (ui: report/boot.ts), and behind it the parts that this takes: the page's scripts, what is known, the captures.
 *
 * Of what strangers wrote only the title and the answer stand here as text, escaped; names of files are in a part.
 */
import { createHash } from 'node:crypto'
import type { Content } from '../inputs/shown.ts'
import type { ReportFiles } from '../server/page.ts'
import { capturePart, partOf, pieceOf } from './pieces.ts'

export type ReportContent = {
  readonly title: string
  /** One sentence, for who is shown no more of the file than that. */
  readonly description: string
  /** The answer in words, of many lines. */
  readonly answer: string
  /** Of unhang. */
  readonly version: string
  /** JSON: what `report-home.ts` of the page reads. */
  readonly known: Uint8Array
  readonly captures: readonly { readonly name: string; readonly content: Content }[]
}

/** The whole file, piece by piece. Throws a Complaint where a capture cannot be read again. */
export async function* reportHtml(report: ReportContent, files: ReportFiles): AsyncGenerator<Uint8Array> {
  yield Buffer.from(headOf(report, files))
  for (const [name, bytes] of files.page) yield* partOf(name, bytes)
  yield* partOf('report.json', report.known)
  for (const [i, { name, content }] of report.captures.entries()) yield* capturePart(`capture/${i}`, content, name)
  yield pieceOf('end', new Uint8Array(0))
  yield Buffer.from('</body>\n</html>\n')
}

function headOf({ title, description, answer, version }: ReportContent, { boot, style, page }: ReportFiles): string {
  const first = inlineScript(Buffer.from(boot).toString())
  const css = inlineStyle(Buffer.from(style).toString())
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf([first, page.get('page.js') ?? ''], [css, page.get('page.css') ?? ''])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="unhang ${escaped(version)}">
<meta name="description" content="${escaped(description)}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
<div id="page">
<main class="report-text">
<h1>${escaped(title)}</h1>
<p id="reading" role="status"><noscript>The timeline, and every page behind it, are drawn with JavaScript. This is the answer alone.</noscript></p>
<pre>${escaped(answer)}</pre>
</main>
</div>
<script>${first}</script>
`
}

type Texts = readonly (string | Uint8Array)[]

/**
 * Nothing comes from anywhere. Scripts and styles are the text's and the page's, by their hashes; workers are parts of this file
 * and have addresses within it (`blob:`), and its policy. Graphviz, in one of them, is WebAssembly.
 */
function policyOf(scripts: Texts, styles: Texts): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')} 'wasm-unsafe-eval'`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

const hashOf = (text: string | Uint8Array) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Where a text of the script itself would end it, or begin what is no comment of it; both mean the same escaped. */
function inlineScript(script: string): string {
  return script
    .replace(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '\\x3C!--')
    .trimEnd()
}

function inlineStyle(style: string): string {
  return style.replace(/<\/(style)/gi, '<\\/$1').trimEnd()
}

const ENTITIES: { readonly [letter: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, letter => ENTITIES[letter])
}
