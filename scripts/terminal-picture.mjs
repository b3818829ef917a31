/**
 * Draws docs/terminal.svg: what `unhang localhost:6060` prints on a terminal. Nothing in it is typed by hand:
 *
 *  1. a server on port 6060 answers `/debug/pprof/` with a recorded capture of testdata/captures
 *  2. the built program asks it, on a terminal of its own (`script`, of util-linux) and with --color always
 *  3. the lines that are left on that terminal, and their colours, become text of an SVG
 *
 * `npm run build && node scripts/terminal-picture.mjs [SCENE]` (SCENE: a folder below testdata/captures).
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './install.mjs'

/** A window as people have it; the answer fits into 80 columns too. */
const COLUMNS = 100
const PORT = 6060
const CAPTURES = join(ROOT, 'testdata/captures')
const PROGRAM = join(ROOT, 'packages/cli/bin/unhang.js')
const PICTURE = join(ROOT, 'docs/terminal.svg')

/** Of the newest Go. */
function newestScene() {
  const versions = readdirSync(CAPTURES).filter(name => name.startsWith('go'))
  versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return `${versions.at(-1)}/server-caught`
}

/** Answers each address that the manifest names with the file that came from it. */
function replay(folder, manifest) {
  const answers = new Map()
  for (const file of manifest.files) {
    const { pathname, search } = new URL(file.url)
    const known = answers.get(pathname + search)
    const content = readFileSync(join(folder, file.name))
    // The dump before and the dump after have the same address.
    if (known) known.push({ content, contentType: file.contentType })
    else answers.set(pathname + search, [{ content, contentType: file.contentType }])
  }
  const server = createServer((request, response) => {
    const queue = answers.get(request.url)
    if (!queue) return response.writeHead(404).end()
    const { content, contentType } = queue.length > 1 ? queue.shift() : queue[0]
    response.writeHead(200, { 'content-type': contentType }).end(content)
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(PORT, 'localhost', () => resolve(server))
  })
}

/** All that the program writes to a terminal of `COLUMNS` columns, in the folder of its source. */
function runOnTerminal(args, cwd) {
  const command = `stty cols ${COLUMNS} rows 60; '${process.execPath}' '${PROGRAM}' ${args}`
  // script copies its own input to the terminal: it gets none.
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const pieces = []
  child.stdout.on('data', piece => pieces.push(piece))
  return new Promise((resolve, reject) => {
    child.on('error', () => reject(new Error('script is missing: it comes with util-linux')))
    child.on('close', () => resolve(Buffer.concat(pieces).toString('utf8')))
  })
}

/** What is left on the screen: a line that was drawn over itself (`\r`, erase) shows what was drawn last. */
function linesLeft(written) {
  const lines = written.split('\n').map(line => line.replace(/\r$/, '').split(/\r/).at(-1).replaceAll('\u001b[K', ''))
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** What each number of `ESC [ … m` turns on; what picocolors writes, and nothing else. */
const STYLES = new Map([
  ['1', 'bold'],
  ['2', 'dim'],
  ['31', 'red'],
  ['32', 'green'],
  ['33', 'yellow'],
  ['36', 'cyan'],
])
const ENDS = new Map([
  ['22', ['bold', 'dim']],
  ['39', ['red', 'green', 'yellow', 'cyan']],
])

/** A line as runs of equally styled text. */
function runsOf(line) {
  const runs = []
  const on = new Set()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const code = /\[([\d;]*)m$/.exec(part)?.[1]
    if (code === undefined) {
      if (part !== '') runs.push({ text: part, classes: [...on].join(' ') })
    } else if (STYLES.has(code)) on.add(STYLES.get(code))
    else for (const name of ENDS.get(code) ?? STYLES.values()) on.delete(name)
  }
  return runs
}

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const LINE_HEIGHT = 19
const FONT_SIZE = 14
/** Of a monospaced letter: 0.6 of its size in all fonts named below; `textLength` makes it exact. */
const LETTER_WIDTH = FONT_SIZE * 0.6
const MARGIN = 18

function textOf(line, row) {
  const y = MARGIN + row * LINE_HEIGHT + FONT_SIZE
  let column = 0
  const spans = runsOf(line).map(({ text, classes }) => {
    const from = column
    column += [...text].length
    if (text.trim() === '') return ''
    const lead = [...text].length - [...text.trimStart()].length
    const shown = text.trim()
    const x = (MARGIN + (from + lead) * LETTER_WIDTH).toFixed(1)
    const length = ([...shown].length * LETTER_WIDTH).toFixed(1)
    const style = classes === '' ? '' : ` class="${classes}"`
    return `<tspan x="${x}" textLength="${length}"${style}>${escaped(shown)}</tspan>`
  })
  return `<text y="${y}">${spans.join('')}</text>`
}

/** The system's own fonts, and the colours of the page that shows the picture: light or dark. */
const STYLE = `
  .paper { fill: #ffffff; stroke: #d5dbe3 }
  text { font: ${FONT_SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933; white-space: pre }
  .bold { font-weight: 700 }
  .dim { fill: #5f6b7a }
  .red { fill: #b3261e }
  .green { fill: #1a7346 }
  .yellow { fill: #8a5a00 }
  .cyan { fill: #0b6b7d }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14181d; stroke: #2d353f }
    text { fill: #e6ebf0 }
    .dim { fill: #9aa5b1 }
    .red { fill: #ff8a80 }
    .green { fill: #7fd8a4 }
    .yellow { fill: #fce368 }
    .cyan { fill: #72d5e4 }
  }
`

function picture(lines) {
  const width = Math.ceil(2 * MARGIN + COLUMNS * LETTER_WIDTH)
  const height = 2 * MARGIN + lines.length * LINE_HEIGHT
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  const plain = lines.join('\n').replace(/\u001b\[[\d;]*m/g, '')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve">`,
    '<!-- Made by scripts/terminal-picture.mjs from what the program prints. -->',
    `<title>${escaped(lines[0])}</title>`,
    `<desc>${escaped(plain)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.map(textOf),
    '</svg>',
    '',
  ].join('\n')
}

async function main() {
  const scene = process.argv[2] ?? newestScene()
  const folder = join(CAPTURES, scene)
  if (!existsSync(folder)) throw new Error(`expected a folder below testdata/captures, found no ${scene}`)
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  const server = await replay(folder, manifest)
  const temporary = mkdtempSync(join(tmpdir(), 'unhang-picture-'))
  try {
    // As on a developer's machine: the program is asked from the folder that has its source.
    cpSync(join(ROOT, 'examples/go-lock'), temporary, { recursive: true })
    const command = `localhost:${PORT} --seconds ${manifest.asked.seconds}`
    const lines = linesLeft(await runOnTerminal(`${command} --color always`, temporary))
    if (lines.length < 5) throw new Error(`expected an answer, found:\n${lines.join('\n')}`)
    writeFileSync(PICTURE, picture([`$ unhang ${command}`, ...lines]))
    console.log(`wrote docs/terminal.svg: ${lines.length + 1} lines, of ${scene}`)
  } finally {
    server.close()
    rmSync(temporary, { recursive: true, force: true })
  }
}

try {
  await main()
} catch (error) {
  console.error(`terminal-picture: ${error.message}`)
  process.exitCode = 1
}
