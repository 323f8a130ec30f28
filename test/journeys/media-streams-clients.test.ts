/** Apps as they are written for the reference, untouched: an echo after its tutorials, and a voice agent of a public package. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { RealtimeAgent, RealtimeSession } from '@openai/agents/realtime'
import { TwilioRealtimeTransportLayer } from '@openai/agents-extensions'
import { type WebSocket, WebSocketServer } from 'ws'
import { ULAW_TO_LINEAR } from '../../src/wire/codec/g711.ts'
import { journey } from '../kit/journey.ts'
import { DELTA_MS, startRealtimeModel } from '../kit/realtime-model.ts'
import { callPhone, recordedWav } from '../kit/recordings.ts'
import { soundings } from '../kit/wav-file.ts'

const FRAME_MS = 20

interface TwilioMessage {
  readonly event: string
  readonly streamSid: string
  readonly start?: { readonly streamSid: string }
  readonly media?: { readonly payload: string }
  readonly mark?: { readonly name: string }
  readonly dtmf?: { readonly digit: string }
}

/** Says back every 50 messages what came in them, with a mark behind; `*` clears, and after four times it has enough. */
class MediaStream {
  readonly #connection: WebSocket
  #messages: TwilioMessage[] = []
  #repeatCount = 0
  readonly log: string[]

  constructor(connection: WebSocket, log: string[]) {
    this.#connection = connection
    this.log = log
    connection.on('message', (message) => this.#onMessage(JSON.parse(String(message)) as TwilioMessage))
  }

  #onMessage(data: TwilioMessage): void {
    switch (data.event) {
      case 'connected':
      case 'start':
      case 'stop':
        this.log.push(data.event)
        break
      case 'media':
        this.#messages.push(data)
        if (this.#messages.length >= 50) this.#repeat()
        break
      case 'dtmf':
        this.log.push(`key ${data.dtmf?.digit}`)
        this.#connection.send(JSON.stringify({ event: 'clear', streamSid: data.streamSid }))
        break
      case 'mark':
        this.log.push(data.mark!.name)
        if (data.mark!.name === 'Repeat message 3') this.#connection.close(1000, 'Repeated four times')
        break
    }
  }

  #repeat(): void {
    const { streamSid } = this.#messages[0]!
    const payload = Buffer.concat(this.#messages.map(({ media }) => Buffer.from(media!.payload, 'base64'))).toString(
      'base64',
    )
    this.#messages = []
    this.#connection.send(JSON.stringify({ event: 'media', streamSid, media: { payload } }))
    const name = `Repeat message ${this.#repeatCount++}`
    this.#connection.send(JSON.stringify({ event: 'mark', streamSid, mark: { name } }))
  }
}

async function echoApp(t: TestContext): Promise<{ readonly url: string; readonly log: string[] }> {
  const log: string[] = []
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/xml')
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="ws://127.0.0.1:${port}"/></Connect></Response>`,
    )
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (connection) => new MediaStream(connection, log))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  t.after(() => {
    sockets.close()
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${port}`, log }
}

test('an echo after the tutorials: seconds come back one second later; a key clears the one that sounds', async (t) => {
  const app = await echoApp(t)
  const run = await journey(t)
  const { sid, heard } = await callPhone(
    run,
    [{ say: 'One two three four five six seven eight nine ten eleven twelve.' }, { press: '*' }, { waitMs: 9000 }],
    { url: `${app.url}/twiml`, record: true, recordingChannels: 'dual', trim: 'do-not-trim' },
  )
  assert.equal(heard.status, 'completed')
  const keyAt = heard.pressed[0]!.atMs
  const cleared = Math.floor(keyAt / 1000) - 1
  assert.deepEqual(app.log.slice(0, 2), ['connected', 'start'])
  assert.deepEqual(
    app.log.filter((line) => line.startsWith('Repeat')),
    ['Repeat message 0', 'Repeat message 1', 'Repeat message 2', 'Repeat message 3'],
  )
  assert.equal(app.log.indexOf('key *') + 1, app.log.indexOf(`Repeat message ${cleared}`), app.log.join(', '))
  for (const [index, { atMs, text, playedMs, lengthMs, cut }] of heard.heard.entries()) {
    assert.deepEqual([text, lengthMs, cut], [`Repeat message ${index}`, 1000, index === cleared])
    assert.ok(Math.abs(atMs - (index + 1) * 1000) <= FRAME_MS, `${text} began at ${atMs} ms`)
    if (cut) assert.ok(Math.abs(atMs + playedMs - keyAt) <= FRAME_MS, `heard until ${atMs + playedMs}, key at ${keyAt}`)
  }
  const [recording] = await run.client.calls(sid).recordings.list()
  const [said, played] = (await recordedWav(run.ringback, recording!.sid)).channels
  const [first] = heard.heard
  const from = first!.atMs * 8
  const second = played!.subarray(from, from + 8000)
  assert.ok(soundings(second).length > 0)
  assert.deepEqual(second, said!.subarray(0, 8000), 'the first second comes back sample by sample')
})

/** µ-law in which any 100 ms tell where they are from, and no code is silence. */
function speech(lengthMs: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length: lengthMs * 8 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return 0x10 + ((state >>> 24) % 0x50)
  })
}

test('a voice agent: heard, spoken over, cut; what model, ledger and recording say was heard is the same', async (t) => {
  const [greeting, answer] = [speech(8000, 1), speech(700, 2)]
  const model = await startRealtimeModel(t, [
    { itemId: 'item_greeting', audio: greeting },
    { itemId: 'item_answer', audio: answer },
  ])
  const faults: unknown[] = []
  const interrupted: number[] = []
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  })
  await new Promise((resolve) => sockets.once('listening', resolve))
  sockets.on('connection', async (twilioWebSocket) => {
    const session = new RealtimeSession(new RealtimeAgent({ name: 'Clerk', instructions: 'Be brief.' }), {
      transport: new TwilioRealtimeTransportLayer({ twilioWebSocket, url: model.url }),
      config: { audio: { output: { voice: 'verse' } } },
      tracingDisabled: true,
    })
    session.on('error', ({ error }) => faults.push(error))
    session.on('audio_interrupted', () => interrupted.push(model.barges))
    await session.connect({ apiKey: 'stub' })
    session.transport.sendEvent({ type: 'response.create' })
  })
  const { port } = sockets.address() as AddressInfo
  const run = await journey(
    t,
    { '/voice': () => `<Connect><Stream url="ws://127.0.0.1:${port}/media"/></Connect>` },
    // The model is behind the app: after every frame the two have a moment of real time.
    { settings: { clockSettleMs: 10 } },
  )
  const { sid, heard } = await callPhone(
    run,
    [{ waitMs: 2000 }, { say: 'Stop, please.' }, { waitMs: 3000 }, { hangup: true }],
    { record: true, recordingChannels: 'dual', trim: 'do-not-trim' },
  )
  assert.deepEqual([faults, model.unknown, model.said], [[], [], ['item_greeting', 'item_answer']])
  assert.deepEqual(interrupted, [1])
  const { audio } = model.session as { audio: { input: { format: object }; output: { format: object } } }
  assert.deepEqual([audio.input.format, audio.output.format], [{ type: 'audio/pcmu' }, { type: 'audio/pcmu' }])

  // What the caller heard, sample by sample.
  const [recording] = await run.client.calls(sid).recordings.list()
  const [, played] = (await recordedWav(run.ringback, recording!.sid)).channels
  const count = (turn: Uint8Array, from: number): number => {
    const other = turn.findIndex((code, at) => played![from + at] !== ULAW_TO_LINEAR[code])
    return other === -1 ? turn.length : other
  }
  const turns = Map.groupBy(heard.heard, ({ text }) => (text?.includes('item_answer') ? 'answer' : 'greeting'))
  const of = (turn: 'greeting' | 'answer') => {
    const entries = turns.get(turn) ?? []
    return { entries, atMs: entries[0]!.atMs, playedMs: entries.reduce((sum, { playedMs }) => sum + playedMs, 0) }
  }
  const [first, second] = [of('greeting'), of('answer')]
  const heardMs = count(greeting, first.atMs * 8) / 8
  assert.ok(heardMs > 1500 && heardMs < 6000, `${heardMs} ms of the greeting were heard`)
  assert.ok(
    Math.abs(first.playedMs - heardMs) <= FRAME_MS,
    `the ledger has ${first.playedMs} ms, heard were ${heardMs}`,
  )
  // On a busy machine the model may have fallen behind just then, so that there was nothing left to cut.
  assert.ok(
    first.entries.slice(0, -1).every(({ cut }) => !cut),
    'none but the last entry of it is cut',
  )
  const silence = played!.subarray((first.atMs + heardMs) * 8, second.atMs * 8)
  assert.ok(silence.every((sample) => sample === 0))
  assert.deepEqual([count(answer, second.atMs * 8) / 8, second.playedMs], [700, 700])
  assert.ok(second.entries.every(({ cut }) => !cut))

  // What the model was told was heard: up to the last mark that came back, and 50 ms, as the package reckons.
  const [truncation, ...more] = model.truncations
  assert.deepEqual([truncation?.itemId, more], ['item_greeting', []])
  const lastMarkMs = (truncation?.audioEndMs ?? 0) - 50
  assert.equal(lastMarkMs % DELTA_MS, 0)
  assert.ok(
    lastMarkMs <= heardMs && heardMs <= lastMarkMs + DELTA_MS + FRAME_MS,
    `the last mark before the caller spoke was at ${lastMarkMs} ms, heard were ${heardMs}`,
  )
})
