/** `<Say>`: words to speak, plain or with speech markup, and which voice speaks them. */
import { language, loop, pattern } from './attribute-kinds.ts'
import type { ValuesOf } from './attributes.ts'
import { defineElement, type ElementRule, type Parts } from './element-rule.ts'
import type { Position } from './source-position.ts'
import { parseSsml, SSML_TABLE, type SsmlNode, type SsmlTag } from './ssml.ts'

const EMPTY_TEXT = 13520
const TEXT_TOO_LONG = 13521

/** Characters of text one `<Say>` may have, by whose voice it is. Google's count takes in tags and white space. */
const CHARACTERS_MAX = { basic: 4096, Polly: 3000, Google: 5000 } as const
/** Whatever the voice, in the URL-encoded form in which the text is handed on. */
const ENCODED_CHARACTERS_MAX = 4500

const attributes = (codes: { readonly loop: number; readonly voice: number }) =>
  ({
    voice: pattern(
      'voice',
      /^(?:man|woman|alice|Polly\.\p{L}+(?:-Neural|-Generative|-Long-Form)?|Google\.[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)$/u,
      {
        otherwise: 'man',
        code: codes.voice,
        expected: 'man, woman, alice, Polly.<name> or Google.<language>-<model>-<letter>',
      },
    ),
    language: language('language', { otherwise: null, code: 13512 }),
    loop: loop(codes.loop),
  }) as const

type Values = ValuesOf<ReturnType<typeof attributes>>

export interface Say extends Values {
  readonly verb: 'Say'
  readonly position: Position
  /** As given; else en-US with the basic voices, the language in a Google voice's name, null (the voice's own) with Polly. */
  readonly language: string | null
  /** Text with its white space as written, and speech markup. `spokenText` gives the words. */
  readonly content: readonly SsmlNode[]
}

export const say = defineElement({
  attributes: attributes({ loop: 13510, voice: 13511 }),
  children: ssmlRules(),
  body: 'mixed',
  build: buildSay,
})

/** Inside `<Gather>` the same mistakes have codes of their own. */
export const sayInGather = defineElement({
  attributes: attributes({ loop: 13322, voice: 13321 }),
  children: ssmlRules(),
  body: 'mixed',
  build: buildSay,
})

function buildSay({ values, element, position, report }: Parts<Values, unknown>): Say | null {
  const content = parseSsml(element, report)
  const words = wordsOf(content)
  if (words === '' && !hasBreak(content)) {
    report.warn(element, EMPTY_TEXT, '<Say> has nothing to say; it is skipped')
    return null
  }
  const kind = values.voice.startsWith('Polly.') ? 'Polly' : values.voice.startsWith('Google.') ? 'Google' : 'basic'
  const characters = kind === 'Google' ? element.innerLength : words.length
  const encodedCharacters = encodeURIComponent(words).replaceAll('%20', '+').length
  if (characters > CHARACTERS_MAX[kind] || encodedCharacters > ENCODED_CHARACTERS_MAX) {
    const limit = `at most ${CHARACTERS_MAX[kind]}, and ${ENCODED_CHARACTERS_MAX} when URL-encoded, are spoken by ${values.voice}`
    report.warn(
      element,
      TEXT_TOO_LONG,
      `<Say> has ${characters} characters, ${encodedCharacters} URL-encoded; ${limit}; it is skipped`,
    )
    return null
  }
  return { verb: 'Say', position, ...values, language: values.language ?? ownLanguage(values.voice), content }
}

function ownLanguage(voice: string): string | null {
  if (voice.startsWith('Polly.')) return null
  const [, language, region] = /^Google\.([a-z]{2,3})-([A-Za-z]{2})-/.exec(voice) ?? []
  return language && region ? `${language}-${region.toUpperCase()}` : 'en-US'
}

/** What is heard, as plain text: markup gone, `sub` by its alias, runs of white space one space. Pauses leave no words. */
export function spokenText(say: Pick<Say, 'content'>): string {
  return wordsOf(say.content)
}

function wordsOf(content: readonly SsmlNode[]): string {
  return rawWords(content).replace(/\s+/g, ' ').trim()
}

/** Paragraphs, sentences and pauses part words even where no space is written. */
function rawWords(content: readonly SsmlNode[]): string {
  let words = ''
  for (const node of content) {
    if (typeof node === 'string') words += node
    else if (node.tag === 'break') words += ' '
    else if (node.tag === 'sub') words += node.alias ?? rawWords(node.content)
    else if (node.tag === 'p' || node.tag === 's') words += ` ${rawWords(node.content)} `
    else words += rawWords(node.content)
  }
  return words
}

const hasBreak = (content: readonly SsmlNode[]): boolean =>
  content.some((node) => typeof node !== 'string' && (node.tag === 'break' || hasBreak(node.content)))

/** So that the vocabulary is complete when it is walked; `ssml.ts` reads the content itself, since text and tags alternate. */
function ssmlRules(): Readonly<Record<SsmlTag, ElementRule<never>>> {
  const rule = (tag: SsmlTag): ElementRule<never> => ({
    attributes: SSML_TABLE[tag].attributes,
    children: {},
    parse: () => null,
  })
  const tags = Object.keys(SSML_TABLE) as SsmlTag[]
  return Object.fromEntries(tags.map((tag) => [tag, rule(tag)])) as Record<SsmlTag, ElementRule<never>>
}
