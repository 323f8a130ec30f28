/** Puts the engine together: calls, and everything that happens on them. Who needs live calls asks for them by SID. */
import { Calls, type CallsDeps } from '../engine/call/calls.ts'
import { Conferences } from '../engine/conference/conferences.ts'
import { UserMessages } from '../engine/messages/user-messages.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { SpeechRecognizer } from '../engine/ports/recognition.ts'
import { Queues } from '../engine/queue/queues.ts'
import { Recognition } from '../engine/recognition/recognition.ts'
import { Recordings, type RecordingsDeps } from '../engine/recording/recordings.ts'
import { signedSockets } from '../engine/relay/signed-sockets.ts'
import { Streams } from '../engine/stream/streams.ts'
import { LiveTranscriptions } from '../engine/transcription/live-transcriptions.ts'
import { Transcriptions } from '../engine/transcription/transcriptions.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, CallSid, RecordingSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Config } from './config.ts'
import type { JournalParts } from './journal.ts'
import { createSockets, type SocketsData } from './stream-sockets.ts'

export interface EngineParts extends JournalParts, Pick<CallsDeps, 'network' | 'numbers' | 'sounds'> {
  readonly config: Pick<Config, 'callsPerSecond' | 'eventsGate'>
  readonly clock: Clock
  readonly logger: Logger
  readonly media: MediaEngine
  readonly recordingFiles: RecordingsDeps['files']
  /** Null: only known words are understood. */
  readonly recognizer: SpeechRecognizer | null
  readonly sockets: SocketsData
  /** Our address in callbacks, which no request of a customer's shows us. */
  readonly publicUrl: () => string
}

export interface Engine {
  readonly calls: Calls
  readonly recordings: Recordings
  readonly conferences: Conferences
  readonly queues: Queues
  /** Media Streams. */
  readonly streams: Streams
  readonly messages: UserMessages
  readonly transcriptions: Transcriptions
  readonly liveTranscriptions: LiveTranscriptions
}

export function createEngine(parts: EngineParts): Engine {
  const { config, clock, logger, journal, courier, authTokenOf, media, sounds, recognizer, sockets, publicUrl } = parts
  const urlOf = ({ accountSid, sid }: { readonly accountSid: AccountSid; readonly sid: RecordingSid }) =>
    `${publicUrl()}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`
  const liveCall = (sid: CallSid) => calls.live(sid)
  const recordings: Recordings = new Recordings({
    clock,
    logger,
    journal,
    files: parts.recordingFiles,
    liveCall,
    callInMemory: (sid) => calls.inMemory(sid),
    urlOf,
  })
  const recognition = new Recognition({ clock, logger, recognizer })
  const transcriptions = new Transcriptions({ clock, journal, recognition, urlOf })
  const liveTranscriptions = new LiveTranscriptions({ clock, recognition, liveCall })
  const queues = new Queues({ clock, journal })
  const streams = new Streams({ clock, authTokenOf, liveCall })
  const messages = new UserMessages({ clock, journal, liveCall })
  const conferences = new Conferences({
    clock,
    logger,
    journal,
    courier,
    media,
    sounds,
    recordings,
    calls: () => calls,
  })
  const calls: Calls = new Calls({
    conferences,
    sounds,
    recordings,
    recognition,
    transcriptions,
    liveTranscriptions,
    media,
    queues,
    streams,
    openSocket: signedSockets({ clock, sockets: createSockets(sockets), authTokenOf }),
    clock,
    logger,
    journal,
    courier,
    network: parts.network,
    numbers: parts.numbers,
    callsPerSecond: config.callsPerSecond,
    gate: config.eventsGate,
  })
  return { calls, recordings, conferences, queues, streams, messages, transcriptions, liveTranscriptions }
}
