/** The interpreter's view of a live call: fetches with the standard parameters, programs on the leg, alerts. */
import type { Clock } from '../../lib/clock.ts'
import type { AsideDocument, CallHost, HostCallback } from '../interpreter/flow.ts'
import { AUDIO_TYPES, mediaType } from '../interpreter/read-document.ts'
import type { ProgramEnd } from '../ports/leg-media.ts'
import type { Sound, Sounds } from '../ports/sound.ts'
import type { Recognition } from '../recognition/recognition.ts'
import type { Recordings } from '../recording/recordings.ts'
import type { OpenSignedSocket } from '../relay/signed-sockets.ts'
import type { Streams } from '../stream/streams.ts'
import type { LiveTranscriptions } from '../transcription/live-transcriptions.ts'
import type { Transcriptions } from '../transcription/transcriptions.ts'
import { alertByCode, alertByName, callbackAlert, exchangeContext } from './alerts.ts'
import type { Call } from './call.ts'
import type { HostOthers } from './host-others.ts'
import { standardParameters } from './standard-parameters.ts'

/** Of a file to play, this much is fetched: 40 minutes of 16-bit audio at 8 kHz. */
const MEDIA_BYTES_MAX = 40 * 60 * 16_000

export interface HostDeps {
  readonly clock: Clock
  readonly sounds: Sounds
  readonly recordings: Pick<Recordings, 'message' | 'recordCall' | 'recordDial' | 'stopNamed'>
  readonly recognition: Pick<Recognition, 'hearsSound' | 'takesSoundLive' | 'follow' | 'transcript'>
  readonly transcriptions: Pick<Transcriptions, 'transcribe'>
  readonly liveTranscriptions: Pick<LiveTranscriptions, 'begin' | 'stopNamed'>
  readonly streams: Pick<Streams, 'begin' | 'connect' | 'stopNamed'>
  readonly openSocket: OpenSignedSocket
  /** Of one call: whom it can be connected with. */
  readonly othersOf: (call: Call) => HostOthers
}

/** @param stop aborted when this chain of documents is over: the call ended or was redirected */
export function makeCallHost(call: Call, stop: AbortSignal, deps: HostDeps): CallHost {
  const { clock, sounds, recordings, recognition, transcriptions, liveTranscriptions, streams, othersOf } = deps
  return {
    clock,
    stop,
    get record() {
      return call.record
    },
    get leg() {
      return call.leg
    },
    get answered() {
      return call.answered
    },
    get fallback() {
      return call.record.voice.fallback
    },
    answer: () => {
      if (!stop.aborted) call.answer()
    },
    run: (program, listener) => {
      const { leg } = call
      if (!leg || stop.aborted)
        return Promise.resolve<ProgramEnd>({
          outcome: 'gone',
          digits: '',
          finishedOnKey: '',
          at: clock.now(),
          recorded: null,
        })
      return leg.media.run(program, stop, listener)
    },
    request: ({ verb, url, method, parameters, fallback }) =>
      call.exchange({
        purpose: 'twiml',
        verb,
        to: { url, method },
        parameters: { ...standardParameters(call.record), ...parameters },
        fallback: fallback ?? false,
      }),
    tell: (source) => {
      call.during(
        call.exchange({
          purpose: 'twiml',
          verb: source.verb,
          to: source,
          parameters: { ...standardParameters(call.record), ...source.parameters },
        }),
      )
    },
    callback: (callback) => call.during(tellCallback(call, callback)),
    recognition,
    transcribe: (message) => call.during(transcriptions.transcribe(call, message)),
    recordings: {
      message: (message) => recordings.message(call, message),
      start: async (recording, name) =>
        (await recordings.recordCall(call, recording, 'StartCallRecordingTwiML', name)) !== null,
      startDial: (recording) => recordings.recordDial(call, recording),
      stop: (name) => recordings.stopNamed(call, name),
    },
    streams: {
      start: async (stream) => {
        const begun = await streams.begin(call, stream)
        return typeof begun === 'string' ? begun : null
      },
      connect: (stream) => streams.connect(call, stream, stop),
      stop: (name) => streams.stopNamed(call, name),
    },
    liveTranscriptions: {
      start: (transcription) => {
        const begun = liveTranscriptions.begin(call, transcription)
        return typeof begun === 'string' ? begun : null
      },
      stop: (name) => liveTranscriptions.stopNamed(call, name),
    },
    openSocket: (url, events) => deps.openSocket(call.record.accountSid, url, events),
    onKey: (listener) => call.party.onKey(listener),
    onTransfer: (listener) => call.party.onTransfer(listener),
    aside: (document) => asideHost(call, stop, document, deps),
    others: othersOf(call),
    during: (work) => call.during(work),
    sounds,
    fetchSound: (url) => fetchSound(call, url, stop, sounds),
    pressed: (digits) => call.leg?.pressed(digits, true),
    alert: (alert) => call.alert(alert),
    alertOnce: (alert) => call.alertOnce(alert),
  }
}

async function tellCallback(call: Call, callback: HostCallback): Promise<void> {
  const parameters = { ...standardParameters(call.record), ...callback.parameters }
  const { exchange } = await call.exchange({ ...callback, parameters })
  if (exchange.error) call.alert(callbackAlert(exchange))
}

/** The call for a document beside its own: other requests, no fallback, and an end of its own. */
function asideHost(call: Call, stop: AbortSignal, document: AsideDocument, deps: HostDeps): CallHost {
  const both = AbortSignal.any([stop, document.stop])
  const own = makeCallHost(call, both, deps)
  return {
    ...own,
    // Spreading has read them once; they change.
    get record() {
      return call.record
    },
    get leg() {
      return call.leg
    },
    get answered() {
      return call.answered
    },
    fallback: null,
    request: ({ verb, url, method, parameters }) =>
      call.exchange({
        purpose: document.purpose,
        verb,
        to: { url, method },
        parameters: { ...standardParameters(call.record), ...document.parameters(), ...parameters },
        stop: both,
      }),
  }
}

/** A file's sound; null, with an alert, when it cannot be played, and without one once `stop` is aborted. */
async function fetchSound(call: Call, url: string, stop: AbortSignal, sounds: Sounds): Promise<Sound | null> {
  if (stop.aborted) return null
  const request = {
    purpose: 'media',
    verb: 'Play',
    to: { url, method: 'GET' },
    parameters: {},
    bodyBytesMax: MEDIA_BYTES_MAX,
  } as const
  const { exchange, body } = await call.exchange(request)
  // Nobody is left to hear it, or of it.
  if (stop.aborted) return null
  const context = exchangeContext(exchange)
  if (exchange.error || !exchange.response) {
    const { code, message } = exchange.error ?? { code: 11200, message: 'no response' }
    call.alert(alertByCode(code, 'error', message, context))
    return null
  }
  const unplayable = (why: string): null => {
    if (!stop.aborted) call.alert(alertByName('playContentType', `<Play>: ${why}`, context))
    return null
  }
  const type = mediaType(exchange.response.contentType)
  if (!AUDIO_TYPES.has(type))
    return unplayable(`${type === '' ? 'no Content-Type' : type} is not a type that can be played`)
  const sound = await sounds.file(body, type)
  return 'unplayable' in sound ? unplayable(`cannot be played as ${type}: ${sound.unplayable}`) : sound
}
