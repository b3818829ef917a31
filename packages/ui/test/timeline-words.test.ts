/** Rulers, names that fit, colours, arrows: what the timeline writes and draws beside the rows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Minimap, PAINTS, Paint, type SpanLink } from '@unhang/core'
import type { DetailWithPlaces } from '../src/protocol.ts'
import { viewWords } from '../src/timeline/announce.ts'
import { arrowsOf } from '../src/timeline/arrows.ts'
import { busiest, paintMinimap } from '../src/timeline/minimap.ts'
import { PaintList, RECT } from '../src/timeline/paint-list.ts'
import { contrast, makePalette, mix, parseColour, Tone, wordOf } from '../src/timeline/palette.ts'
import { thumbOf, topOfThumb } from '../src/timeline/picture.ts'
import { niceStep, rulerOf } from '../src/timeline/ruler.ts'
import { sizesOf } from '../src/timeline/surface.ts'
import {
  Advances,
  bytesText,
  countText,
  fitName,
  printable,
  printableName,
  shorterNames,
} from '../src/timeline/texts.ts'

test('ticks stand at round times, in the unit of the trace', () => {
  const texts = (startNs: number, endNs: number, traceNs: number) => {
    const { base, ticks } = rulerOf(startNs, endNs, 1000, 100, traceNs)
    return [base, ...ticks.map(({ text }) => text)]
  }
  assert.deepEqual(texts(0, 10e9, 10e9).slice(0, 3), ['', '0 s', '1 s'])
  assert.deepEqual(texts(0.7e9, 1.7e9, 10e9).slice(0, 3), ['', '0.7 s', '0.8 s'])
  assert.deepEqual(texts(5e9, 5.3e9, 10e9).slice(0, 3), ['', '5.00 s', '5.05 s'])
  assert.deepEqual(texts(5e9, 5e9 + 3e5, 10e9).slice(0, 3), ['', '5.00000 s', '5.00005 s'])
  assert.deepEqual(texts(-3e5, 1e6, 0.2e9).slice(0, 4), ['', '-0.2 ms', '0.0 ms', '0.2 ms'])
})

test('deep in a trace ticks count from what they have in common', () => {
  const { base, ticks, stepNs } = rulerOf(3_123_456_789, 3_123_456_798, 1000, 100, 10e9)
  assert.equal(base, '3.123456 s')
  assert.equal(stepNs, 1)
  assert.deepEqual(
    ticks.slice(0, 2).map(({ text }) => text),
    ['+789 ns', '+790 ns'],
  )
  assert.equal(ticks[0].timeNs, 3_123_456_789)
  assert.equal(ticks.length, 10)
})

test('a ruler of anything ends', () => {
  assert.ok(rulerOf(0, 1e300, 0, 100, 1e300).ticks.length <= 200)
  assert.deepEqual([1, 1.1, 2, 3, 7, 99].map(niceStep), [1, 2, 2, 5, 10, 100])
})

/** Every character is one wide. */
const ones = new Advances(() => 1)

test('text is cut with an ellipsis, or left out where nothing would be said', () => {
  assert.equal(ones.fit('chan receive', 12), 'chan receive')
  assert.equal(ones.fit('chan receive', 8), 'chan re…')
  assert.equal(ones.fit('chan receive', 3), '')
  assert.equal(ones.fitEnd('main.worker', 6), '…orker')
  assert.equal(ones.fit('😀😀😀😀😀', 4), '😀😀😀…', 'no half characters')
})

test('a name of 100 kB costs no more than what is shown of it', () => {
  let asked = 0
  const counting = new Advances(() => {
    asked++
    return 1
  })
  const long = Array.from({ length: 100_000 }, (_, i) => String.fromCodePoint(0x4e00 + (i % 20_000))).join('')
  assert.equal(counting.fit(long, 10).length, 10)
  assert.ok(asked < 20, `${asked} characters were measured`)
  assert.equal(printable(long).length, 401)
})

test('what turns or breaks a line is shown as a dot', () => {
  assert.equal(printable('a\nb\u202ec\u0000d\u200fe'), 'a·b·c·d·e')
  assert.equal(printable('<script>é漢</script>'), '<script>é漢</script>')
})

test('Go names lose their path, their package, their receiver', () => {
  assert.deepEqual(shorterNames('google.golang.org/grpc.(*Server).serve.func1'), [
    'google.golang.org/grpc.(*Server).serve.func1',
    'grpc.(*Server).serve.func1',
    '(*Server).serve.func1',
    'serve.func1',
  ])
  assert.deepEqual(shorterNames('a/b.(*T[go.shape.struct/x.Y]).F'), [
    'a/b.(*T[go.shape.struct/x.Y]).F',
    'b.(*T[go.shape.struct/x.Y]).F',
    'b.(*T[…]).F',
    '(*T[…]).F',
    'F',
  ])
  assert.deepEqual(shorterNames('41'), ['41'])
})

test('of a name that is too long the receiver is shortened; it goes before the method does', () => {
  const written = (name: string, widths: readonly number[], spare = 0) =>
    widths.map(width => fitName(name, width, ones, spare))
  assert.deepEqual(written('runtime.(*traceAdvancerState).start.func1', [41, 40, 33, 31, 29, 28, 20, 15, 11, 6]), [
    'runtime.(*traceAdvancerState).start.func1',
    'runtime.(*traceAdvancerSta…).start.func1',
    'runtime.(*traceAdva…).start.func1',
    'runtime.(*traceAd…).start.func1',
    '(*traceAdvancer…).start.func1',
    '(*traceAdvance…).start.func1',
    '(*trac…).start.func1',
    'start.func1',
    'start.func1',
    '…func1',
  ])
  const stuck = 'google.golang.org/grpc.(*Server).serveStreams.func2.1'
  assert.deepEqual(written(stuck, [60, 35, 30, 25, 12]), [
    stuck,
    'grpc.(*Server).serveStreams.func2.1',
    '(*Server).serveStreams.func2.1',
    'serveStreams.func2.1',
    '…ams.func2.1',
  ])
  assert.equal(fitName('net/http.(*conn).serve', 30, ones, 10), 'http.(*conn).serve', 'the path gives way to a note')
  assert.equal(fitName('runtime.bgsweep', 18, ones, 10), 'runtime.bgsweep', 'the package does not')
  assert.equal(fitName('(', 0, ones), '')
})

test('sizes and counts in three digits', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 128 * 2 ** 20, 2 ** 42].map(bytesText), [
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '128 MiB',
    '4 TiB',
  ])
  assert.deepEqual([0, 7.46, 1_234_567].map(countText), ['0', '7.5', '1,234,567'])
})

test('colours are read as browsers write them', () => {
  assert.deepEqual(parseColour('rgb(73, 159, 129)'), { r: 73, g: 159, b: 129 })
  assert.deepEqual(parseColour('#499F81'), { r: 73, g: 159, b: 129 })
  assert.deepEqual(parseColour('color(srgb 0 0.5 1)'), { r: 0, g: 128, b: 255 })
  assert.equal(parseColour('oklch(0.5 0.1 20)'), undefined)
  assert.equal(parseColour(''), undefined)
})

test('a palette has the colours of the style sheet, and readable text on each', () => {
  const asked: string[] = []
  const palette = makePalette(false, (name, fallback) => {
    asked.push(name)
    return name === '--running' ? 'rgb(1, 2, 3)' : name === '--gc' ? 'nonsense' : fallback
  })
  assert.ok(asked.includes('--stuck') && asked.includes('--selection'))
  assert.equal(palette.words[Paint.running], wordOf({ r: 1, g: 2, b: 3 }))
  assert.equal(palette.words[Paint.gc], wordOf({ r: 0xe3, g: 0x47, b: 0x1f }), 'what is no colour has the fallback')
  assert.equal(
    palette.words[Paint.waiting + PAINTS],
    wordOf(mix({ r: 255, g: 255, b: 255 }, { r: 0xc4, g: 0xcc, b: 0xd6 }, 0.3)),
  )
  assert.equal(palette.words[Tone.background], 0xffffffff)
  for (const isDark of [false, true]) {
    const { paints, textOn } = makePalette(isDark, (_, fallback) => fallback)
    paints.forEach((paint, i) => {
      assert.ok(contrast(parseColour(paint)!, parseColour(textOn[i])!) >= 4.5, `text on ${paint}`)
    })
  }
})

test('the minimap leaves waiting out and fills its height with the busiest column', () => {
  const shares = new Uint8Array(2 * PAINTS)
  shares.set([10, 0, 200, 10], 0)
  shares.set([40, 0, 215], PAINTS)
  const minimap: Minimap = { columns: 2, shares }
  assert.equal(busiest(minimap), 40)
  const list = new PaintList()
  list.clear(4, 20)
  paintMinimap(list, minimap)
  const rects = Array.from({ length: list.rectCount }, (_, i) => [...list.rects.slice(i * RECT, i * RECT + 5)])
  assert.deepEqual(rects, [
    [0, 15, 1, 20, Paint.running],
    [0, 10, 1, 15, Paint.syscall],
    [1, 15, 2, 20, Paint.running],
    [1, 10, 2, 15, Paint.syscall],
    [2, 0, 3, 20, Paint.running],
    [3, 0, 4, 20, Paint.running],
  ])
})

const SIZES = sizesOf(1000, 600, 1, 16, undefined)

test('the scrollbar finds any of three million rows, and its own place again', () => {
  const extent = { durationNs: 1, rowCount: 3_000_000, tallRows: 0, seenUnits: SIZES.seenUnits }
  const view = { startNs: 0, endNs: 1, top: 1_234_567 }
  const { y0, y1 } = thumbOf(view, extent, SIZES)
  assert.equal(y1 - y0, 24, 'never too small to be held')
  assert.ok(Math.abs(topOfThumb(y0 + 5, 5, extent, SIZES) - view.top) < 1e-3)
  const last = thumbOf({ ...view, top: 3_000_000 - extent.seenUnits }, extent, SIZES)
  assert.ok(Math.abs(last.y1 - 600) < 1e-9)
})

test('sizes are whole pixels of the device and follow the text size', () => {
  const sizes = sizesOf(1001, 601, 1.25, 20, undefined)
  assert.equal(sizes.unitPx, Math.round(18 * 1.25 * 1.25))
  for (const css of [sizes.areas.namesWidth, sizes.areas.minimapHeight, sizes.areas.rulerHeight]) {
    assert.ok(Math.abs(css * 1.25 - Math.round(css * 1.25)) < 1e-9)
  }
  assert.deepEqual([sizesOf(0, 0, 1, 16, undefined).plotWidth, sizesOf(0, 0, 1, 16, 50).plotHeight], [0, 0])
})

const link = (id: number, timeNs: number): SpanLink => ({ span: 1, goroutine: 1, id, name: `f${id}`, timeNs })
const PLOT = { view: { startNs: 0, endNs: 100, top: 10 }, width: 200, height: 180, unitPx: 18, tallRows: 0 }

function found(part: {
  wokenBy?: SpanLink
  wokenByRow?: number
  woke?: SpanLink[]
  wokeRows?: number[]
}): DetailWithPlaces {
  const { wokenBy, woke = [], wokenByRow = -1, wokeRows = [] } = part
  const place = { row: 12, groupKey: 'f:x', startNs: 20, endNs: 60 }
  return {
    detail: { wokenBy, woke } as unknown as DetailWithPlaces['detail'],
    place,
    wokenByRow,
    wokeRows,
    moment: undefined,
  }
}

test('arrows stand upright from the waker to the woken', () => {
  const [arrow] = arrowsOf(found({ wokenBy: link(7, 30), wokenByRow: 15 }), PLOT)
  assert.deepEqual(arrow, { x: 60, fromY: 99, toY: 45, isWaker: true, cut: 0, label: '' })
  const [out] = arrowsOf(found({ woke: [link(8, 50)], wokeRows: [10] }), PLOT)
  assert.deepEqual(out, { x: 100, fromY: 45, toY: 9, isWaker: false, cut: 0, label: '' })
})

test('an end outside is cut at the edge and named; what is not seen at all has no arrow', () => {
  const [above] = arrowsOf(found({ wokenBy: link(7, 30), wokenByRow: 2 }), PLOT)
  assert.deepEqual([above.fromY, above.cut, above.label], [0, 1, '7 f7'])
  const [below] = arrowsOf(found({ woke: [link(8, 50)], wokeRows: [900] }), PLOT)
  assert.deepEqual([below.toY, below.cut, below.label], [180, 2, '8 f8'])
  assert.deepEqual(arrowsOf(found({ wokenBy: link(7, 300), wokenByRow: 15 }), PLOT), [], 'at another time')
  assert.deepEqual(arrowsOf(found({ wokenBy: link(7, 30), wokenByRow: -1 }), PLOT), [], 'filtered out')
  assert.deepEqual(arrowsOf(found({ wokenBy: link(7, 30), wokenByRow: 12 }), PLOT), [], 'in the same row')
})

test('of a hundred that were woken at once one arrow is drawn, and names only where they are few', () => {
  const woke = Array.from({ length: 100 }, (_, i) => link(i, 50 + i / 1e6))
  const arrows = arrowsOf(found({ woke, wokeRows: woke.map(() => 900) }), PLOT)
  assert.deepEqual([arrows.length, arrows[0].label], [1, ''])
})

test('a screen reader hears times, width and rows', () => {
  const extent = { durationNs: 10e9, rowCount: 200, tallRows: 0, seenUnits: 20 }
  const words = viewWords({ startNs: 1e9, endNs: 3e9, top: 5 }, extent)
  assert.equal(words, '1.000 s to 3.000 s, 2.00 s wide, rows 6 to 26 of 200')
})

test('of a long name the type arguments go first, then its middle: the end tells it from others', () => {
  const generic = `main.(*Cache[${'go.shape.struct/x,'.repeat(40)}]).Get`
  assert.equal(printableName(generic), 'main.(*Cache[…]).Get')
  assert.equal(fitName(printableName(generic), 15, ones), '(*Cache[…]).Get')
  const plain = `main.${'x'.repeat(1000)}Get`
  assert.match(printableName(plain), /^main\.x+…x+Get$/)
  assert.ok(printableName(plain).length <= 400)
  assert.equal(printableName('main.f\n'), 'main.f·')
})
