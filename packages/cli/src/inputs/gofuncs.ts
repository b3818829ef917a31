/**
 * Which function of a Go file a line lies in: what tells the source of a capture from another program's file of the
 * same name. No parser: comments, strings and brackets are told apart, and a declaration begins where a line outside
 * of all brackets begins with its keyword. It reaches to the last bracket that is closed before the next one begins.
 */

export type GoFunc = {
  readonly name: string
  /** Type of the receiver, without `*` and type parameters; '' for a function. */
  readonly receiver: string
  /** Lines of its `func` and of its last brace, from 1 on. */
  readonly firstLine: number
  readonly lastLine: number
}

type Open = { name: string; receiver: string; firstLine: number; lastLine: number }

const DECLARATION = /^(?:func|var|const|type|import|package)\b/
// The receiver's name is optional, its type may stand in parentheses; Go's identifiers hold letters of all scripts.
const FUNC =
  /^func\s*(?:\((?:\s*[\p{L}\p{N}_]+\s)?[\s*(]*([\p{L}\p{N}_]+)(?![\p{L}\p{N}_])[^)]*\)+\s*)?([\p{L}_][\p{L}\p{N}_]*)\s*[([]/u
/** Longer receivers are nobody's. */
const HEAD = 200

/** The functions and methods that a file declares, in its order. */
export function goFuncs(text: string): readonly GoFunc[] {
  const funcs: Open[] = []
  let current: Open | undefined
  let depth = 0
  let line = 1
  let isLineBegin = true
  // After "=" or "," a line goes on, and its `func` is a literal.
  let before = ''
  for (let at = 0; at < text.length; ) {
    const char = text[at]
    if (char === '\n') {
      line++
      isLineBegin = true
      at++
      continue
    }
    const end = skipped(text, at)
    if (end > at) {
      if (char !== '/') before = char
      for (; at < end; at++) if (text[at] === '\n') line++
      continue
    }
    if (isLineBegin && depth === 0 && before !== '=' && before !== ',' && /[a-z]/.test(char)) {
      const head = text.slice(at, at + HEAD)
      if (DECLARATION.test(head)) {
        const match = FUNC.exec(head)
        current = match ? { name: match[2], receiver: match[1] ?? '', firstLine: line, lastLine: line } : undefined
        if (current) funcs.push(current)
      }
    }
    if (char === '{' || char === '(' || char === '[') depth++
    else if (char === '}' || char === ')' || char === ']') {
      depth = Math.max(0, depth - 1)
      if (depth === 0 && current) current.lastLine = line
    }
    if (char.trim() !== '') {
      isLineBegin = false
      before = char
    }
    at++
  }
  return funcs
}

/** Where the comment, string or rune ends that begins at `at`; `at` where none begins. */
function skipped(text: string, at: number): number {
  const char = text[at]
  if (char === '/' && text[at + 1] === '/') return endOf(text, text.indexOf('\n', at))
  if (char === '/' && text[at + 1] === '*') return endOf(text, text.indexOf('*/', at + 2), 2)
  if (char === '`') return endOf(text, text.indexOf('`', at + 1), 1)
  if (char !== '"' && char !== "'") return at
  let end = at + 1
  // Neither goes over the end of its line.
  while (end < text.length && text[end] !== char && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  return text[end] === char ? end + 1 : Math.min(end, text.length)
}

function endOf(text: string, found: number, length = 0): number {
  return found === -1 ? text.length : found + length
}

/** May a line of this file be a line of that function, as a capture calls it ("main.(*server).AcquireLock.func1")? */
export function isLineOf(funcs: readonly GoFunc[], line: number, functionName: string): boolean {
  const inside = funcs.find(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine)
  const parts = partsOf(functionName)
  for (let end = parts.length; end > 0; end--) {
    if (inside ? isNamed(inside, parts.slice(0, end), end < parts.length) : isInitializer(parts[end - 1])) return true
    // Behind the name stand the closures in it, and what the compiler made of them.
    if (end === 1 || !MADE.test(parts[end - 1])) return false
  }
  return false
}

// cmd/compile/internal/ir/func.go (closureName) and walk/order.go, typecheck: func1, 2, gowrap1, deferwrap1; init.0.
const MADE = /^(?:func|gowrap|deferwrap|range)?\d+$/

/** Variables of a package are set outside of every function: in `init`, or in closures of "glob." (before Go 1.21). */
function isInitializer(part: string): boolean {
  return part === 'init' || part === '' || part === 'glob'
}

function isNamed(declared: GoFunc, parts: readonly string[], isClosure: boolean): boolean {
  if (parts.at(-1) !== declared.name) return false
  const owner = parts.at(-2)
  if (declared.receiver !== '') return owner?.replace(/^\(\*?|\)$/g, '') === declared.receiver
  // "f.g.func1": a closure of g where the compiler put g into f.
  return owner === undefined || (isClosure && !owner.startsWith('('))
}

/**
 * "example.com/shop/v2.(*Cart[...]).add.func1-range2" as "(*Cart)", "add", "func1", "range2": without the package, type
 * arguments, and the mark of method values ("-fm").
 */
function partsOf(functionName: string): string[] {
  let name = functionName
  for (let before = ''; before !== name; ) {
    before = name
    name = name.replace(/\[[^[\]]*\]/g, '')
  }
  name = name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/-fm$/, '')
    .replaceAll('-range', '.range')
  return name.slice(name.indexOf('.') + 1).split('.')
}
