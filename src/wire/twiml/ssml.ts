/**
 * Speech markup inside `<Say>`: lower-case elements mixed with text. Kept as a tree for a synthesizer that understands
 * it. A tag that is unknown or stands where it may not is a warning, and what it encloses is read as if it were not there.
 */
import { language, oneOf, pattern, text } from './attribute-kinds.ts'
import { type Attribute, nearName, readAttributes, type ValuesOf } from './attributes.ts'
import { type Report, SCHEMA_WARNING, shorten, shown } from './report.ts'
import type { XmlElement } from './xml-document.ts'

/** The longest pause that speech services take. */
const BREAK_MS_MAX = 10_000

const INLINE = ['break', 'emphasis', 'lang', 'phoneme', 'prosody', 'say-as', 'sub', 'w'] as const
const BLOCKS = ['p', 's'] as const

/** Attributes and allowed children of each tag; all but `break` hold text. */
const SSML = {
  break: {
    attributes: {
      strength: oneOf('strength', ['none', 'x-weak', 'weak', 'medium', 'strong', 'x-strong'], { otherwise: null }),
      timeMs: duration('time'),
    },
    contains: [],
  },
  emphasis: {
    attributes: { level: oneOf('level', ['strong', 'moderate', 'reduced'], { otherwise: 'moderate' }) },
    contains: INLINE,
  },
  lang: { attributes: { language: language('xml:lang', { otherwise: null }) }, contains: [...INLINE, ...BLOCKS] },
  p: { attributes: {}, contains: [...INLINE, 's'] },
  s: { attributes: {}, contains: INLINE },
  phoneme: {
    attributes: {
      alphabet: oneOf(
        'alphabet',
        ['ipa', 'x-sampa', 'x-amazon-jyutping', 'x-amazon-pinyin', 'x-amazon-pron-kana', 'x-amazon-yomigana'],
        { otherwise: null },
      ),
      ph: text('ph'),
    },
    contains: [],
  },
  prosody: {
    attributes: {
      volume: pattern('volume', /^(?:default|silent|x-soft|soft|medium|loud|x-loud|[+-]\d{1,3}(?:\.\d{1,3})?dB)$/, {
        otherwise: null,
        expected: 'default, silent, x-soft, soft, medium, loud, x-loud or a change such as +6dB',
      }),
      rate: pattern('rate', /^(?:x-slow|slow|medium|fast|x-fast|\d{1,4}(?:\.\d{1,3})?%)$/, {
        otherwise: null,
        expected: 'x-slow, slow, medium, fast, x-fast or a percentage such as 90%',
      }),
      pitch: pattern('pitch', /^(?:default|x-low|low|medium|high|x-high|[+-]\d{1,3}(?:\.\d{1,3})?%)$/, {
        otherwise: null,
        expected: 'default, x-low, low, medium, high, x-high or a change such as -10%',
      }),
    },
    contains: [...INLINE, ...BLOCKS],
  },
  'say-as': {
    attributes: {
      interpretAs: oneOf(
        'interpret-as',
        [
          'characters',
          'spell-out',
          'cardinal',
          'number',
          'ordinal',
          'digits',
          'fraction',
          'unit',
          'date',
          'time',
          'address',
          'expletive',
          'telephone',
        ],
        { otherwise: null },
      ),
      format: oneOf('format', ['mdy', 'dmy', 'ymd', 'md', 'dm', 'ym', 'my', 'd', 'm', 'y', 'yyyymmdd'], {
        otherwise: null,
      }),
    },
    contains: [],
  },
  sub: { attributes: { alias: text('alias') }, contains: [] },
  w: { attributes: { role: text('role') }, contains: ['break', 'emphasis', 'phoneme', 'prosody', 'say-as', 'sub'] },
} as const

type Ssml = typeof SSML
export type SsmlTag = keyof Ssml
/** One tag with its attributes and what it encloses; discriminated by `tag`. */
export type SsmlElement = {
  readonly [Tag in SsmlTag]: { readonly tag: Tag; readonly content: readonly SsmlNode[] } & ValuesOf<
    Ssml[Tag]['attributes']
  >
}[SsmlTag]
export type SsmlNode = string | SsmlElement

const TOP_LEVEL: readonly SsmlTag[] = [...INLINE, ...BLOCKS]

export const SSML_TABLE: Readonly<
  Record<SsmlTag, { readonly attributes: Readonly<Record<string, Attribute<unknown>>> }>
> = SSML

/** Reads the content of a `<Say>`. */
export function parseSsml(say: XmlElement, report: Report): SsmlNode[] {
  return readContent(say, TOP_LEVEL, report)
}

function readContent(parent: XmlElement, allowed: readonly SsmlTag[], report: Report): SsmlNode[] {
  const nodes: SsmlNode[] = []
  for (const part of parent.content) {
    if (typeof part === 'string') {
      if (parent.name !== 'break') nodes.push(part)
      else if (part.trim() !== '') report.warn(parent, SCHEMA_WARNING, `<break> has no text: ${shown(part)} is ignored`)
      continue
    }
    const tag = allowed.find((known) => known === part.name)
    if (tag === undefined) {
      const meant = nearName(part.name, allowed)
      report.warn(
        part,
        SCHEMA_WARNING,
        `<${shorten(part.name)}> is not allowed in <${shorten(parent.name)}>${meant}; its text is kept`,
      )
      nodes.push(...readContent(part, allowed, report))
      continue
    }
    const values = readAttributes(part, SSML[tag].attributes, report)
    nodes.push({ tag, content: readContent(part, SSML[tag].contains, report), ...values } as SsmlElement)
  }
  return nodes
}

/** `3s`, `250ms`. */
function duration(wire: string): Attribute<number | null> {
  const parse = (written: string) => {
    const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/.exec(written.trim()) ?? []
    if (amount === undefined) return undefined
    const ms = Math.round(Number(amount) * (unit === 's' ? 1000 : 1))
    return ms <= BREAK_MS_MAX ? ms : undefined
  }
  return { wire, otherwise: null, code: SCHEMA_WARNING, expected: 'a time such as 3s or 250ms, at most 10s', parse }
}
