/** The call graph as SVG: laid out by Graphviz, with names of strangers as text, and never long in the making. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callGraph, callTree } from '@unhang/core'
import { type DrawnStack, profileFrom, profileFromText } from '../../core/test/drawn-profile.ts'
import { callGraphSvg } from '../src/print/call-graph.ts'

async function svgOf(
  { stacks, sums }: ReturnType<typeof profileFrom>,
  about = 'sync: time',
  nodes?: number,
): Promise<string> {
  return callGraphSvg(stacks, callGraph(callTree(stacks, sums), 'time', { nodes }), about)
}

/** Elements with what stands in them: who is in a box, what it says. */
function partsOf(
  svg: string,
): { readonly kind: string; readonly title: string; readonly texts: string[]; readonly isDashed: boolean }[] {
  return [...svg.matchAll(/<g id="[^"]*" class="(node|edge)[^"]*">\n<title>([^<]*)<\/title>(.*?)<\/g>/gs)].map(
    ([, kind, title, inner]) => ({
      kind,
      title,
      texts: [...inner.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text.trim()),
      isDashed: inner.includes('stroke-dasharray'),
    }),
  )
}

test('times on boxes and on arrows, whole names where the pointer rests', async () => {
  const svg = await svgOf(
    profileFromText(`
      sync.(*Mutex).Lock example.com/shop.(*Store).Get main.main   3 300000000
      example.com/shop.(*Store).Get main.main                      1 100000000
      sync.(*Mutex).Lock main.small main.main                      1 1000000
    `),
  )
  assert.match(
    svg,
    /^<\?xml version="1\.0" encoding="UTF-8" standalone="no"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" style="background: #ffffff" width=/,
  )
  assert.deepEqual(
    partsOf(svg).sort((a, b) => (a.title < b.title ? -1 : 1)),
    [
      {
        kind: 'node',
        title: 'example.com/shop.(*Store).Get',
        texts: ['shop', '(*Store)', 'Get', '100 ms (24.9 %)', 'of 400 ms (99.8 %)'],
        isDashed: false,
      },
      {
        kind: 'edge',
        title: 'example.com/shop.(*Store).Get → sync.(*Mutex).Lock: 300 ms',
        texts: ['300 ms'],
        isDashed: false,
      },
      { kind: 'node', title: 'main.main', texts: ['main', 'main', 'of 401 ms (100 %)'], isDashed: false },
      { kind: 'edge', title: 'main.main → example.com/shop.(*Store).Get: 400 ms', texts: ['400 ms'], isDashed: false },
      {
        kind: 'node',
        title: 'sync.(*Mutex).Lock',
        texts: ['sync', '(*Mutex)', 'Lock', '301 ms (75.1 %)'],
        isDashed: false,
      },
    ],
  )
  for (const line of [
    'sync: time',
    '401 ms of 401 ms (100 %) in 3 functions',
    'without 1 below 0.5 %; dashed arrows lead over such ones',
  ])
    assert.ok(svg.includes(`>${line}</text>`), line)
})

test('an arrow over functions that are not shown is dashed', async () => {
  const svg = await svgOf(profileFromText('b small1 a 1 1000000\nb small2 a 1 1000000\nb c 1 1000000'), 'x', 3)
  const dashed = partsOf(svg).filter(({ isDashed }) => isDashed)
  assert.deepEqual(
    dashed.map(({ title }) => title),
    ['a → b: 2 ms'],
  )
})

const HOSTILE = [
  '\\N\\G\\E\\l\\r',
  '"]; a [URL="javascript:alert(1)"]; b ["',
  '<script>alert(1)</script>',
  '<b>bold</b>',
  'javascript:alert(1)',
  '&lt;img src=x onerror=alert(1)&gt;',
  '</title><script>alert(1)</script>',
  ']]>\u0000\u001b[2J\u202e',
  '\ud800 half',
  'x'.repeat(100_000),
]

test('names of strangers are text: elements and attributes are those of a picture alone', async () => {
  const stacks = HOSTILE.map((name, i) => ({ frames: [name, `${name} caller`], count: 1, ns: 1e6 * (i + 1) }))
  const svg = await svgOf(profileFrom(stacks), '<script>about</script> \\N & co')
  const known = new Set(['svg', 'g', 'title', 'polygon', 'path', 'text'])
  const inside = svg.slice(svg.indexOf('?>') + 2)
  for (const [, name] of inside.matchAll(/<\/?([^\s/>]*)/g)) assert.ok(known.has(name), name)
  for (const [, name] of inside.matchAll(/\s([\w:]+)="/g)) assert.ok(!/^on|href|src/.test(name), name)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  assert.doesNotMatch(inside, /[\u0000-\u0008\u000b-\u001f\u202e\ud800-\udfff](?![\udc00-\udfff])/)
  assert.ok(inside.includes('>&lt;script&gt;about&lt;/script&gt; \\N &amp; co</text>'))
  assert.ok(inside.includes('<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>'))
  assert.ok(inside.includes('>\\N\\G\\E\\l\\r</text>'))
  assert.ok(inside.includes('>&amp;lt;img src=x onerror=alert(1)&amp;gt;</text>'))
  assert.ok(svg.length < 100_000)
})

test('a profile without anything is a picture that says so', async () => {
  const svg = await svgOf(profileFrom([]))
  assert.ok(svg.includes('>0 ns of 0 ns (0 %) in 0 functions</text>'))
})

test('the largest picture there is: 200 boxes, each with as many arrows as are drawn', async () => {
  const rows: DrawnStack[] = []
  for (let i = 0; i < 4000; i++) {
    const frames = Array.from(
      { length: 10 },
      (_, depth) => `p.f${(i * 7919 + depth * depth * 104729 + i * depth * 31) % 400}`,
    )
    rows.push({ frames, count: 1, ns: 1e6 + (i % 97) })
  }
  const svg = await svgOf(profileFrom(rows), 'dense', 1e9)
  const parts = partsOf(svg)
  assert.equal(parts.filter(({ kind }) => kind === 'node').length, 200)
  assert.ok(parts.filter(({ kind }) => kind === 'edge').length > 250)
})
