/** The app on a socket of this machine: 127.0.0.1 and no other address, so that no neighbour in the network reaches it. */
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Complaint } from '../complaint.ts'
import { type Answer, type Handle, text } from './app.ts'
import { ASKED_LIMIT } from './asked.ts'
import type { OpenFile } from './content.ts'

export type Listening = {
  readonly port: number
  /** "http://127.0.0.1:6161/" */
  readonly url: string
  /** Ends what is under way as well: a page that is still loading must not hold Ctrl-C up. */
  readonly close: () => Promise<void>
}

const ADDRESS = '127.0.0.1'
/**
 * Where nobody asks for a port: the same one every time, for a browser remembers by address what the user chose (light
 * or dark, the height of the details). Where it is taken, any.
 */
const USUAL_PORT = 6161
const ANY_PORT = 0
/** A trace is large, and a disk likes few large reads. */
const PIECE = 1 << 20

/** `createApp` gets the port that was found. Throws a Complaint where the one asked for cannot be had. */
export async function listen(createApp: (port: number) => Handle, port: number | undefined): Promise<Listening> {
  const server = http.createServer()
  try {
    await listenAt(server, port ?? USUAL_PORT)
  } catch (error) {
    if (port !== undefined) throw unavailable(port, error)
    await listenAt(server, ANY_PORT)
  }
  const found = (server.address() as AddressInfo).port
  const handle = createApp(found)
  server.on('request', (request, response) => respond(handle, request, response))
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port: found, url: `http://${ADDRESS}:${found}/`, close }
}

function listenAt(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: ADDRESS }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function unavailable(port: number, error: unknown): Complaint {
  const { code, message } = error as NodeJS.ErrnoException
  const found = code === 'EADDRINUSE' ? 'another program that listens there' : message
  return new Complaint(`port ${port} of ${ADDRESS} to be free`, found, 'leave --port out, or name another one')
}

function respond(handle: Handle, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method = '', url = '', headers } = request
  const answer = answered(() => handle({ method, target: url, headers }))
  if (answer.toBody) readBody(request, body => send(body ? answered(() => answer.toBody!(body)) : answer, response))
  else send(answer, response)
}

/** A fault of ours ends one request, not the page. */
function answered(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    return text(500, `This is a fault of unhang itself, please report it: ${(error as Error).message}`)
  }
}

function send({ status, headers, body }: Answer, response: http.ServerResponse): void {
  response.writeHead(status, headers)
  if (body === undefined || body instanceof Uint8Array) response.end(body)
  else sendFile(body, response)
}

/** undefined: it is too long. Of one that ends in the middle nobody is told: whoever sent it is gone. */
function readBody(request: http.IncomingMessage, take: (body: Uint8Array | undefined) => void): void {
  const pieces: Buffer[] = []
  let length = 0
  request.on('data', (piece: Buffer) => {
    length += piece.length
    // What comes behind is read and dropped, so that the sender hears the answer.
    if (length > ASKED_LIMIT) pieces.length = 0
    else pieces.push(piece)
  })
  request.on('end', () => take(length > ASKED_LIMIT ? undefined : Buffer.concat(pieces)))
  request.on('error', () => {})
}

/** As fast as it is taken. The file is closed at the end, also where the page goes away in the middle. */
function sendFile({ fd, size }: OpenFile, response: http.ServerResponse): void {
  // `end` is the last byte to be sent: an empty file has none.
  const range = { start: 0, end: Math.max(0, size - 1) }
  const stream = fs.createReadStream('', { fd, highWaterMark: PIECE, ...range })
  // A file that has become shorter: what was promised never comes, and the page must hear that.
  stream.on('end', () => (stream.bytesRead === size ? response.end() : response.destroy()))
  stream.on('error', () => response.destroy())
  // Comes at every end; destroying closes the file.
  response.on('close', () => stream.destroy())
  stream.pipe(response, { end: false })
}
