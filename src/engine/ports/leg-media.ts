/**
 * The media port: the engine hands a leg a *program* (prompts to play, then keys to collect or a message to record) and
 * the leg runs it beside the audio, answering once in media time. The engine never sees a frame.
 */

import type { HeardSpan } from '../../journal/entry.ts'
import type { AccountSid, CallSid, Instant, RecordingSid, StreamSid } from '../../lib/ids.ts'
import type { StreamTrack } from '../../wire/mediastream/index.ts'
import type { Stream } from '../../wire/twiml/stream.ts'
import type { AnsweredBy } from '../amd/detection-table.ts'
import type { DetectionOptions } from '../amd/machine-detector.ts'
import type { Sound } from './sound.ts'

export type Prompt =
  | { readonly kind: 'say'; readonly verb: string; readonly text: string; readonly sound: Sound }
  | { readonly kind: 'play'; readonly verb: string; readonly url: string; readonly sound: Sound }
  /** Tones towards the party; `text` is what the ledger shows. */
  | { readonly kind: 'tone'; readonly verb: string; readonly text: string; readonly sound: Sound }
  /** Keys towards the party, `text`: their tones, or what it knows keys by. */
  | { readonly kind: 'keys'; readonly verb: string; readonly text: string; readonly sound: Sound }
  /** Hold music of our own; `text` is what the ledger shows. */
  | { readonly kind: 'music'; readonly verb: string; readonly text: string; readonly sound: Sound }
  | { readonly kind: 'silence'; readonly lengthMs: number }

/** A prompt and how often it is played in a row. */
export interface Rounds {
  readonly prompt: Prompt
  readonly times: number
}

export interface Collect {
  /** Ends the program as soon as this many keys are in; null = unlimited. */
  readonly numDigits: number | null
  /** The key that ends collecting once at least one other is in; "" = none. */
  readonly finishOnKey: string
  /** Wait for the first key or word after the prompts, and between keys. */
  readonly timeoutMs: number
  /** Keys do nothing: only speech counts. */
  readonly ignoresKeys?: true
  /** Speech counts too. Keys or speech, what comes first is collected, and the other does nothing from then on. */
  readonly speech?: CollectSpeech
}

export interface CollectSpeech {
  /** So much silence of the party after it has spoken ends it. */
  readonly silenceMs: number
  /** It ends so long after it began in any case. */
  readonly maxLengthMs: number
  /** It cuts what is left of the prompts; else it is listened for once they are over. */
  readonly bargeIn: boolean
  /** Sound whose words nobody knows is speech too; else it is passed over. */
  readonly unknownWords: boolean
}

/** What the party said while it was listened to, in order. */
export interface HeardSpeech {
  readonly parts: readonly SpeechPart[]
  /** Sound that may have been speech was passed over, because its words are not known. */
  readonly passedOver: boolean
}

/**
 * Words as they are known, or sound whose words are not: µ-law at 8 kHz. `stretch` stands on sound that was told while it
 * was heard.
 */
export type SpeechPart =
  | { readonly words: string }
  | { readonly ulaw: Uint8Array<SharedArrayBuffer>; readonly stretch?: number }

/** Who wants to know of speech that is collected while it is spoken. */
export interface SpeechListener {
  /** All known words so far, each time one more has been spoken. */
  readonly onWords?: ((words: string) => void) | undefined
  /** Sound whose words nobody knows, while it is heard. */
  readonly onSound?: ((sound: SpeechSound) => void) | undefined
}

export interface SpeechSound {
  /** Speech without a longer silence in it; counts from 0. */
  readonly stretch: number
  /** What came since the piece before: µ-law at 8 kHz. Null: the stretch is over. */
  readonly ulaw: Uint8Array | null
}

/** Records the party once the prompts are over. */
export interface RecordMessage {
  readonly sid: RecordingSid
  /** Any of these keys ends it; "" = none. */
  readonly finishOnKey: string
  /** So much silence of the party in a row ends it; null = never. */
  readonly silenceMs: number | null
  readonly maxLengthMs: number
  /** Silence at the beginning and the end is left out of the file. */
  readonly trim: boolean
  /** What the party says in it is told at the end. Only messages of at most two minutes. */
  readonly listen?: Pick<CollectSpeech, 'unknownWords'>
}

export interface Program {
  readonly play: readonly Rounds[]
  /** Keys, and speech where it may, cut what is left of the prompts. */
  readonly collect?: Collect
  /** Not beside `collect`. */
  readonly record?: RecordMessage
}

export interface ProgramEnd {
  /**
   * `played`: prompts are over (and collecting timed out without input); `collected`: keys or speech came; `recorded`: the message
   * is over; `stopped`: by `stop`; `gone`: the party hung up.
   */
  readonly outcome: 'played' | 'collected' | 'recorded' | 'stopped' | 'gone'
  /** Keys without the finishing one. */
  readonly digits: string
  readonly finishedOnKey: string
  /** Set when speech was listened for and something was heard. */
  readonly speech?: HeardSpeech
  /** Media time of the outcome; the engine takes it as now. */
  readonly at: Instant
  /** Set when recording had begun: its length, and what comes once the file is whole. */
  readonly recorded: { readonly lengthMs: number; readonly audio: Promise<RecordedAudio> } | null
}

/** A recording that is over. */
export interface RecordedAudio {
  /** Before trimming, without what was skipped. */
  readonly lengthMs: number
  /** Of the file: 0 when nothing is left, and there is no file. */
  readonly fileMs: number
  /** No sound was heard in it. */
  readonly silent: boolean
  /** Why the file is not whole; null when it is. */
  readonly fault: string | null
}

/** Records both sides of the call, or one, whatever programs run. */
export interface RecordCall {
  readonly sid: RecordingSid
  /** Two: what the party says first, what it is played second. */
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  readonly trim: boolean
  /** It ends by itself then. */
  readonly maxLengthMs: number
}

export interface LegRecording {
  /** `silence`: the gap is silence in the file; `skip`: it is not in the file. */
  pause(gap: 'silence' | 'skip'): void
  resume(): void
  stop(): void
  /** Resolves, never rejects, when it was stopped, the party hung up or the length was reached. */
  readonly over: Promise<RecordedAudio>
}

/** Who has answered, and how long after the answer that became certain. */
export interface MachineVerdict {
  readonly answeredBy: AnsweredBy
  readonly durationMs: number
}

export interface MachineDetection {
  /** Resolves, never rejects; with null when it was stopped, or the party hung up before. */
  readonly verdict: Promise<MachineVerdict | null>
  stop(): void
}

/** Sends the call's sound to an app over a WebSocket, and plays what comes back where that is asked for. */
export interface StreamOrder {
  readonly streamSid: StreamSid
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  readonly url: string
  /** Of the handshake. */
  readonly headers: Readonly<Record<string, string>>
  readonly track: Stream['track']
  /** The app may speak, and is told of keys. One such stream at a time. */
  readonly bothWays: boolean
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
}

export type StreamEvent =
  /** The socket stands, and audio flows. */
  | { readonly event: 'started' }
  /** Something is wrong on the app's side; the stream goes on. Each code but once. */
  | { readonly event: 'problem'; readonly code: number; readonly message: string }

export interface StreamOver {
  /** Null when it was stopped, the call ended or the app closed the socket. */
  readonly fault: { readonly code: number; readonly message: string } | null
  /** Frames that the app was too slow to be sent. */
  readonly droppedFrames: number
}

export interface LegStream {
  stop(): void
  /** Resolves, never rejects. */
  readonly over: Promise<StreamOver>
}

/** Follows what is said on a call, utterance by utterance. */
export interface TranscribeOrder {
  readonly tracks: readonly StreamTrack[]
  /** Words are told as they are spoken, too. */
  readonly partials: boolean
  /** Sound whose words nobody knows is part of utterances; else it is told of once a track, and passed over. */
  readonly unknownWords: boolean
  /** With unknown words: their sound is told while it is heard, too. */
  readonly sounds?: boolean
  /** So much silence ends an utterance, with unknown words not less than 800 ms; 800 unless told. */
  readonly pauseMs?: number
  /** It is told at once when somebody begins to say something. */
  readonly beginnings?: boolean
}

export type TrackSpeech = { readonly track: StreamTrack; readonly at: Instant } & (
  | { readonly said: 'utterance'; readonly parts: readonly SpeechPart[] }
  /** All known words so far of an utterance that goes on. */
  | { readonly said: 'words'; readonly words: string }
  /** Of an utterance that goes on. Stretches are numbered by track. */
  | { readonly said: 'sound'; readonly sound: SpeechSound }
  | { readonly said: 'unknown' }
  /** Where `beginnings` are told: something has begun, at first or after silence. */
  | { readonly said: 'beginning' }
)

export interface LegTranscription {
  /** What was said until now is told at once. */
  stop(): void
  /** Resolves, never rejects, when all is told: it was stopped, or the call has ended. */
  readonly over: Promise<void>
}

/** What a leg is being played now, as far as it has got. */
export interface Hearing {
  readonly span: HeardSpan
  readonly startedAt: Instant
}

export interface LegMedia {
  /**
   * One program at a time. Resolves, never rejects; `stop` cuts it at once.
   * @param listener told nothing after the end
   */
  run(program: Program, stop: AbortSignal, listener?: SpeechListener): Promise<ProgramEnd>
  /** Null in silence. */
  hearing(): Hearing | null
  record(order: RecordCall): LegRecording
  /** `onEvent` is never called before this has returned. */
  stream(order: StreamOrder, onEvent: (event: StreamEvent) => void): LegStream
  /** `onSpeech` is never called before this has returned. */
  transcribe(order: TranscribeOrder, onSpeech: (speech: TrackSpeech) => void): LegTranscription
  /** Listens from now on, which is the answer, for who has answered. One at a time: another stops the one before. */
  detectMachine(options: DetectionOptions): MachineDetection
}
