/** What the tests of stranded goroutines have in common: a server, goroutines in it, and what is said of two dumps. */
import { diagnose, type Finding, readDump } from '../src/index.ts'

/** Main stands in its select, and an accept loop may bring new work. */
export const SERVER = `goroutine 1 [select (no cases)]:
main.main()
	/src/app/main.go:90 +0x20

goroutine 7 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000001000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
internal/poll.(*FD).Accept(0xc000100000)
	/go/src/internal/poll/fd_unix.go:611 +0x2ac
net.(*netFD).accept(0xc000100000)
	/go/src/net/fd_unix.go:172 +0x29
net/http.(*Server).Serve(0xc000120000, {0x8a1000, 0xc000130000})
	/go/src/net/http/server.go:3285 +0x30c
created by main.main in goroutine 1
	/src/app/main.go:80 +0x33
`

/** A goroutine in `call` at `line`, started by a goroutine that is gone where \`creator\` is not listed. */
export function waiting(id: number, state: string, call: string, line: number, creator: number): string {
  return `
goroutine ${id} [${state}]:
${call}
	/src/app/work.go:${line} +0x45
created by main.(*shop).order in goroutine ${creator}
	/src/app/work.go:20 +0x8f
`
}

/** A goroutine as a dump prints it; frames are "function(args) line" of work.go, or of a file that they name. */
export function stack(id: number, state: string, frames: readonly string[], created: string): string {
  const line = (text: string) => {
    const [, call, file = '/src/app/work.go', at] = /^(.*?\)?[^ ]*) (?:(\S+):)?(\d+)$/.exec(text)!
    return `${call}\n\t${file}:${at} +0x45\n`
  }
  const [, name, at, by] = /^(\S+) (\d+) by (\d+)$/.exec(created)!
  const start = `created by ${name} in goroutine ${by}\n\t/src/app/work.go:${at} +0x8f\n`
  return `\ngoroutine ${id} [${state}]:\n${frames.map(line).join('')}${start}`
}

/** The findings of two dumps that show the same. */
export function findingsOf(...goroutines: string[]): readonly Finding[] {
  const text = new TextEncoder().encode([SERVER, ...goroutines].join(''))
  const inputs = ['before', 'after'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) }))
  return diagnose(inputs).findings
}

/** What one dump alone says for sure. */
export function sureByOne(...goroutines: string[]): readonly Finding[] {
  const dump = readDump(new TextEncoder().encode([SERVER, ...goroutines].join('')))
  return diagnose([{ name: 'dump', kind: 'dump', dump }]).findings.filter(({ certainty }) => certainty !== 'possible')
}

export const brief = ({ certainty, cause, site, waiters }: Finding) => [certainty, cause, site.function, waiters.count]
