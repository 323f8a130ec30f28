/**
 * The timed voice: how long words last while nobody synthesizes them. It has no sound, only a length, and that is known
 * for every character, so that whoever listens can react in the middle of a sentence.
 */
const CHARACTER_MS = 60
const WORDS_MS_MIN = 300

/** Milliseconds the text takes: 60 a character (code point), at least 300. */
export function timedVoiceMs(text: string): number {
  return Math.max(WORDS_MS_MIN, characterCount(text) * CHARACTER_MS)
}

/** Milliseconds after the beginning at which the character with this index, from 0, has been spoken. */
export function spokenAfterMs(index: number): number {
  return (index + 1) * CHARACTER_MS
}

function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
