/** Names sounds by how they are made, so that equal wishes, now or after a restart, are one sound. */
import { createHash } from 'node:crypto'
import type { SpeechPart } from '../speech/plan-speech.ts'

/** The first 32 hex digits of SHA-256 over a line that says what it is, and the bytes when it is made of bytes. */
function idOf(description: readonly unknown[], bytes?: Uint8Array): string {
  const hash = createHash('sha256').update(`${JSON.stringify(description)}\n`)
  if (bytes) hash.update(bytes)
  return hash.digest('hex').slice(0, 32)
}

/** @param synthesizer its id: another one says the same words otherwise */
export function speechId(synthesizer: string, parts: readonly SpeechPart[]): string {
  return idOf([
    'speech',
    synthesizer,
    ...parts.map((part) => {
      if (part.part === 'pause') return part.lengthMs
      const { text, voice, rate, pitch } = part.words
      return [text, voice.name, voice.gender, voice.language, rate, pitch, part.volumeDb]
    }),
  ])
}

export const fileId = (bytes: Uint8Array, mediaType: string): string => idOf(['file', mediaType], bytes)

export const keysId = (digits: string): string => idOf(['keys', digits])

export const holdMusicId = (version: number): string => idOf(['hold music', version])

export const toneId = (cadence: string, lengthMs: number, levelDbfs: number): string =>
  idOf(['tone', cadence, lengthMs, levelDbfs])
