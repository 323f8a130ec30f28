/** `<Dial record>`: both sides of the dialling call, its party first, from one moment of the dialling to its end. */
import type { Dial } from '../../../wire/twiml/index.ts'
import type { ToldRecording } from '../../call/child-call.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import { recordingCallback } from '../recording-callbacks.ts'

export interface DialRecording {
  /** Begins, if `<Dial record>` asks for it from this moment on. */
  begin(moment: 'ringing' | 'answer'): void
  /** What is being recorded, once that is on disk; null: nothing. */
  begun(): Promise<ToldRecording | null>
  /** Ends it. @returns where it can be fetched; undefined when nothing was recorded */
  end(): Promise<string | undefined>
}

export function dialRecording(dial: Dial, context: VerbContext): DialRecording {
  const { recordings } = context.host
  let begun: ReturnType<typeof recordings.startDial> | null = null
  return {
    begin(moment) {
      if (begun || !dial.record.startsWith(`record-from-${moment}`)) return
      begun = recordings.startDial({
        channels: dial.record.endsWith('-dual') ? 2 : 1,
        track: dial.recordingTrack,
        trim: dial.trim,
        callback: recordingCallback(dial, context),
      })
    },
    begun: async () => begun,
    async end() {
      const recording = await begun
      recording?.stop()
      return recording?.url
    },
  }
}
