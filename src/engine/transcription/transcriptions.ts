/**
 * Writes down what was said in messages. A transcription begins once its recording is whole, is kept in the store, and
 * tells its callback how it ended. The account's oldest gives way when there are too many.
 */
import type { CourierAnswer } from '../../journal/courier.ts'
import type { Alert } from '../../journal/entry.ts'
import type { Store, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import { type AccountSid, isSid, newSid, type RecordingSid } from '../../lib/ids.ts'
import { alertByName, callbackAlert } from '../call/alerts.ts'
import type { CallRecord, Fetchable } from '../call/call-record.ts'
import { standardParameters } from '../call/standard-parameters.ts'
import type { HeardSpeech, RecordedAudio } from '../ports/leg-media.ts'
import { NO_RECOGNIZER, type Recognition } from '../recognition/recognition.ts'
import { type TranscriptionRecord, transcriptionWrite } from './transcription-record.ts'

/** As a store keeps them of one account. */
const TRANSCRIPTIONS_MAX = 10_000
/** Recordings of another length are not transcribed. */
const LENGTH_MS_MIN = 2000
const LENGTH_MS_MAX = 120_000
/** The text of a recording in which nothing was said. */
const NOTHING_SAID = '(blank)'
const HOW = { language: 'en-US', hints: [], profanityFilter: false } as const

export interface TranscriptionsDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly journal: {
    append(group: readonly Write[]): Promise<unknown>
    readonly store: Pick<Store, 'resource' | 'resources'>
  }
  readonly recognition: Pick<Recognition, 'transcript'>
  /** Where the recording can be fetched, without a suffix. */
  readonly urlOf: (recording: { readonly accountSid: AccountSid; readonly sid: RecordingSid }) => string
}

export interface NewTranscription {
  readonly recordingSid: RecordingSid
  readonly audio: Promise<RecordedAudio>
  /** What was said in it; null: nothing. */
  readonly speech: HeardSpeech | null
  readonly callback: Fetchable | null
}

/** The call whose party was recorded. */
export interface TranscribedCall {
  readonly record: CallRecord
  exchange(request: {
    readonly purpose: 'transcription'
    readonly verb: 'completed' | 'failed'
    readonly to: Fetchable
    readonly parameters: Readonly<Record<string, string>>
    readonly because: readonly Write[]
  }): Promise<Pick<CourierAnswer, 'exchange'>>
  alert(alert: Alert): void
  alertOnce(alert: Alert): void
}

export class Transcriptions {
  readonly #deps: TranscriptionsDeps

  constructor(deps: TranscriptionsDeps) {
    this.#deps = deps
  }

  /** Resolves when its callback has been answered. */
  async transcribe(call: TranscribedCall, message: NewTranscription): Promise<void> {
    const { fileMs, fault } = await message.audio
    if (fault !== null || fileMs === 0) return
    const unfit = lengthAlert(fileMs)
    if (unfit) {
      call.alert(unfit)
      return
    }
    const { clock, journal, recognition } = this.#deps
    const now = clock.now()
    const { accountSid } = call.record
    const begun: TranscriptionRecord = {
      sid: newSid('TR'),
      accountSid,
      recordingSid: message.recordingSid,
      status: 'in-progress',
      text: null,
      lengthMs: fileMs,
      createdAt: now,
      updatedAt: now,
    }
    await journal.append([...(await this.#makeRoom(accountSid)), transcriptionWrite(begun)])
    const { speech } = message
    const heard = speech ? await recognition.transcript(speech, HOW) : null
    const why = speech?.passedOver ? NO_RECOGNIZER : (heard?.fault ?? null)
    if (why !== null) call.alertOnce(alertByName('speechNotUnderstood', `<Record> transcribe: ${why}`))
    const text = heard?.text || null
    const outcome =
      text === null && why !== null
        ? ({ status: 'failed', text: null } as const)
        : ({ status: 'completed', text: text ?? NOTHING_SAID } as const)
    await this.#end(call, { ...begun, ...outcome, updatedAt: clock.now() }, message.callback)
  }

  /** Newest first. */
  async list(accountSid: AccountSid, recordingSid: string | null = null): Promise<readonly TranscriptionRecord[]> {
    const rows = await this.#deps.journal.store.resources('transcription', accountSid)
    const all = rows.map(({ row }) => row as TranscriptionRecord).reverse()
    return recordingSid === null ? all : all.filter((one) => one.recordingSid === recordingSid)
  }

  async find(accountSid: AccountSid, sid: string): Promise<TranscriptionRecord | null> {
    const row = isSid('TR', sid) ? await this.#deps.journal.store.resource('transcription', sid) : null
    return row?.accountSid === accountSid ? (row.row as TranscriptionRecord) : null
  }

  async delete({ sid }: TranscriptionRecord): Promise<void> {
    await this.#deps.journal.append([{ kind: 'delete-resource', type: 'transcription', sid }])
  }

  /** Those that the last run did not end have failed. */
  async failUnfinished(): Promise<void> {
    const { clock, journal } = this.#deps
    const rows = await journal.store.resources('transcription')
    const unfinished = rows
      .map(({ row }) => row as TranscriptionRecord)
      .filter(({ status }) => status === 'in-progress')
    if (unfinished.length === 0) return
    const updatedAt = clock.now()
    await journal.append(unfinished.map((one) => transcriptionWrite({ ...one, status: 'failed', updatedAt })))
  }

  async #makeRoom(accountSid: AccountSid): Promise<readonly Write[]> {
    const rows = await this.#deps.journal.store.resources('transcription', accountSid)
    const tooMany = rows.slice(0, Math.max(0, rows.length + 1 - TRANSCRIPTIONS_MAX))
    return tooMany.map(({ sid }) => ({ kind: 'delete-resource', type: 'transcription', sid }))
  }

  async #end(call: TranscribedCall, transcription: TranscriptionRecord, callback: Fetchable | null): Promise<void> {
    const { journal } = this.#deps
    // It may have been deleted meanwhile.
    const isKept = (await journal.store.resource('transcription', transcription.sid)) !== null
    const because = isKept ? [transcriptionWrite(transcription)] : []
    if (!callback) {
      await journal.append(because)
      return
    }
    const { exchange } = await call.exchange({
      purpose: 'transcription',
      verb: transcription.status === 'failed' ? 'failed' : 'completed',
      to: callback,
      parameters: { ...standardParameters(call.record), ...this.#parameters(transcription) },
      because,
    })
    if (exchange.error) call.alert(callbackAlert(exchange))
  }

  #parameters({ sid, accountSid, recordingSid, status, text }: TranscriptionRecord): Record<string, string> {
    const recordingUrl = this.#deps.urlOf({ accountSid, sid: recordingSid })
    return {
      RecordingSid: recordingSid,
      RecordingUrl: recordingUrl,
      TranscriptionSid: sid,
      TranscriptionStatus: status,
      TranscriptionText: text ?? '',
      TranscriptionUrl: `${recordingUrl}/Transcriptions/${sid}`,
    }
  }
}

function lengthAlert(lengthMs: number): Alert | null {
  const shown = `The recording is ${(lengthMs / 1000).toFixed(1)} s long; `
  if (lengthMs < LENGTH_MS_MIN)
    return alertByName('tooShortToTranscribe', `${shown}less than ${LENGTH_MS_MIN / 1000} s are not transcribed`)
  if (lengthMs > LENGTH_MS_MAX)
    return alertByName('tooLongToTranscribe', `${shown}more than ${LENGTH_MS_MAX / 1000} s are not transcribed`)
  return null
}
