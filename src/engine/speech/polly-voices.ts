/**
 * The Polly voices by name: which language each speaks and as whom. Standard, neural, generative and long-form voices of
 * one name are the same person. Names are without accents, as most of them are written in TwiML.
 */

interface Speakers {
  readonly female: readonly string[]
  readonly male: readonly string[]
}

/** By language, in the codes the voices are documented with (`arb` is Arabic, `cmn` Mandarin, `yue` Cantonese). */
export const POLLY_VOICES: Readonly<Record<string, Speakers>> = {
  arb: { female: ['Zeina'], male: [] },
  'ar-AE': { female: ['Hala'], male: ['Zayd'] },
  'ca-ES': { female: ['Arlet'], male: [] },
  'cmn-CN': { female: ['Zhiyu'], male: [] },
  'cs-CZ': { female: ['Jitka'], male: [] },
  'cy-GB': { female: ['Gwyneth'], male: [] },
  'da-DK': { female: ['Naja', 'Sofie'], male: ['Mads'] },
  'de-AT': { female: ['Hannah'], male: [] },
  'de-CH': { female: ['Sabrina'], male: [] },
  'de-DE': { female: ['Marlene', 'Vicki'], male: ['Daniel', 'Hans', 'Lennart'] },
  'en-AU': { female: ['Nicole', 'Olivia'], male: ['Russell'] },
  'en-GB': { female: ['Amy', 'Emma'], male: ['Arthur', 'Brian'] },
  'en-GB-WLS': { female: [], male: ['Geraint'] },
  'en-IE': { female: ['Niamh'], male: [] },
  'en-IN': { female: ['Aditi', 'Kajal', 'Raveena'], male: [] },
  'en-NZ': { female: ['Aria'], male: [] },
  'en-SG': { female: ['Jasmine'], male: [] },
  'en-US': {
    female: ['Danielle', 'Ivy', 'Joanna', 'Kendra', 'Kimberly', 'Ruth', 'Salli', 'Tiffany'],
    male: ['Gregory', 'Joey', 'Justin', 'Kevin', 'Matthew', 'Patrick', 'Stephen'],
  },
  'en-ZA': { female: ['Ayanda'], male: [] },
  'es-ES': { female: ['Alba', 'Conchita', 'Lucia'], male: ['Enrique', 'Raul', 'Sergio'] },
  'es-MX': { female: ['Mia'], male: ['Andres'] },
  'es-US': { female: ['Lupe', 'Penelope'], male: ['Miguel', 'Pedro'] },
  'fi-FI': { female: ['Suvi'], male: [] },
  'fr-BE': { female: ['Isabelle'], male: [] },
  'fr-CA': { female: ['Chantal', 'Gabrielle'], male: ['Liam'] },
  'fr-FR': { female: ['Ambre', 'Celine', 'Lea'], male: ['Florian', 'Mathieu', 'Remi'] },
  'is-IS': { female: ['Dora'], male: ['Karl'] },
  'it-IT': { female: ['Beatrice', 'Bianca', 'Carla'], male: ['Adriano', 'Giorgio', 'Lorenzo'] },
  'ja-JP': { female: ['Kazuha', 'Mizuki', 'Tomoko'], male: ['Takumi'] },
  'ko-KR': { female: ['Jihye', 'Seoyeon'], male: [] },
  'nb-NO': { female: ['Ida', 'Liv'], male: [] },
  'nl-BE': { female: ['Lisa'], male: [] },
  'nl-NL': { female: ['Laura', 'Lotte'], male: ['Ruben'] },
  'pl-PL': { female: ['Ewa', 'Maja', 'Ola'], male: ['Jacek', 'Jan'] },
  'pt-BR': { female: ['Camila', 'Vitoria'], male: ['Ricardo', 'Thiago'] },
  'pt-PT': { female: ['Ines'], male: ['Cristiano'] },
  'ro-RO': { female: ['Carmen'], male: [] },
  'ru-RU': { female: ['Tatyana'], male: ['Maxim'] },
  'sv-SE': { female: ['Astrid', 'Elin'], male: [] },
  'tr-TR': { female: ['Burcu', 'Filiz'], male: [] },
  'yue-CN': { female: ['Hiujin'], male: [] },
}

interface Speaker {
  readonly gender: 'female' | 'male'
  readonly language: string
}

const BY_NAME = new Map<string, Speaker>()
for (const [language, { female, male }] of Object.entries(POLLY_VOICES)) {
  for (const name of female) BY_NAME.set(name, { gender: 'female', language })
  for (const name of male) BY_NAME.set(name, { gender: 'male', language })
}

/**
 * @param name without `Polly.` and without the engine; `Mía` is `Mia`
 * @returns null for a name that is not in the table.
 */
export function pollyVoice(name: string): Speaker | null {
  return BY_NAME.get(name.normalize('NFD').replace(/\p{M}/gu, '')) ?? null
}
