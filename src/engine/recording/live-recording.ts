/**
 * One recording from its first sample to its last callback. It owns its record; the audio is its leg's business. Every
 * change is written in one commit with the intent of the callback it causes.
 */

import type { CourierAnswer } from '../../journal/courier.ts'
import type { Alert } from '../../journal/entry.ts'
import type { Write } from '../../journal/store.ts'
import type { Instant } from '../../lib/ids.ts'
import { alertByName, callbackAlert } from '../call/alerts.ts'
import type { Fetchable } from '../call/call-record.ts'
import type { LegRecording, RecordedAudio } from '../ports/leg-media.ts'
import { recordingParameters } from './recording-callback.ts'
import type { RecordingEvent, RecordingRecord } from './recording-record.ts'
import { recordingWrite } from './recording-row.ts'
import { type RecordingInput, stepRecording } from './recording-state.ts'

/** In whose story its callbacks stand. */
export interface RecordingTeller {
  /** Null: the story is gone, and nobody is told. */
  exchange(request: {
    readonly purpose: 'recording'
    readonly verb: RecordingEvent
    readonly to: Fetchable
    readonly parameters: Readonly<Record<string, string>>
    readonly because: readonly Write[]
  }): Promise<Pick<CourierAnswer, 'exchange'> | null>
  alert(alert: Alert): void
}

export interface LiveRecordingDeps {
  readonly append: (group: readonly Write[]) => Promise<unknown>
  readonly now: () => Instant
  readonly urlOf: (recording: RecordingRecord) => string
  /** Called once, when the file is whole and the last callback answered. */
  readonly over: (recording: LiveRecording) => void
}

/** Why a recording is absent. */
const FAULT = 16100
const TOO_SHORT = 16101
const SILENT = 16102

export class LiveRecording {
  readonly #deps: LiveRecordingDeps
  readonly #teller: RecordingTeller
  readonly #leg: LegRecording | null
  /** `<Start><Recording name>`, by which `<Stop>` finds it. */
  readonly name: string | null
  #record: RecordingRecord

  /** @param leg moves the audio; null for a message, whose program ends it */
  constructor(
    deps: LiveRecordingDeps,
    teller: RecordingTeller,
    record: RecordingRecord,
    leg: LegRecording | null,
    name: string | null = null,
  ) {
    this.#deps = deps
    this.#teller = teller
    this.#record = record
    this.#leg = leg
    this.name = name
  }

  get record(): RecordingRecord {
    return this.#record
  }

  /** Writes its row, with the callback that it runs. Resolves after the commit. */
  begin(): Promise<void> {
    return this.#announce('in-progress')
  }

  /** The record as the change left it; null when it is not possible, as for a message, which its program ends. */
  pause(gap: 'silence' | 'skip'): Promise<RecordingRecord | null> {
    return this.#move('pause', (leg) => leg.pause(gap))
  }

  resume(): Promise<RecordingRecord | null> {
    return this.#move('resume', (leg) => leg.resume())
  }

  stop(): Promise<RecordingRecord | null> {
    return this.#move('stop', (leg) => leg.stop())
  }

  /** Its audio is over, and its file whole or lost. Resolves when its last callback has been answered. */
  async end(audio: RecordedAudio): Promise<void> {
    const { lengthMs, fileMs, silent, fault } = audio
    const usable = fault === null && fileMs > 0
    const status = stepRecording(this.#record.status, usable ? 'file-whole' : 'nothing-usable')
    if (!status) return
    const errorCode = usable ? null : fault !== null ? FAULT : lengthMs > 0 && silent ? SILENT : TOO_SHORT
    if (fault !== null)
      this.#teller.alert(alertByName('recordingFailed', `Recording ${this.#record.sid} is lost: ${fault}`))
    this.#update({ status, errorCode, lengthMs: fileMs })
    try {
      await this.#announce(usable ? 'completed' : 'absent')
    } finally {
      this.#deps.over(this)
    }
  }

  async #move(input: RecordingInput, act: (leg: LegRecording) => void): Promise<RecordingRecord | null> {
    const status = stepRecording(this.#record.status, input)
    if (!status || !this.#leg) return null
    act(this.#leg)
    this.#update({ status })
    const moved = this.#record
    await this.#deps.append([recordingWrite(this.#record)])
    return moved
  }

  async #announce(event: RecordingEvent): Promise<void> {
    const { callback } = this.#record
    const because = [recordingWrite(this.#record)]
    if (!callback?.events.includes(event)) {
      await this.#deps.append(because)
      return
    }
    const parameters = recordingParameters(this.#record, event, this.#deps.urlOf(this.#record))
    const request = { purpose: 'recording', verb: event, to: callback, parameters, because } as const
    const answer = await this.#teller.exchange(request)
    if (answer?.exchange.error) this.#teller.alert(callbackAlert(answer.exchange))
  }

  #update(change: Partial<RecordingRecord>): void {
    this.#record = { ...this.#record, ...change, updatedAt: this.#deps.now() }
  }

  /** Until it is stopped, even while its file is not whole yet. */
  get running(): boolean {
    const { status } = this.#record
    return status === 'in-progress' || status === 'paused'
  }
}
