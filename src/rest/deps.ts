/** What the REST resources need from the rest of the platform; main hands it in. */
import type { CallService } from '../engine/call/call-service.ts'
import type { ConferenceService } from '../engine/conference/conference-service.ts'
import type { MessageService } from '../engine/messages/message-service.ts'
import type { QueueService } from '../engine/queue/queue-service.ts'
import type { RecordingService } from '../engine/recording/recording-service.ts'
import type { StreamService } from '../engine/stream/stream-service.ts'
import type { LiveTranscriptionService } from '../engine/transcription/live-transcription-service.ts'
import type { Transcriptions } from '../engine/transcription/transcriptions.ts'
import type { Alert } from '../journal/entry.ts'
import type { Store, Write } from '../journal/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, RecordingSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'

export interface RestConfig {
  /** Our address as customers reach it; absent: scheme and `Host` of each request. */
  readonly publicUrl?: string
  /** `any`: every well-formed From is accepted, with one alert an account. `owned`: only numbers of the account. */
  readonly callerId: 'any' | 'owned'
  /** How Call Events show a JSON body: parsed, or as the text it was. */
  readonly callEventsJsonBody: 'object' | 'string'
}

/** The audio of recordings that are over. */
export interface RecordingMedia {
  /**
   * The file to send, made first if need be. `channels`: one mixes two, null is as recorded; two may only be asked of a
   * recording that has them. `busy`: too many others are being made, ask again later.
   */
  media(
    sid: RecordingSid,
    wanted: { readonly format: 'wav' | 'mp3'; readonly channels: 1 | 2 | null },
  ): Promise<{ readonly path: string; readonly contentType: string } | 'missing' | 'busy'>
}

export interface SipRestDeps {
  /** Passwords are kept as hashes with it. */
  readonly realm: string
  /** Called after each write: whoever remembers who is who looks again. */
  changed(): void
}

export interface RestDeps {
  readonly calls: CallService
  /** Absent: nothing is recorded here, and the resources of recordings do not exist. */
  readonly recordings?: { readonly service: RecordingService; readonly media: RecordingMedia }
  readonly queues: QueueService
  /** Absent: there are no Media Streams here. */
  readonly streams?: StreamService
  /** Absent: there are no user-defined messages here. */
  readonly messages?: MessageService
  /** Absent: there are no conferences here. */
  readonly conferences?: ConferenceService
  /** Absent: nothing is transcribed here. */
  readonly transcriptions?: Pick<Transcriptions, 'list' | 'find' | 'delete'>
  /** Absent: calls are not transcribed while they go on. */
  readonly liveTranscriptions?: LiveTranscriptionService
  /** Absent: there are no SIP domains here. */
  readonly sip?: SipRestDeps
  readonly journal: {
    /** One atomic group; resolves after the commit. */
    append(group: readonly Write[]): Promise<unknown>
    readonly store: Store
  }
  readonly clock: Clock
  readonly logger: Logger
  readonly config: RestConfig
  /** Records an alert that belongs to no call. Fire and forget. */
  readonly alert: (accountSid: AccountSid, alert: Alert) => void
}
