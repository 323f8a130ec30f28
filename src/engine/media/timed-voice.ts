/**
 * The timed voice: how long words last while nobody synthesizes them. It murmurs, as long as
 * the text is.
 */
const CHARACTER_MS = 60
const WORDS_MS_MIN = 300

/** Milliseconds the text takes: 60 a character (code point), at least 300. */
export function timedVoiceMs(text: string): number {
  return Math.max(WORDS_MS_MIN, characterCount(text) * CHARACTER_MS)
}

function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
