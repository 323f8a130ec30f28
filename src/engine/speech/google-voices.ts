/**
 * Google's voices: `<language>-<model>-<letter>`, or with Chirp 3 a star's name for the letter. The language stands in
 * the name; which letters are men's is documented voice by voice. What is not listed here is a woman's.
 */

/** Letters of men by language, the same for the models Standard, Wavenet and Neural2. */
export const GOOGLE_MEN: Readonly<Record<string, string>> = {
  'am-ET': 'B',
  'ar-XA': 'BC',
  'bn-IN': 'BD',
  'cmn-CN': 'BC',
  'cmn-TW': 'BC',
  'da-DK': 'CG',
  'de-DE': 'BDEH',
  'en-AU': 'BD',
  'en-GB': 'BDO',
  'en-IN': 'BCF',
  'en-US': 'ABDIJ',
  'es-ES': 'BEG',
  'es-US': 'BC',
  'et-EE': 'A',
  'fil-PH': 'CD',
  'fr-CA': 'BD',
  'fr-FR': 'BDG',
  'gu-IN': 'BD',
  'he-IL': 'BD',
  'hi-IN': 'BCF',
  'id-ID': 'BC',
  'it-IT': 'CDF',
  'ja-JP': 'CD',
  'kn-IN': 'BD',
  'ko-KR': 'CD',
  'lt-LT': 'AB',
  'lv-LV': 'AB',
  'ml-IN': 'BD',
  'mr-IN': 'B',
  'ms-MY': 'BD',
  'nb-NO': 'BDG',
  'nl-BE': 'BD',
  'nl-NL': 'BCG',
  'pa-IN': 'BD',
  'pl-PL': 'BCG',
  'pt-BR': 'BE',
  'pt-PT': 'BCF',
  'ru-RU': 'BD',
  'sv-SE': 'DEG',
  'ta-IN': 'BD',
  'te-IN': 'BD',
  'tr-TR': 'BE',
  'ur-IN': 'B',
  'vi-VN': 'BD',
  'yue-HK': 'BD',
}

/** Models with letters of their own, in one language or, without one in the key, in all. */
export const GOOGLE_MEN_BY_MODEL: Readonly<Record<string, string>> = {
  'en-AU-News': 'G',
  'en-GB-News': 'JKLM',
  'en-US-News': 'N',
  'es-US-News': 'DE',
  'de-DE-Studio': 'B',
  'en-GB-Studio': 'B',
  'en-US-Studio': 'Q',
  'es-ES-Studio': 'F',
  'es-US-Studio': 'B',
  'fr-FR-Studio': 'D',
  'es-ES-Neural2': 'BFG',
  'sv-SE-Wavenet': 'CEG',
  Casual: 'K',
  'Chirp-HD': 'D',
  Journey: 'D',
  Polyglot: '1',
}

/** Chirp 3's stars, in every language the same. */
export const CHIRP_STARS = {
  female: [
    ...['Achernar', 'Aoede', 'Autonoe', 'Callirrhoe', 'Despina', 'Erinome', 'Gacrux', 'Kore', 'Laomedeia', 'Leda'],
    ...['Pulcherrima', 'Sulafat', 'Vindemiatrix', 'Zephyr'],
  ],
  male: [
    ...['Achird', 'Algenib', 'Algieba', 'Alnilam', 'Charon', 'Enceladus', 'Fenrir', 'Iapetus', 'Orus', 'Puck'],
    ...['Rasalgethi', 'Sadachbia', 'Sadaltager', 'Schedar', 'Umbriel', 'Zubenelgenubi'],
  ],
} as const

const MEN = new Map(Object.entries({ ...GOOGLE_MEN, ...GOOGLE_MEN_BY_MODEL }))
const SHARED_LETTERS = new Set(['Standard', 'Wavenet', 'Neural2'])
const STARS_MEN: ReadonlySet<string> = new Set(CHIRP_STARS.male)

/** @returns null when the name does not begin with a language. */
export function googleVoice(name: string): { readonly gender: 'female' | 'male'; readonly language: string } | null {
  const [, tongue, region, model, speaker] = /^([a-z]{2,3})-([A-Za-z]{2})-(.+)-([A-Za-z0-9]+)$/.exec(name) ?? []
  if (tongue === undefined || region === undefined || model === undefined || speaker === undefined) return null
  const language = `${tongue}-${region.toUpperCase()}`
  const men = MEN.get(`${language}-${model}`) ?? MEN.get(SHARED_LETTERS.has(model) ? language : model) ?? ''
  const isMan = speaker.length === 1 ? men.includes(speaker) : STARS_MEN.has(speaker)
  return { gender: isMan ? 'male' : 'female', language }
}
