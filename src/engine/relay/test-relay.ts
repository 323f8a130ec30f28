/** A session for tests, with both its ends in hand: a caller who speaks and presses keys, and an app on a socket. */
import { type Instant, newSid } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { type ConversationRelay, parseTwiml } from '../../wire/twiml/index.ts'
import type { CallRecord } from '../call/call-record.ts'
import { InlineEngine } from '../media/inline-engine.ts'
import { aSound, memoryFiles, testSounds } from '../media/test-sounds.ts'
import { timedVoiceMs } from '../media/timed-voice.ts'
import type { SpeechRecognizer } from '../ports/recognition.ts'
import type { SocketEnd, StreamSocketEvents } from '../ports/stream-sockets.ts'
import { Recognition } from '../recognition/recognition.ts'
import type { RelayOver } from './relay-over.ts'
import { RelaySession } from './relay-session.ts'

const START = 1_000_000

export interface ToldMessage {
  readonly type: string
  readonly [field: string]: unknown
}

/** As a document has it. */
export function relayNoun(attributes = '', children = ''): ConversationRelay {
  const noun = `<ConversationRelay url="wss://app.test/relay" ${attributes}>${children}</ConversationRelay>`
  const parsed = parseTwiml(`<Response><Connect>${noun}</Connect></Response>`)
  const [verb] = parsed.ok ? parsed.verbs : []
  if (verb?.verb !== 'Connect' || verb.noun.noun !== 'ConversationRelay') throw new Error('no relay in there')
  return verb.noun
}

export interface RelayKit {
  /** Files cannot even be asked for. */
  readonly fails?: Error
  readonly attributes?: string
  readonly children?: string
  /** Of sound whose words nobody knows. */
  readonly recognizer?: SpeechRecognizer
  /** What the app says to a message; by default it ends its turn, so that nobody waits for it. */
  readonly answer?: (message: ToldMessage, app: { say(message: unknown): void }) => void
}

const NO_ANSWER: NonNullable<RelayKit['answer']> = ({ type }, app) => {
  if (type === 'setup' || type === 'prompt') app.say({ type: 'text', token: '', last: true })
}

export function aRelay({ attributes, children, answer = NO_ANSWER, fails, recognizer }: RelayKit = {}) {
  const clock = new VirtualClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })
  const engine = new InlineEngine({ clock, files: memoryFiles() })
  const now = () => clock.now() - START
  /** What the caller heard: `0 Hello 300`, `300 Well 120 cut`. */
  const heard: string[] = []
  const media = engine.open({
    spanStarted() {},
    spanEnded: ({ text, url, playedMs, cut }, startedAt) =>
      void heard.push(`${startedAt - START} ${text ?? url} ${playedMs}${cut ? ' cut' : ''}`),
    keyHeard() {},
    recordingBegan() {},
    lost() {},
  })
  const stop = new AbortController()
  const keyListeners = new Set<(key: string) => void>()
  const alerts: string[] = []
  const pressed: string[] = []
  /** `woman en-US Hello` */
  const spokenBy: string[] = []
  /** With the moment it was told. */
  const told: (ToldMessage & { readonly at: number })[] = []
  const closed: (number | undefined)[] = []
  let events: StreamSocketEvents | null = null
  let bufferedBytes = 0
  const say = (message: unknown) =>
    events?.message(typeof message === 'string' ? message : JSON.stringify(message), false)
  const socket = {
    send(text: string) {
      const message = JSON.parse(text) as ToldMessage
      told.push({ ...message, at: now() })
      queueMicrotask(() => answer(message, { say }))
    },
    get bufferedBytes() {
      return bufferedBytes
    },
    inStep: async () => {},
    close: async (code?: number) => {
      closed.push(code)
    },
  }
  const recognition = new Recognition({ clock, logger: silentLogger, recognizer: recognizer ?? null })
  const record = {
    sid: newSid('CA'),
    accountSid: newSid('AC'),
    parentCallSid: null,
    from: '+15551230001',
    to: '+15005550006',
    forwardedFrom: null,
    callerName: null,
    direction: 'inbound',
    status: 'in-progress',
  } as unknown as CallRecord
  const session = new RelaySession(
    {
      clock,
      stop: stop.signal,
      record,
      sounds: {
        ...testSounds,
        say: async (speech) => {
          spokenBy.push(`${speech.voice} ${speech.language} ${speech.content.join('')}`)
          return testSounds.say(speech)
        },
      },
      fetchSound: async (url) => {
        if (fails) throw fails
        return url.endsWith('missing.mp3') ? null : aSound(2000)
      },
      recognition,
      onKey: (listener) => {
        keyListeners.add(listener)
        return () => void keyListeners.delete(listener)
      },
      pressed: (digits) => void pressed.push(`${now()} ${digits}`),
      openSocket: async (_url, given) => {
        events = given
        return socket
      },
      during: (work) => void work.catch((fault: unknown) => alerts.push(String(fault))),
      alert: ({ code }) => void alerts.push(`${code}`),
      alertOnce: ({ code }) => void alerts.push(`${code} once`),
    },
    media,
    relayNoun(attributes, children),
  )
  let over: RelayOver | null = null
  session.over.then(
    (how) => {
      over = how
    },
    () => {},
  )
  session.start()
  const at = (ms: number, act: () => void) => void clock.after(ms - now(), act)
  return {
    clock,
    session,
    media,
    heard,
    told,
    closed,
    alerts,
    pressed,
    spokenBy,
    at,
    app: {
      say,
      open: () => events?.opened(),
      ended: (end: SocketEnd) => events?.ended(end),
      stopsReading: () => {
        bufferedBytes = 1e9
      },
    },
    caller: {
      /** 60 ms a character. */
      says: (text: string) => media.sound(aSound(timedVoiceMs(text)), text),
      /** Loud enough to be speech. */
      sounds: (lengthMs: number) => media.sound(aSound(lengthMs, 0x90)),
      presses: (key: string) => {
        for (const listener of [...keyListeners]) listener(key)
      },
    },
    stop: () => stop.abort('over'),
    over: () => over,
    /** Goes on until then. */
    async until(ms: number) {
      // The socket is there a moment after the start.
      if (now() === 0) await new Promise((resolve) => setImmediate(resolve))
      await clock.advance(ms - now())
    },
    /** Messages of one kind, without their type. */
    of: (type: string) => told.filter((one) => one.type === type).map(({ type: _, ...rest }) => rest),
  }
}

/** One that stands: the app has been told of the call. */
export async function anOpenRelay(kit: RelayKit = {}) {
  const relay = aRelay(kit)
  await new Promise((resolve) => setImmediate(resolve))
  relay.app.open()
  return relay
}
