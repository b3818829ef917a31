/**
 * Parses Go. The parser and its grammar are WebAssembly, loaded (some 15 ms) when the first finding asks for source.
 * Sources come from strangers: a parse is stopped when its time is over, and what is nested deeper than anybody writes is
 * not looked at.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Language, Parser, type TreeCursor } from 'web-tree-sitter'
import { workedMs } from './clock.ts'
import type { Syntax } from './syntax.ts'

export type GoParser = {
  /** `firstLine` is that of the text in its file. undefined: no Go, too deep, or too long in the making. */
  readonly parse: (text: string, firstLine: number) => Syntax | undefined
}

/** Parsing goes at 2 MB/s; a function that takes longer was made to. */
const PARSE_MS = 150
/** Brackets in brackets: the deepest in Go's own sources are below 60. */
const MAX_DEPTH = 200

let loading: Promise<GoParser> | undefined

export function loadGoParser(): Promise<GoParser> {
  loading ??= load()
  return loading
}

async function load(): Promise<GoParser> {
  const [runtime, grammar] = GRAMMAR_FILES.map(file => readFileSync(placeOf(file)))
  // `locateFile` is called even where the bytes are given.
  await Parser.init({ wasmBinary: runtime, locateFile: (file: string) => file } as Parameters<typeof Parser.init>[0])
  const parser = new Parser()
  parser.setLanguage(await Language.load(grammar))
  return { parse: (text, firstLine) => parse(parser, text, firstLine) }
}

/** As packages in a checkout name them; `scripts/build.mjs` copies both into `dist/wasm`. */
const GRAMMAR_FILES = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-go/tree-sitter-go.wasm']

/** A bundle has its own copies and must not use another version's; the sources have what is installed beside them. */
function placeOf(file: string): string {
  const self = fileURLToPath(import.meta.url)
  const name = file.slice(file.indexOf('/') + 1)
  for (let folder = dirname(self); folder !== dirname(folder); folder = dirname(folder)) {
    const copy = join(folder, 'wasm', name)
    if (folder.endsWith(`${sep}dist`) && existsSync(copy)) return copy
  }
  return createRequire(import.meta.url).resolve(file)
}

function parse(parser: Parser, text: string, firstLine: number): Syntax | undefined {
  const endMs = workedMs() + PARSE_MS
  const tree = parser.parse(text, undefined, { progressCallback: () => workedMs() > endMs })
  // A parse that was broken off would go on with the next text.
  if (!tree) parser.reset()
  const cursor = tree?.walk()
  try {
    if (!tree || !cursor || tree.rootNode.hasError) return undefined
    return plain(cursor, text, firstLine, 0)
  } finally {
    cursor?.delete()
    tree?.delete()
  }
}

/** Punctuation is left out, except for operators. */
function plain(cursor: TreeCursor, source: string, firstLine: number, depth: number): Syntax | undefined {
  if (depth > MAX_DEPTH) return undefined
  const parts: Syntax[] = []
  const node = {
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? '',
    line: firstLine + cursor.startPosition.row,
    endLine: firstLine + cursor.endPosition.row,
    from: cursor.startIndex,
    to: cursor.endIndex,
    source,
    parts,
  }
  if (!cursor.gotoFirstChild()) return node
  do {
    if (!cursor.nodeIsNamed && cursor.currentFieldName !== 'operator') continue
    if (cursor.nodeType === 'comment') continue
    const child = plain(cursor, source, firstLine, depth + 1)
    if (!child) return undefined
    parts.push(child)
  } while (cursor.gotoNextSibling())
  cursor.gotoParent()
  return node
}
