/** Words as espeak-ng is told them: arguments and input. */
import type { Words } from '../../engine/ports/speech.ts'

/** Its own pace; the program does not go below 80 words a minute. */
const WORDS_PER_MIN = 175
const WORDS_PER_MIN_MIN = 80
/** The scale of pitch goes from 0 to 99, two octaves; the voice's own is in the middle. */
const PITCH_MIDDLE = 50
const PITCH_MAX = 99

/** Languages that the reference names by a code that is not espeak-ng's. */
const OTHER_NAMES: Readonly<Record<string, string | undefined>> = { arb: 'ar', 'zh-hk': 'yue', 'zh-mo': 'yue' }

/** @param languages those that it speaks */
export function toArguments({ voice, rate, pitch }: Words, languages: ReadonlySet<string>): string[] {
  const language = pickLanguage(voice.language, languages)
  const wordsPerMin = Math.max(WORDS_PER_MIN_MIN, Math.round(WORDS_PER_MIN * rate))
  const pitchStep = Math.round(PITCH_MIDDLE + PITCH_MIDDLE * Math.log2(pitch))
  return [
    ...['--stdin', '--stdout', '-b', '1'], // 1: the input is UTF-8, whatever the locale
    ...['-v', voice.gender === 'female' ? `${language}+f3` : language],
    ...['-s', String(wordsPerMin)],
    ...['-p', String(Math.min(PITCH_MAX, Math.max(0, pitchStep)))],
  ]
}

/** `en-GB-WLS` as such, else `en-GB`, else `en`; and English when there is none of them. */
export function pickLanguage(wanted: string, languages: ReadonlySet<string>): string {
  const subtags = wanted.toLowerCase().split('-')
  for (let length = subtags.length; length > 0; length--) {
    const tag = subtags.slice(0, length).join('-')
    const name = OTHER_NAMES[tag] ?? tag
    if (languages.has(name)) return name
  }
  return 'en'
}

/** Without what would be taken for a command: control characters, and phonemes in double brackets. */
export function toInput(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/\[(?=\[)/g, '[ ')
}
