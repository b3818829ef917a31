/** Sizes and durations as people read them, three digits at most. */

const SIZE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** "912 B", "1.2 kB", "89 MB": decimal, as file managers and `ls -h --si` show them. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : threeDigits(value)} ${SIZE_UNITS[unit]}`
}

/** "812 ns", "1.2 ms", "9.3 s", "4 min 12 s", "3 h 5 min". */
export function formatNs(ns: number): string {
  if (!Number.isFinite(ns)) return '?'
  if (ns < 1000) return `${Math.round(ns)} ns`
  if (ns < 999_500) return `${threeDigits(ns / 1e3)} µs`
  if (ns < 999_500_000) return `${threeDigits(ns / 1e6)} ms`
  if (ns < 100e9) return `${threeDigits(ns / 1e9)} s`
  const seconds = Math.round(ns / 1e9)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** "1,000,000". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1).replace(/\.0$/, '')
  return value.toFixed(2).replace(/\.?0+$/, '')
}
