/**
 * A stub of a realtime speech model, for tests of voice agents: a local WebSocket server that speaks just enough of the
 * OpenAI Realtime protocol. It has no model: it says the turns it is given, all at once as models do, and finds that the
 * caller speaks by the sound being none of silence's codes. What it was told is kept.
 */
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

/** Events of the model carry this much audio each. */
export const DELTA_MS = 100
/** Silence that ends what the caller says. */
const SILENCE_MS = 300
/** Both zeros of µ-law. */
const SILENT: ReadonlySet<number> = new Set([0xff, 0x7f])

export interface ModelTurn {
  readonly itemId: string
  /** µ-law. */
  readonly audio: Uint8Array
}

export interface Truncation {
  readonly itemId: string
  readonly audioEndMs: number
}

export interface RealtimeModel {
  readonly url: string
  /** The last session the client asked for. */
  readonly session: Readonly<Record<string, unknown>>
  readonly truncations: readonly Truncation[]
  /** Audio of the caller, in milliseconds. */
  readonly heardMs: number
  /** How often the caller began to speak. */
  readonly barges: number
  readonly said: readonly string[]
  /** Events of types that the stub does not know. */
  readonly unknown: readonly string[]
}

interface ClientEvent {
  readonly type: string
  readonly session?: Record<string, unknown>
  readonly audio?: string
  readonly item_id?: string
  readonly content_index?: number
  readonly audio_end_ms?: number
}

/** @param turns what it says: the first when asked for a response, each next one when the caller has spoken */
export async function startRealtimeModel(t: TestContext, turns: readonly ModelTurn[]): Promise<RealtimeModel> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  const model = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    session: {} as Record<string, unknown>,
    truncations: [] as Truncation[],
    heardMs: 0,
    barges: 0,
    said: [] as string[],
    unknown: [] as string[],
  }
  server.on('connection', (socket) => converse(socket, model, turns))
  return model
}

function converse(
  socket: WebSocket,
  model: { -readonly [Field in keyof RealtimeModel]: RealtimeModel[Field] } & {
    readonly truncations: Truncation[]
    readonly said: string[]
    readonly unknown: string[]
  },
  turns: readonly ModelTurn[],
): void {
  let events = 0
  let nextTurn = 0
  /** Silence since the caller's last sound; null: they are not speaking. */
  let silentMs: number | null = null
  const send = (type: string, more: object) =>
    socket.send(JSON.stringify({ type, event_id: `event_${++events}`, ...more }))

  const respond = () => {
    const turn = turns[nextTurn++]
    if (!turn) return
    const response = { id: `resp_${nextTurn}`, object: 'realtime.response', status: 'in_progress', output: [] }
    const place = { response_id: response.id, item_id: turn.itemId, output_index: 0, content_index: 0 }
    const item = { id: turn.itemId, type: 'message', role: 'assistant', status: 'in_progress', content: [] }
    send('response.created', { response })
    send('response.output_item.added', { response_id: response.id, output_index: 0, item })
    for (let at = 0; at < turn.audio.length; at += DELTA_MS * 8)
      send('response.output_audio.delta', {
        ...place,
        delta: Buffer.from(turn.audio.subarray(at, at + DELTA_MS * 8)).toString('base64'),
      })
    send('response.output_audio.done', place)
    send('response.output_item.done', {
      response_id: response.id,
      output_index: 0,
      item: { ...item, status: 'completed' },
    })
    send('response.done', { response: { ...response, status: 'completed' } })
    model.said.push(turn.itemId)
  }

  const listen = (audio: Uint8Array) => {
    const item_id = `caller_${model.barges}`
    model.heardMs += audio.length / 8
    if (audio.some((code) => !SILENT.has(code))) {
      if (silentMs === null) {
        model.barges += 1
        send('input_audio_buffer.speech_started', { item_id, audio_start_ms: model.heardMs })
      }
      silentMs = 0
    } else if (silentMs !== null) {
      silentMs += audio.length / 8
      if (silentMs < SILENCE_MS) return
      silentMs = null
      send('input_audio_buffer.speech_stopped', { item_id, audio_end_ms: model.heardMs })
      send('input_audio_buffer.committed', { item_id, previous_item_id: null })
      respond()
    }
  }

  send('session.created', { session: { type: 'realtime', object: 'realtime.session', tracing: null } })
  socket.on('message', (data) => {
    const event = JSON.parse(data.toString()) as ClientEvent
    switch (event.type) {
      case 'session.update':
        model.session = { ...model.session, ...event.session }
        send('session.updated', { session: model.session })
        return
      case 'input_audio_buffer.append':
        listen(Buffer.from(event.audio ?? '', 'base64'))
        return
      case 'response.create':
        respond()
        return
      case 'response.cancel':
        // There is never one under way: each is told at once.
        return
      case 'conversation.item.truncate': {
        const { item_id = '', content_index, audio_end_ms = 0 } = event
        model.truncations.push({ itemId: item_id, audioEndMs: audio_end_ms })
        send('conversation.item.truncated', { item_id, content_index, audio_end_ms })
        return
      }
      case 'conversation.item.retrieve':
        send('conversation.item.retrieved', {
          item: { id: event.item_id, type: 'message', role: 'assistant', status: 'incomplete', content: [] },
        })
        return
      default:
        model.unknown.push(event.type)
    }
  })
}
