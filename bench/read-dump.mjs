/**
 * Reads a dump in this process, so that the start of Node.js is not in the figures: `node read-dump.mjs FILE ROUNDS`
 * prints how long each reading took, the first of which compiles the reader, and how many goroutines there were.
 */
import { readFileSync } from 'node:fs'
import { dumpsOf, openCapture } from '../packages/core/dist/index.js'

/** Of a compressed file, the most that it may hold. */
const LIMIT = 2 ** 30

const [file, rounds] = process.argv.slice(2)
const bytes = new Uint8Array(readFileSync(file))
const readMs = []
const cpuMs = []
let goroutines = 0
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now()
  const before = process.cpuUsage()
  const { rows } = dumpsOf(await openCapture(bytes, LIMIT)).at(-1)
  readMs.push(performance.now() - start)
  const { user, system } = process.cpuUsage(before)
  cpuMs.push((user + system) / 1000)
  goroutines = 0
  for (let row = 0; row < rows.length; row++) goroutines += rows.count[row]
}
console.log(JSON.stringify({ byteLength: bytes.length, readMs, cpuMs, goroutines }))
