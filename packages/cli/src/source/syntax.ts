/**
 * The syntax of a piece of Go as plain objects: nothing behind this knows the parser, and what is kept of a file
 * doesn't keep the parser's memory.
 */

export type Syntax = {
  /** As the grammar calls it: "call_expression". An operator is its own text: "&&". */
  readonly type: string
  /** What it is to its parent: "condition"; '' for nothing in particular. */
  readonly field: string
  /** Of the whole file, from 1 on. */
  readonly line: number
  readonly endLine: number
  /** Into `source`. */
  readonly from: number
  readonly to: number
  readonly source: string
  readonly parts: readonly Syntax[]
}

export function textOf(node: Syntax): string {
  return node.source.slice(node.from, node.to)
}

/** The first part that is this to its parent. */
export function part(node: Syntax | undefined, field: string): Syntax | undefined {
  return node?.parts.find(one => one.field === field)
}

export function partsOf(node: Syntax | undefined, field: string): readonly Syntax[] {
  return node?.parts.filter(one => one.field === field) ?? []
}

export function partOfType(node: Syntax | undefined, type: string): Syntax | undefined {
  return node?.parts.find(one => one.type === type)
}

/** The expressions of a list, or the one that stands alone. */
export function listed(node: Syntax | undefined): readonly Syntax[] {
  if (!node) return []
  return node.type === 'expression_list' ? node.parts : [node]
}

/** Without the parentheses around it, and without `&` and `*` before it: all of them mean the same lock. */
export function bare(node: Syntax): Syntax {
  let at = node
  for (;;) {
    const inner =
      at.type === 'parenthesized_expression'
        ? at.parts.at(-1)
        : at.type === 'unary_expression' && /^[&*]$/.test(part(at, 'operator')?.type ?? '')
          ? part(at, 'operand')
          : undefined
    if (!inner) return at
    at = inner
  }
}
