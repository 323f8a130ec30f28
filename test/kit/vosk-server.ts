/**
 * A stub of a Vosk server on loopback, for tests: it speaks the protocol and hears nothing. What it answers to each piece of
 * sound, and at the end, is the test's to say; what it was sent is kept.
 */
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

export interface StubUtterance {
  /** The text messages, as they came. */
  readonly texts: readonly string[]
  /** All sound so far: samples at 8 kHz. */
  readonly samples: readonly number[]
  /** Messages with sound. */
  readonly pieces: number
  readonly socket: WebSocket
}

/** What is answered: a value becomes JSON, a string goes as it is; undefined: nothing. */
export type StubAnswer = object | string | undefined

export interface StubScript {
  /** To a piece of sound. Default: a partial without words. */
  readonly heard?: (utterance: StubUtterance) => StubAnswer
  /** To the end. Default: no words; the socket is closed after it, as the server does. */
  readonly ended?: (utterance: StubUtterance) => StubAnswer
  /** Instead of the server's own way of going on after the end: the socket stays open. */
  readonly staysOpen?: true
}

/** The phrase as the server tells it once it is over. */
export const phrase = (text: string, conf = 0.9): object => ({
  text,
  result: text.split(' ').map((word, index) => ({ word, conf, start: index * 0.3, end: index * 0.3 + 0.3 })),
})
export const partial = (text: string): object => ({ partial: text })

export async function aVoskServer(t: TestContext, script: StubScript = {}) {
  const { heard = () => partial(''), ended = () => ({ text: '' }), staysOpen } = script
  const utterances: StubUtterance[] = []
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  server.on('connection', (socket) => {
    const utterance = { texts: [] as string[], samples: [] as number[], pieces: 0, socket }
    utterances.push(utterance)
    const answer = (what: StubAnswer) => {
      if (what !== undefined) socket.send(typeof what === 'string' ? what : JSON.stringify(what, null, 2))
    }
    socket.on('error', () => {})
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        for (let at = 0; at + 1 < data.length; at += 2) utterance.samples.push(data.readInt16LE(at))
        utterance.pieces += 1
        answer(heard(utterance))
        return
      }
      utterance.texts.push(data.toString())
      if (data.toString() !== '{"eof" : 1}') return
      answer(ended(utterance))
      if (!staysOpen) socket.close()
    })
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, utterances }
}
