/** A shop that hangs, drawn: a request that is done, one whose sub-task waits for a lock, and a worker that has gone on. */
import type { Trace } from '../src/trace/tables.ts'
import { stackRow, TICK_NS, timelineFromText } from './timeline.ts'

const LOCK = [
  'sync.(*Mutex).Lock sync/mutex.go:46',
  'main.take shop/main.go:135',
  'main.reserve.func1 shop/main.go:128',
]
const RECEIVE = ['runtime.chanrecv1 runtime/chan.go:509', 'main.reserve shop/main.go:131', 'main.work shop/main.go:20']
const BEGIN = ['runtime/trace.NewTask runtime/trace/annotation.go:41', 'main.work shop/main.go:17']
const REGION = ['runtime/trace.StartRegion runtime/trace/annotation.go:150', 'main.work shop/main.go:18']

/**
 *   task 1 request    G1, ticks 1 to 4, with region "load" and in it "parse"; its child G3 sleeps within "load"
 *   task 2 checkout   begun by G2 at tick 1, never ended: region "reserve" is open
 *   task 3 query      its sub-task, never ended: G4, started in "reserve", logs for it and waits for a lock
 *   task 4 report     begun by G1 at tick 5, and by then G1 has also a part in task 2 (a log at tick 2)
 *   task 9            ended at tick 3; its begin was not seen
 *
 * `title` is what the second task is called, and then its region and log too.
 */
export function shopTrace(title = 'checkout'): Trace {
  const legend = { L: { reason: 'sync', stack: LOCK }, C: { reason: 'chan receive', stack: RECEIVE }, S: { reason: 'sleep' } } // biome-ignore format: one legend
  return timelineFromText(
    `
    G1   main.work           RRRrRRRRRR
    G2   main.work           RRCCCCCCCC
    G3<1 main.load.func1     ..RSR.....
    G4<2 main.reserve.func1  ..RLLLLLLL
    `,
    legend,
    26,
    (builder, [g1, g2, , g4]) => {
      const name = (text: string) => builder.strings.internText(text)
      const at = (ticks: number) => ticks * TICK_NS
      const begin = stackRow(builder, BEGIN)
      const region = stackRow(builder, REGION)
      const before = builder.regionBegin(Number.NaN, 0, name('since before'), g1, region)
      builder.endRegion(at(0.5), before)
      builder.taskBegin(at(1), 1, 0, name('request'), g1, begin)
      const load = builder.regionBegin(at(1.25), 1, name('load'), g1, region)
      builder.taskBegin(at(1), 2, 0, name(title), g2, begin)
      builder.regionBegin(at(1.5), 2, name(title === 'checkout' ? 'reserve' : title), g2, region)
      builder.taskBegin(at(1.75), 3, 2, name('query'), g2, begin)
      const parse = builder.regionBegin(at(2.5), 1, name('parse'), g1, region)
      builder.log(at(2), 2, name('note'), name(title === 'checkout' ? 'beside it' : title), g1, region)
      builder.log(at(2.5), 3, name('stock'), name('asks for one piece'), g4, region)
      builder.taskEnded(at(3), 9)
      builder.endRegion(at(3.5), parse)
      builder.endRegion(at(3.75), load)
      builder.log(at(3.8), 1, name(''), name('done'), g1, -1)
      builder.taskEnded(at(4), 1)
      builder.taskBegin(at(5), 4, 0, name('report'), g1, begin)
      builder.log(at(6), 0, name('tick'), name('of no task'), g1, -1)
      builder.taskEnded(at(7), 4)
    },
  )
}
