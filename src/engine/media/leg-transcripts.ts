/** The transcriptions of one leg: each has an ear on every track it follows, and ends with the leg. */
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { StreamTrack } from '../../wire/mediastream/index.ts'
import type { LegTranscription, TrackSpeech, TranscribeOrder } from '../ports/leg-media.ts'
import type { Speakers } from './sounding.ts'
import type { Track } from './track.ts'
import { TrackEar } from './track-ear.ts'

/** At a time. */
const TRANSCRIPTIONS_MAX = 16

/** Of a leg that is over, or has too many already. */
export const NO_TRANSCRIPTION: LegTranscription = { stop() {}, over: Promise.resolve() }

export interface LegTranscriptsDeps {
  readonly clock: Clock
  readonly heard: Readonly<Record<StreamTrack, { readonly speakers: Speakers; readonly track: Track }>>
}

export class LegTranscripts {
  readonly #deps: LegTranscriptsDeps
  readonly #ends = new Set<(at: Instant) => void>()

  constructor(deps: LegTranscriptsDeps) {
    this.#deps = deps
  }

  start(
    { tracks, partials, unknownWords, sounds, pauseMs, beginnings }: TranscribeOrder,
    onSpeech: (speech: TrackSpeech) => void,
  ): LegTranscription {
    if (this.#ends.size >= TRANSCRIPTIONS_MAX) return NO_TRANSCRIPTION
    const { clock, heard } = this.#deps
    const at = clock.now()
    const ears = tracks.map((track) => {
      const about = () => ({ track, at: clock.now() })
      return new TrackEar({
        ...heard[track],
        clock,
        at,
        onWords: partials ? (words) => onSpeech({ ...about(), said: 'words', words }) : null,
        onSound: sounds ? (sound) => onSpeech({ ...about(), said: 'sound', sound }) : null,
        ...(pauseMs !== undefined && { pauseMs }),
        ...(beginnings && { onBeginning: () => onSpeech({ ...about(), said: 'beginning' }) }),
        onUtterance: (parts) => onSpeech({ ...about(), said: 'utterance', parts }),
        onUnknown: unknownWords ? null : () => onSpeech({ ...about(), said: 'unknown' }),
      })
    })
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const end = (endsAt: Instant) => {
      if (!this.#ends.delete(end)) return
      for (const ear of ears) ear.end(endsAt)
      resolve()
    }
    this.#ends.add(end)
    return { stop: () => end(clock.now()), over }
  }

  end(at: Instant): void {
    for (const end of [...this.#ends]) end(at)
  }
}
