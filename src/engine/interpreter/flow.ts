/** What a verb answers and what it may ask of the call it runs in. Verbs never fetch, jump or throw to move on. */

import type { CourierAnswer } from '../../journal/courier.ts'
import type { Alert, ExchangeVerb } from '../../journal/entry.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Verb } from '../../wire/twiml/index.ts'
import type { CallRecord, Fetchable, Method } from '../call/call-record.ts'
import type { HostOthers } from '../call/host-others.ts'
import type { Leg, SipDetails } from '../ports/leg.ts'
import type { Program, ProgramEnd, SpeechListener } from '../ports/leg-media.ts'
import type { Sound, Sounds } from '../ports/sound.ts'
import type { StreamSocket, StreamSocketEvents } from '../ports/stream-sockets.ts'
import type { Recognition } from '../recognition/recognition.ts'
import type { NewCallRecording } from '../recording/recording-service.ts'
import type { DialledRecording, NewMessage, PendingMessage } from '../recording/recordings.ts'
import type { NewStream } from '../stream/stream-record.ts'
import type { StreamRefusal } from '../stream/stream-service.ts'
import type { NewLiveTranscription } from '../transcription/live-transcription-record.ts'
import type { TranscriptionRefusal } from '../transcription/live-transcription-service.ts'
import type { NewTranscription } from '../transcription/transcriptions.ts'

/** Where a document comes from. */
export type DocumentSource =
  | {
      readonly from: 'request'
      readonly verb: ExchangeVerb
      readonly url: string
      readonly method: Method
      /** Sent besides the standard parameters. */
      readonly parameters: Readonly<Record<string, string>>
      /** This is the fallback URL, asked because another document failed. */
      readonly fallback?: true
    }
  | { readonly from: 'inline'; readonly twiml: string }

/** The source of a document that stands on a call's record. `verb`: Voice for its first, Update for one that REST gave. */
export function toSource(document: Fetchable | { readonly twiml: string }, verb: 'Voice' | 'Update'): DocumentSource {
  if ('twiml' in document) return { from: 'inline', twiml: document.twiml }
  return { from: 'request', verb, url: document.url, method: document.method, parameters: {} }
}

/** What the interpreter does next. */
export type Flow =
  | { readonly next: 'verb' }
  | {
      readonly next: 'document'
      readonly source: DocumentSource
      /** When the call is over, or redirected, before it can be asked for, the app is told all the same. */
      readonly anyway?: true
    }
  | { readonly next: 'hangup' }
  /** Out of the queue whose wait document this is; elsewhere it leads nowhere. */
  | { readonly next: 'leave' }
  | { readonly next: 'reject'; readonly reason: 'rejected' | 'busy' }
  /** The document cannot go on (an unusable action URL): the fallback URL is asked, else the apology is spoken. */
  | { readonly next: 'failure'; readonly alert: Alert }

export const NEXT_VERB: Flow = { next: 'verb' }

/** The document a verb stands in. */
export interface RunningDocument {
  readonly verbs: readonly Verb[]
  /** Base of relative URLs, after redirects; null when the TwiML came inline. */
  readonly url: string | null
  readonly verb: ExchangeVerb
}

/** The call as the interpreter sees it; one per running document chain, gone when `stop` is aborted. */
export interface CallHost {
  readonly clock: Clock
  readonly stop: AbortSignal
  /** The call as it is now. */
  readonly record: CallRecord
  /** The call's side of the line; null before there is one. */
  readonly leg: Leg | null
  readonly answered: boolean
  readonly fallback: Fetchable | null
  /** Picks up an inbound call; does nothing when answered. */
  answer(): void
  /** Runs a program on the leg. `listener` is told of speech that is collected while it is spoken. */
  run(program: Program, listener?: SpeechListener): Promise<ProgramEnd>
  /** Asks the customer's app for a document, with the standard parameters. */
  request(source: DocumentSource & { from: 'request' }): Promise<CourierAnswer>
  /** Asks for a document that nothing can come of any more, because the party has hung up: the app is told, no more. */
  tell(source: DocumentSource & { from: 'request' }): void
  /** Tells the customer's app something it answers nothing to, with the standard parameters. */
  callback(callback: HostCallback): void
  /** Makes words of what was said. */
  readonly recognition: Pick<Recognition, 'hearsSound' | 'takesSoundLive' | 'follow' | 'transcript'>
  /** Writes down what was said in a recording, once its file is whole. */
  transcribe(message: NewTranscription): void
  readonly recordings: {
    /** A `<Record>` is about to run. */
    message(message: NewMessage): PendingMessage
    /** Begins to record both sides beside the document. False when the call cannot be recorded now. */
    start(recording: NewCallRecording, name: string | null): Promise<boolean>
    /** Begins what `<Dial record>` asks for; null when the call cannot be recorded now. */
    startDial(recording: NewCallRecording): Promise<DialledRecording | null>
    /** False when nothing of this name is being recorded. */
    stop(name: string): boolean
  }
  readonly streams: {
    /** Begins to send audio to an app beside the document. Why it did not; null when it did. */
    start(stream: NewStream): Promise<StreamRefusal | null>
    /** Lets an app hear and speak; resolves when either side has enough of it. */
    connect(stream: NewStream): Promise<StreamRefusal | null>
    /** False when nothing of this name was started. */
    stop(name: string): boolean
  }
  readonly liveTranscriptions: {
    /** Begins to tell what is said beside the document. Why it did not; null when it did, or that was alerted. */
    start(transcription: NewLiveTranscription): TranscriptionRefusal | null
    /** False when none of this name runs. */
    stop(name: string): boolean
  }
  /** Opens a WebSocket to an app, signed. Calls nobody before it has resolved. */
  openSocket(url: string, events: StreamSocketEvents): Promise<StreamSocket>
  /** Makes the sounds of words and keys. */
  readonly sounds: Pick<Sounds, 'say' | 'words' | 'keys' | 'tone' | 'holdMusic'>
  /** Fetches a file to play; null when it cannot be played, which has been alerted. */
  fetchSound(url: string): Promise<Sound | null>
  /** Told of every key the party presses, until the function it returns is called. */
  onKey(listener: (key: string) => void): () => void
  /** Told when the party asks to be replaced; answers whether that is done. Until the function it returns is called. */
  onTransfer(listener: (target: string, sip?: SipDetails) => boolean): () => void
  /** The same call for a document that runs beside its own: what it waits with, is greeted with, is held with. */
  aside(document: AsideDocument): CallHost
  /** Others whom the call can be connected with. */
  readonly others: HostOthers
  /** Keeps the call in memory until `work` is over, also beyond its end; a fault in it is this call's alone. */
  during(work: Promise<unknown>): void
  /** The platform presses keys towards the party. */
  pressed(digits: string): void
  alert(alert: Alert): void
  /** Unless the call had one of this code before. */
  alertOnce(alert: Alert): void
}

export interface HostCallback {
  readonly purpose: 'partial-result'
  readonly verb: ExchangeVerb
  readonly to: Fetchable
  readonly parameters: Readonly<Record<string, string>>
}

export interface AsideDocument {
  /** Ends it; the call's end does too. */
  readonly stop: AbortSignal
  readonly purpose: 'twiml' | 'wait' | 'hold' | 'announce'
  /** Sent with every request for it besides the standard parameters; asked each time. */
  readonly parameters: () => Readonly<Record<string, string>>
}

/** A verb's surroundings. */
export interface VerbContext {
  readonly host: CallHost
  readonly document: RunningDocument
}
