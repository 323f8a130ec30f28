/**
 * Masks swear words as `f***`: the first letter stays, the rest are stars. The list is short and English, and knows the
 * usual endings; it masks whole words alone, so that Scunthorpe keeps its name.
 */

const STEMS = [
  'fuck',
  'motherfuck',
  'shit',
  'bullshit',
  'cunt',
  'bitch',
  'asshole',
  'bastard',
  'dick',
  'piss',
  'whore',
  'slut',
]
const ENDINGS = ['', 'ty', 's', 'es', 'ed', 'er', 'ers', 'ing', 'y']

const PROFANITY = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${STEMS.join('|')})(?:${ENDINGS.join('|')})(?![\\p{L}\\p{N}])`,
  'giu',
)

export const maskProfanity = (text: string): string =>
  text.replace(PROFANITY, (word) => word.charAt(0) + '*'.repeat(word.length - 1))
