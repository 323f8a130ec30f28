/**
 * How words are spoken at one place of the markup, and what markup makes of it. Changes inside one another multiply
 * (rate, pitch) or add up (loudness), and stay within what a synthesizer takes.
 */
import type { SsmlElement } from '../../wire/twiml/index.ts'
import type { Voice } from '../ports/speech.ts'

type Prosody = Extract<SsmlElement, { tag: 'prosody' }>
type Emphasis = Extract<SsmlElement, { tag: 'emphasis' }>
type Break = Extract<SsmlElement, { tag: 'break' }>

export interface SpeechSettings {
  readonly voice: Voice
  /** 0.2 to 4. */
  readonly rate: number
  /** 0.5 to 2. */
  readonly pitch: number
  /** Minus infinity to 20. */
  readonly volumeDb: number
}

const RATE = { min: 0.2, max: 4 } as const
const PITCH = { min: 0.5, max: 2 } as const
const VOLUME_DB_MAX = 20

const RATES: Readonly<Record<string, number>> = { 'x-slow': 0.5, slow: 0.75, medium: 1, fast: 1.5, 'x-fast': 2 }
const PITCHES: Readonly<Record<string, number>> = { 'x-low': 0.7, low: 0.85, medium: 1, high: 1.2, 'x-high': 1.4 }
const VOLUMES_DB: Readonly<Record<string, number>> = {
  silent: Number.NEGATIVE_INFINITY,
  'x-soft': -12,
  soft: -6,
  medium: 0,
  loud: 6,
  'x-loud': 12,
}
const EMPHASES: Readonly<Record<Emphasis['level'], { readonly rate: number; readonly volumeDb: number }>> = {
  strong: { rate: 0.85, volumeDb: 6 },
  moderate: { rate: 0.92, volumeDb: 3 },
  reduced: { rate: 1.1, volumeDb: -3 },
}

const BREAK_MS_MAX = 10_000
const BREAKS_MS: Readonly<Record<NonNullable<Break['strength']>, number>> = {
  none: 0,
  'x-weak': 0,
  weak: 250,
  medium: 250,
  strong: 500,
  'x-strong': 1000,
}
/** What follows a sentence and a paragraph is a strong and an extra strong break. */
export const SENTENCE_PAUSE_MS: number = BREAKS_MS.strong
export const PARAGRAPH_PAUSE_MS: number = BREAKS_MS['x-strong']

/** A time counts before a strength; without either it is a medium break. */
export function breakMs({ timeMs, strength }: Pick<Break, 'timeMs' | 'strength'>): number {
  return Math.min(BREAK_MS_MAX, timeMs ?? BREAKS_MS[strength ?? 'medium'])
}

export function withEmphasis(settings: SpeechSettings, level: Emphasis['level']): SpeechSettings {
  const { rate, volumeDb } = EMPHASES[level]
  return { ...settings, rate: scaled(settings.rate, rate, RATE), volumeDb: louder(settings.volumeDb, volumeDb) }
}

/** `default` goes back to the voice's own. */
export function withProsody(
  settings: SpeechSettings,
  { rate, pitch, volume }: Pick<Prosody, 'rate' | 'pitch' | 'volume'>,
): SpeechSettings {
  return {
    ...settings,
    rate: rate === null ? settings.rate : scaled(settings.rate, RATES[rate] ?? Number.parseFloat(rate) / 100, RATE),
    pitch:
      pitch === null
        ? settings.pitch
        : pitch === 'default'
          ? 1
          : scaled(settings.pitch, PITCHES[pitch] ?? 1 + Number.parseFloat(pitch) / 100, PITCH),
    volumeDb:
      volume === null
        ? settings.volumeDb
        : volume === 'default'
          ? 0
          : louder(settings.volumeDb, VOLUMES_DB[volume] ?? Number.parseFloat(volume)),
  }
}

/** To three places, so that equal settings compare equal however they were reached. */
function scaled(value: number, factor: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, Math.round(value * factor * 1000) / 1000))
}

/** Nothing makes silence louder. */
function louder(volumeDb: number, byDb: number): number {
  return Math.min(VOLUME_DB_MAX, Math.round((volumeDb + byDb) * 1000) / 1000)
}

export function isSameSpeech(one: SpeechSettings, other: SpeechSettings): boolean {
  return (
    one.rate === other.rate &&
    one.pitch === other.pitch &&
    one.volumeDb === other.volumeDb &&
    one.voice.language === other.voice.language
  )
}
