/**
 * What is spoken for a `<phoneme>`. No synthesizer here takes phonetic writing, so the enclosed text is spoken. An element
 * without text has nothing but its transcription: the Japanese ones are ordinary kana, the others are respelled roughly.
 */
import type { SsmlElement } from '../../wire/twiml/index.ts'

type Phoneme = Extract<SsmlElement, { tag: 'phoneme' }>

/** IPA's letters that are not Latin, and X-SAMPA's capitals and digits that are not what they look like. */
const RESPELLED = new Map(
  Object.entries({
    ...{ ɑ: 'a', ɐ: 'a', ɒ: 'o', æ: 'a', ʌ: 'u', ə: 'e', ɚ: 'er', ɜ: 'e', ɝ: 'er', ɛ: 'e', ɪ: 'i', ɨ: 'i', ɔ: 'o' },
    ...{ ø: 'oe', œ: 'oe', ʊ: 'u', ʉ: 'u', ɯ: 'u', y: 'u', j: 'y', ʃ: 'sh', ʒ: 'zh', θ: 'th', ð: 'th', ŋ: 'ng' },
    ...{ ɲ: 'ny', ɹ: 'r', ɾ: 'r', ʁ: 'r', ɡ: 'g', ɣ: 'g', χ: 'kh', x: 'kh', ç: 'h', ɬ: 'l', ʎ: 'ly', β: 'v', ɫ: 'l' },
    ...{ A: 'a', E: 'e', I: 'i', O: 'o', U: 'u', V: 'u', '@': 'e', '{': 'a', '3': 'er', S: 'sh', Z: 'zh', T: 'th' },
    ...{ D: 'th', N: 'ng' },
  }),
)

/** @param text what the element encloses */
export function phonemeWords({ alphabet, ph }: Pick<Phoneme, 'alphabet' | 'ph'>, text: string): string {
  if (text.trim() !== '' || ph === null) return text
  switch (alphabet) {
    case 'x-amazon-yomigana':
      return ph
    case 'x-amazon-pron-kana':
    case 'x-amazon-pinyin':
    case 'x-amazon-jyutping':
      // Accents and tones are marks and digits between the syllables.
      return ph.replace(/[^\p{L}\p{M}ー\s]+/gu, ' ')
    case 'ipa':
    case 'x-sampa':
    case null:
      return [...ph.normalize('NFC')]
        .map((sound) => RESPELLED.get(sound) ?? (/^[a-z\s]$/.test(sound) ? sound : ''))
        .join('')
    default:
      return alphabet satisfies never
  }
}
