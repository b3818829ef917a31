/** Time that this process has worked: limits on it hold on a busy machine as well, where waiting is no work. */

export function workedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}
