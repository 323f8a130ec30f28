/** Sounds and files for tests: words as long as the timed voice takes, audible but meaningless; recordings kept in memory. */
import type { RecordingSid } from '../../lib/ids.ts'
import { WireError } from '../../lib/wire-error.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { readWav } from '../../wire/codec/wav.ts'
import { spokenText } from '../../wire/twiml/index.ts'
import type { RecordingFile, RecordingFiles } from '../ports/recording-files.ts'
import type { Sound, Sounds } from '../ports/sound.ts'
import { timedVoiceMs } from './timed-voice.ts'

/** A sound of this length, loud all through: every byte is `code`, the sound's own mark. */
export function aSound(lengthMs: number, code = 0x80, id = `sound-${lengthMs}-${code}`): Sound {
  const ulaw = new Uint8Array(new SharedArrayBuffer(lengthMs * SAMPLES_PER_MS)).fill(code)
  return { id, lengthMs, ulaw }
}

const keysMs = (digits: string): number =>
  [...digits].reduce((sum, key) => sum + (key === 'w' ? 500 : key === 'W' ? 1000 : 200), 0)

export const testSounds: Sounds = {
  say: async (say) => {
    const text = spokenText(say)
    return aSound(text === '' ? 0 : timedVoiceMs(text))
  },
  words: async (text) => aSound(timedVoiceMs(text)),
  keys: (digits) => aSound(keysMs(digits)),
  tone: (_cadence, lengthMs) => aSound(lengthMs),
  holdMusic: () => aSound(60_000, 0x80, 'hold-music'),
  file: async (bytes, mediaType) => {
    if (mediaType === 'audio/ulaw' || mediaType === 'audio/basic')
      return aSound(Math.round(bytes.byteLength / SAMPLES_PER_MS))
    try {
      return aSound(readWav(bytes).lengthMs)
    } catch (error) {
      if (error instanceof WireError) return { unplayable: error.message }
      throw error
    }
  },
}

export interface MemoryFile {
  readonly sid: RecordingSid
  readonly channels: 1 | 2
  readonly samples: number[]
  /** Frames at `close`; null while it is open. */
  frames: number | null
}

/** Recording files in memory, in the order they were made. */
export function memoryFiles(): RecordingFiles & { readonly made: MemoryFile[] } {
  const made: MemoryFile[] = []
  return {
    made,
    create(sid, channels): RecordingFile {
      const file: MemoryFile = { sid, channels, samples: [], frames: null }
      made.push(file)
      return {
        append: (samples) => void file.samples.push(...samples),
        drained: async () => {},
        behind: false,
        close: async (frames) => {
          file.frames = frames
          file.samples.length = frames * channels
          return null
        },
      }
    },
  }
}
