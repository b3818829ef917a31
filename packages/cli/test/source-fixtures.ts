/** Cases of Go source in a text file: `== what it shows: what is expected`, then the source, with `// here` at the line asked for. */

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { StackFrame, Standing } from '@unhang/core'
import type { SourceFiles } from '../src/inputs/source.ts'
import { loadGoParser } from '../src/source/grammar.ts'
import { GoPackage } from '../src/source/package.ts'
import { bodyAt, type Located } from '../src/source/waiting.ts'

/** A test of each case of `source-fixtures/waits/NAME`: its source behind `preamble`, and the function that is asked. */
export function testWaits(
  name: string,
  preamble: string,
  functionName: string,
  check: (located: Located, line: number, expected: string) => void,
): void {
  const parser = loadGoParser()
  const packageName = functionName.slice(0, functionName.indexOf('.'))
  const cases = fileURLToPath(new URL(`source-fixtures/waits/${name}`, import.meta.url))
  for (const part of fs.readFileSync(cases, 'utf8').split(/^== /m).slice(1)) {
    const [head, ...lines] = part.split('\n')
    test(head, async () => {
      const text = preamble + lines.join('\n')
      const pkg = new GoPackage([{ name: 'p.go', text }], await parser, Number.POSITIVE_INFINITY)
      const [file] = pkg.files
      const line = text.split('\n').findIndex(one => one.endsWith('// here')) + 1
      const placed = bodyAt(pkg, file, { function: functionName, line })
      assert.ok(placed)
      check({ pkg, packageName, file, ...placed }, line, head.slice(head.lastIndexOf(': ') + 2))
    })
  }
}

/** "(*server).f@here" is of the program, at the line of that mark; anything else is of another package. */
function frameOf(text: string, frame: string): StackFrame {
  const [, name, mark, args = ''] = /^([^@]+)(?:@([^(]+)(?:\((.*)\))?)?$/.exec(frame)!
  if (!mark) return { function: name, file: '/go/other.go', line: 1, args: '' }
  const line = text.split('\n').findIndex(one => one.endsWith(`// ${mark}`)) + 1
  assert.ok(line > 0, mark)
  return { function: `main.${name}`, file: '/src/p.go', line, args }
}

/** "7 chan receive: f@here < g@there by h@go in 3". */
export function standingOf(text: string, line: string): Standing {
  const [, id, reason, stack, by, creator] = /^(\d+) ([^:]+): (.*?)(?: by (\S+?)(?: in (\d+))?)?$/.exec(line)!
  const frames = stack.split(' < ').map(frame => frameOf(text, frame))
  const createdBy = by ? { createdBy: frameOf(text, by), ...(creator && { creator: Number(creator) }) } : {}
  return { id: Number(id), reason, frames, isSteady: false, waitedNs: 0, ...createdBy }
}

export function filesOf(text: string): SourceFiles {
  const files = [{ name: 'p.go', text }]
  return {
    lines: () => text.split('\n').map((one, i) => ({ line: i + 1, text: one })),
    folderOf: ({ file }) => (file === '/src/p.go' ? { file: 'p.go', files, isCut: false } : undefined),
  }
}
