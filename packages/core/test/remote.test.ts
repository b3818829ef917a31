/** Who has a slot, and who has only been there before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const SEND: Legend[string] = { reason: 'chan send', stack: ['main.ask main.go:96', 'main.answered.gowrap1 main.go:85'] }
const READ = ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'net.(*netFD).Read net/fd_posix.go:68']
const TAKES = { stack: ['runtime.chanrecv1 runtime/chan.go:500', 'main.answered main.go:88'] }

/** Goroutine 9 has taken what 10 sent and reads now; 11 to 14 send to others that have gone on, too. */
function causes(entry: string, callers: readonly string[]): string[] {
  const legend: Legend = { S: SEND, N: { reason: 'network', stack: [...READ, ...callers] }, '1': TAKES }
  const trace = timelineFromText(
    `
    G9 ${entry}                  RRRRNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G10 main.answered.gowrap1    SSS1R.............................
    G11 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G12 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G13 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G14 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
  `,
    legend,
  )
  const { findings } = diagnose([{ kind: 'trace', name: 't', trace }])
  return findings.map(({ certainty, cause }) => `${certainty} ${cause}`)
}

test('a receiver that asks a remote keeps those waiting that send to it', () => {
  const said = causes('main.consume', ['main.ask main.go:120', 'main.consume main.go:110'])
  assert.ok(said.includes('likely remote'), String(said))
})

test('a connection of a server that idles after its request was served is no remote call', () => {
  const serve = ['net/http.(*connReader).backgroundRead net/http/server.go:702']
  const said = causes('net/http.(*connReader).backgroundRead', serve)
  assert.ok(!said.some(cause => cause.endsWith('remote')), String(said))
})
