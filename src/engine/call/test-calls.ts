/**
 * Calls for tests, with everything around them in hand: legs that a test plays, an app that answers by path, a journal in
 * memory whose commits can be held back, and the clock.
 */
import { Courier } from '../../journal/courier.ts'
import type { Entry } from '../../journal/entry.ts'
import type { HttpRequest, HttpResult } from '../../journal/http-transport.ts'
import type { CallRow, Store, Write } from '../../journal/store.ts'
import { type AccountSid, type CallSid, type Instant, newSid } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { Conferences } from '../conference/conferences.ts'
import { InlineEngine } from '../media/inline-engine.ts'
import { NO_SOCKETS } from '../media/leg-streams.ts'
import { memoryFiles, testSounds } from '../media/test-sounds.ts'
import type { IncomingCall, LegListener } from '../ports/leg.ts'
import type { InboundRoute } from '../ports/number-directory.ts'
import { Queues } from '../queue/queues.ts'
import { Recognition } from '../recognition/recognition.ts'
import { Recordings } from '../recording/recordings.ts'
import { signedSockets } from '../relay/signed-sockets.ts'
import { Streams } from '../stream/streams.ts'
import { LiveTranscriptions } from '../transcription/live-transcriptions.ts'
import { Transcriptions } from '../transcription/transcriptions.ts'
import type { CallRecord, StatusCallback, VoiceSource } from './call-record.ts'
import type { NewCall } from './call-service.ts'
import { Calls, type CallsDeps } from './calls.ts'
import { DEFAULT_OPTIONS } from './new-records.ts'
import { type PlayedLeg, playedLeg } from './test-legs.ts'

export const ACCOUNT: AccountSid = newSid('AC')
export const OURS = '+15005550006'
export const PHONE = '+15551230001'
export const APP = 'http://app.test'
const OUR_URL = 'http://ringback.test'

export const ALL_EVENTS: StatusCallback = {
  url: `${APP}/status`,
  method: 'POST',
  events: ['initiated', 'ringing', 'answered', 'completed'],
}

export const inline = (verbs: string, fallback: VoiceSource['fallback'] = null): VoiceSource => ({
  document: { twiml: `<Response>${verbs}</Response>` },
  fallback,
})

export function aNewCall(change: Partial<NewCall> = {}): NewCall {
  return {
    accountSid: ACCOUNT,
    to: PHONE,
    from: OURS,
    phoneNumberSid: null,
    applicationSid: null,
    voice: { document: { url: `${APP}/voice`, method: 'POST' }, fallback: null },
    statusCallback: ALL_EVENTS,
    options: DEFAULT_OPTIONS,
    ...change,
  }
}

/** What the app answers: TwiML verbs, or a whole result; a promise keeps the request open. */
export type AppAnswer = string | HttpResult
export type AppRoute = (request: HttpRequest) => AppAnswer | Promise<AppAnswer>

const toResult = (answer: AppAnswer): HttpResult =>
  typeof answer !== 'string'
    ? answer
    : {
        ok: true,
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: Buffer.from(`<Response>${answer}</Response>`),
        truncated: false,
        durationMs: 1,
      }

export const NOT_FOUND: HttpResult = {
  ok: true,
  status: 404,
  headers: {},
  body: Buffer.from('no'),
  truncated: false,
  durationMs: 1,
}

export function someCalls(routes: Readonly<Record<string, AppRoute>> = {}, options: Partial<CallsDeps> = {}) {
  const clock = new VirtualClock({ startAt: Date.UTC(2030, 0, 1) as Instant, settleMs: 0, mode: 'held' })
  const files = memoryFiles()
  const engine = new InlineEngine({ clock, files })
  const legs: PlayedLeg[] = []
  const requests: { readonly path: string; readonly method: string; readonly parameters: Record<string, string> }[] = []
  const written: Write[] = []
  const rows = new Map<CallSid, CallRow>()
  let commit: Promise<void> = Promise.resolve()
  let open = () => {}
  let refuses: Error | null = null
  let pending = Promise.resolve()

  const journal: CallsDeps['journal'] = {
    // The few methods that calls use.
    store: {
      call: async (sid) => rows.get(sid) ?? null,
      resources: async () => [],
      conference: async (sid) =>
        written
          .flatMap((write) => (write.kind === 'conference' && write.conference.sid === sid ? [write.conference] : []))
          .at(-1) ?? null,
      lastPlace: async (sid) => Math.max(-1, ...entriesOf(sid).map(({ place }) => place)),
    } satisfies Partial<Store> as unknown as Store,
    append(group) {
      const appended = commit.then(() => {
        if (refuses) throw refuses
        written.push(...group)
        for (const write of group) {
          if (write.kind === 'call') rows.set(write.call.sid, write.call)
          if (write.kind === 'delete-call') rows.delete(write.callSid)
        }
      })
      pending = Promise.allSettled([pending, appended]).then(() => {})
      return appended
    },
    settled: () => pending,
    ready: async () => {},
  }
  const courier = new Courier({
    journal,
    clock,
    logger: silentLogger,
    authTokenOf: () => 'token',
    realMs: () => 0,
    transport: {
      async send(request) {
        const { pathname, searchParams } = new URL(request.url)
        const sent = request.body === undefined ? searchParams : new URLSearchParams(String(request.body))
        requests.push({ path: pathname, method: request.method, parameters: Object.fromEntries(sent) })
        return toResult((await routes[pathname]?.(request)) ?? '')
      },
      close: async () => {},
    },
  })
  const routeOf: { current: InboundRoute | null } = { current: null }
  const urlOf = ({ accountSid, sid }: { readonly accountSid: string; readonly sid: string }) =>
    `${OUR_URL}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`
  const recordings: Recordings = new Recordings({
    clock,
    logger: silentLogger,
    journal,
    files: { recover: async () => null, remove: async () => {} },
    liveCall: (sid) => calls.live(sid),
    callInMemory: (sid) => calls.inMemory(sid),
    urlOf,
  })
  const recognition = new Recognition({ clock, logger: silentLogger, recognizer: null })
  const transcriptions = new Transcriptions({ clock, journal, recognition, urlOf })
  const liveTranscriptions = new LiveTranscriptions({ clock, recognition, liveCall: (sid) => calls.live(sid) })
  const queues = new Queues({ clock, journal })
  const streams = new Streams({ clock, authTokenOf: () => 'token', liveCall: (sid) => calls.live(sid) })
  const conferences = new Conferences({
    clock,
    logger: silentLogger,
    journal,
    courier,
    media: options.media ?? engine,
    sounds: testSounds,
    recordings,
    calls: () => calls,
  })
  const calls: Calls = new Calls({
    streams,
    clock,
    logger: silentLogger,
    journal,
    courier,
    sounds: testSounds,
    recordings,
    recognition,
    transcriptions,
    liveTranscriptions,
    openSocket: signedSockets({ clock, sockets: NO_SOCKETS, authTokenOf: () => 'token' }),
    media: engine,
    queues,
    conferences,
    network: { dial: ({ callSid }, listener) => newLeg(callSid, listener) },
    numbers: { route: async () => routeOf.current, application: async () => null, sipDomain: async () => null },
    callsPerSecond: null,
    gate: 'callback',
    ...options,
  })

  function newLeg(callSid: CallSid, listener: LegListener): PlayedLeg {
    const leg = playedLeg(engine, callSid, listener)
    legs.push(leg)
    return leg
  }

  const entriesOf = (sid: CallSid): Entry[] =>
    written
      .filter((write): write is Entry => write.kind === 'exchange' || write.kind === 'fact')
      .filter((entry) => entry.callSid === sid)

  return {
    calls,
    clock,
    legs,
    files,
    queues,
    conferences,
    recordings,
    requests,
    written,
    /** Status callbacks, as `CallStatus SequenceNumber`. */
    callbacks: () =>
      requests
        .filter(({ path }) => path === '/status')
        .map(({ parameters }) => `${parameters.CallStatus} ${parameters.SequenceNumber}`),
    /** The call's facts in the order of their places, as short text. */
    story: (sid: CallSid) =>
      entriesOf(sid)
        .toSorted((a, b) => a.place - b.place)
        .flatMap((entry) => (entry.kind === 'fact' ? [factText(entry.body)] : [])),
    alerts: (sid: CallSid) =>
      entriesOf(sid).flatMap((entry) =>
        entry.kind === 'fact' && entry.body.fact === 'alert' ? [entry.body.alert.code] : [],
      ),
    create: (change: Partial<NewCall> = {}): Promise<CallRecord> => calls.create(aNewCall(change), () => []),
    /** A party dials our number, which runs `voice`. */
    dialIn(voice: VoiceSource, from = PHONE) {
      routeOf.current = {
        accountSid: ACCOUNT,
        numberSid: newSid('PN'),
        applicationSid: null,
        voice,
        statusCallback: { url: `${APP}/status`, method: 'POST' },
        callerIdLookup: false,
        addOns: null,
      }
      const incoming: IncomingCall = { from, to: OURS, accountSid: ACCOUNT, take: newLeg }
      return calls.answer(incoming)
    },
    change: (sid: CallSid, change: Parameters<Calls['change']>[1]) => calls.change(sid, change, () => []),
    /** Commits wait until the function it returns is called. */
    holdCommits() {
      commit = new Promise((resolve) => {
        open = resolve
      })
      return () => open()
    },
    refuseGroups(error: Error | null) {
      refuses = error
    },
    /** Whatever can happen without time passing has happened. */
    now: () => clock.advance(0),
  }
}

function factText(body: Extract<Entry, { kind: 'fact' }>['body']): string {
  if (body.fact === 'call-status') return body.status
  if (body.fact === 'alert') return `alert ${body.alert.code}`
  if (body.fact === 'heard') return `heard ${body.span.text ?? body.span.url}`
  return body.fact
}
