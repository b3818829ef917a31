/** What consoles of logs export, what tools print, and what editors, mails and chats make of a text: read as Go's own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dump, dumpsOf, FormatError, openCapture } from '../src/index.ts'

const DUMP = `goroutine 1 [semacquire, 12 minutes]:
sync.runtime_SemacquireMutex(0xc0000b4014, 0x0, 0x1)
\t/usr/local/go/src/runtime/sema.go:71 +0x47
sync.(*Mutex).Lock(...)
\t/usr/local/go/src/sync/mutex.go:81
main.(*cart).wait(0xc0000b4010, {0x4b1f20, 0x3}, 0x1)
\t/src/shop/cart.go:41 +0x5c
main.main()
\t/src/shop/main.go:20 +0x85

goroutine 18 [chan receive, 12 minutes]:
main.(*queue[...]).take(0xc00006a000)
\t/src/shop/queue.go:33 +0x3a
created by main.serve in goroutine 1
\t/src/shop/serve.go:10 +0x5a

goroutine 19 [select]:
main.(*pump).run(0xc00006a060, 0x2540be400)
\t/src/shop/pump.go:55 +0x125
created by main.(*pump).start in goroutine 1
\t/src/shop/pump.go:40 +0x9d
`
const LINES = DUMP.trimEnd().split('\n')

const each = (form: (line: string, i: number) => string) => LINES.map(form).join('\n')
const json = (value: unknown, indent?: number) => JSON.stringify(value, null, indent)
const bytesOf = (text: string) => [...new TextEncoder().encode(text)]
const time = (i: number) => `2026-03-03T04:05:06.${100 + i}Z`
const page = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
const words = (line: string, width: number) =>
  line.split(/(?<= )/).reduce((text, word) => {
    const last = text.slice(text.lastIndexOf('\n') + 1)
    return last !== '' && last.length + word.length > width ? `${text.trimEnd()}\n${word}` : text + word
  }, '')
const gcp = LINES.map((line, i) => ({ textPayload: `${line}\n`, insertId: `a${i}`, timestamp: time(i) }))
const events = LINES.map((message, i) => ({ timestamp: 1772510706000 + i, message, ingestionTime: 1772510707000 }))
const journal = (message: unknown, i: number) => ({ __REALTIME_TIMESTAMP: `17725${i}`, MESSAGE: message, _PID: '812' })
const values = LINES.map((line, i) => [`177251070600000${i}`, line])

const FORMS: Readonly<Record<string, string | Uint8Array>> = {
  "Slack's fence": `bob  10:31 AM\nhere it is\n\`\`\`${DUMP}\`\`\`\n`,
  'a quote': `On Tue bob wrote:\n${each(line => `> ${line}`)}`,
  'a list': each(line => line && `- ${line}`),
  "syslog's escapes": `Mar  3 04:05:06 web-1 shopd[812]: ${DUMP.replaceAll('\n', '#012').replaceAll('\t', '#011')}\n`,
  "Windows' event": `Source:        shopd\r\nDescription:\r\n${DUMP.replaceAll('\n', '\r\n')}`,
  'CloudWatch: text': each((line, i) => `${time(i)} ${line}`),
  'CloudWatch: JSON': json({ events }, 4),
  'CloudWatch: JSON on one line': json({ events }),
  'CloudWatch: CSV': `timestamp,message\n${each((line, i) => `${1772510706000 + i},"${line}"`)}\n`,
  'CloudWatch: a table': `| @timestamp | @message |\n|---|---|\n${each((line, i) => `| ${time(i)} | ${line} |`)}\n`,
  'CSV that quotes no comma': `timestamp,message\n${each((line, i) => `${1772510706000 + i},${line}`)}\n`,
  'CSV with a whole dump in a cell': `timestamp,message\n1772510706000,"${DUMP}"\n`,
  'Datadog: JSON': each(line => json({ id: 'AZ', content: { host: 'web-1', message: line } })),
  'Datadog: CSV': `Date,Host,Message\n${each((line, i) => `"${time(i)}","web-1","${line}"`)}`,
  'GCP: an array': json(gcp, 2),
  'GCP: the last entry first': json(gcp.toReversed(), 2),
  'GCP: jsonPayload': each((message, i) => json({ insertId: `a${i}`, jsonPayload: { message }, timestamp: time(i) })),
  'GCP: YAML': each((line, i) =>
    line.startsWith('\t')
      ? `---\ninsertId: a${i}\ntextPayload: |2\n  ${line}`
      : `---\ninsertId: a${i}\ntextPayload: '${line}'`,
  ),
  'Loki: its API': json({ data: { result: [{ stream: { app: 'shop' }, values }] } }),
  'Loki: the last entry first': json({ data: { result: [{ stream: {}, values: values.toReversed() }] } }),
  Elasticsearch: json({ hits: { hits: LINES.map(message => ({ _index: 'logs', _source: { message } })) } }),
  Azure: json({ tables: [{ columns: [{ name: 'Time' }], rows: LINES.map((line, i) => [time(i), line]) }] }),
  'an array of lines': json(LINES, 2),
  asciinema: `{"version": 2, "width": 80}\n${each((line, i) => json([i / 10, 'o', `${line}\r\n`]))}`,
  'journald: json-pretty': each((line, i) => json(journal(line, i), 1)),
  'journald: json with bytes': each((line, i) => json(journal(line.includes('\t') ? bytesOf(line) : line, i))),
  'journald: json-pretty with bytes': each((line, i) => json(journal(bytesOf(line), i), 1)),
  'journald: json-seq': each((line, i) => `\u001e${json(journal(line, i))}`),
  'journald: json-sse': each((line, i) => `data: ${json(journal(line, i))}\n`),
  'Fluent Bit': each(line => `[0] kube: [[1772510706.1, {}], {"log"=>"${line.replaceAll('\t', '\\t')}"}]`),
  supervisord: each(line => `2026-03-03 04:05:06,123 DEBG 'shop' stderr output:\n${line}`),
  colours: DUMP.replace(/goroutine (\d+)/g, '\u001b[1;33mgoroutine\u001b[0m \u001b[36m$1\u001b[0m'),
  'colours whose escape is lost': each(line => `[31m${line}[0m`),
  'colours as two characters': each(line => `^[[31m${line}^[[0m`),
  'a page of Go': `<html>\n<head><title>/debug/pprof/</title></head><body><pre>${page(DUMP)}</pre></body></html>`,
  'a page of code': `<!DOCTYPE html><html><table>${each((line, i) => `<tr><td data-line-number="${i + 1}"></td><td><span class="pl-s">${page(line)}</span></td></tr>`)}</table></html>`,
  'spaces for tabs': DUMP.replaceAll('\t', '    '),
  'spaces that do not break': DUMP.replaceAll(' ', '\u00a0').replaceAll('\t', '\u00a0\u00a0'),
  'characters without width': DUMP.replaceAll('goroutine', '\u200bgoroutine'),
  'dots as one character': DUMP.replaceAll('...', '\u2026'),
  'a mark in the middle': DUMP.replace('goroutine 18', '\ufeffgoroutine 18'),
  'UTF-16': utf16(`\ufeff${DUMP}`),
  'UTF-16 without a mark': utf16(DUMP),
  'lines of 40 columns': each(line => line.replace(/(.{40})(?=.)/g, '$1\n')),
  'words in 40 columns': each(line => words(line, 40)),
  'quoted-printable': `Content-Transfer-Encoding: quoted-printable\n\n${DUMP.replaceAll('\t', '=09').replace(/(.{40})(?=.)/g, '$1=\n')}`,
  'cat -A': each(line => `${line.replaceAll('\t', '^I')}$`),
  'cat -n': each((line, i) => `${`${i + 1}`.padStart(6)}\t${line}`),
  'grep -n with context': each(
    (line, i) => `d.txt${'-:'[+line.startsWith('go')]}${i + 1}${'-:'[+line.startsWith('go')]}${line}`,
  ),
  'numbers of lines': each((line, i) => `${i + 1} ${line}`),
  "old Macs' line ends": DUMP.replaceAll('\n', '\r'),
  'a blank line behind each': DUMP.replaceAll('\n', '\n\n'),
  'lines put together by a blank': DUMP.replaceAll('\n\t', ' '),
  'all in one line': DUMP.replace(/\n+/g, ' ').replaceAll('\t', ''),
  'pieces of HTTP': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${(DUMP.match(/[\s\S]{1,200}/g) ?? []).map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`,
  'an address': encodeURIComponent(DUMP),
}

/** All of a dump, as text. */
function shown({ rows, stacks, frames, frameArgs, strings, problems }: Dump): string {
  const text = (row: number) => (row < 0 ? '' : strings.text(row))
  const place = (frame: number) => `${text(frames.function[frame])} ${text(frames.file[frame])}:${frames.line[frame]}`
  const lines = problems.map(({ message }) => message)
  for (let row = 0; row < rows.length; row++) {
    lines.push(`${rows.count[row]} × ${rows.id[row]} ${text(rows.reason[row])} ${rows.minutes[row]}`)
    const stack = Array.from(stacks.frame.subarray(stacks.first[rows.stack[row]], stacks.first[rows.stack[row] + 1]))
    lines.push(...stack.map((frame, i) => `${place(frame)} ${text(frameArgs[rows.firstArg[row] + i])}`))
    if (rows.createdBy[row] !== -1) lines.push(`by ${place(rows.createdBy[row])} ${rows.creator[row]}`)
  }
  return lines.join('\n')
}

const read = async (input: string | Uint8Array) => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  return dumpsOf(await openCapture(bytes, 2 ** 20)).map(shown)
}

for (const [name, text] of Object.entries(FORMS))
  test(`${name}: the same dump`, async () => {
    assert.deepEqual(await read(text), await read(DUMP))
  })

test('two files in one, each with its mark, are two dumps', async () => {
  const mark = '\ufeff'
  assert.equal((await read(`${mark}${DUMP}${mark}${DUMP.replace('goroutine 19', 'goroutine 20')}`)).length, 2)
})

const REFUSED: Readonly<Record<string, readonly [Uint8Array | string, RegExp]>> = {
  zip: [Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /found an archive\. Unpack it/],
  zstd: [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 2), /found an archive\. Unpack it/],
  lz4: [Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 1, 2), /found an archive\. Unpack it/],
  tar: [`${'dump.txt'.padEnd(257, '\0')}ustar\0${DUMP}`, /found an archive\. Unpack it/],
  base64: [
    Buffer.from(DUMP)
      .toString('base64')
      .replace(/(.{76})/g, '$1\n'),
    /found text in base64\. Unpack it/,
  ],
  'JSON of something else': [json({ events: [{ message: 'hello' }] }), /found JSON/],
  'a page of something else': ['<html><body><form>login</form></body></html>', /found an HTML page/],
  'a table of something else': ['time,message\n1,hello\n2,world\n', /found text without a goroutine/],
}

for (const [name, [input, message]] of Object.entries(REFUSED))
  test(`${name} is refused: what it is, and what to do`, async () => {
    await assert.rejects(read(input), error => error instanceof FormatError && message.test(error.message))
  })
