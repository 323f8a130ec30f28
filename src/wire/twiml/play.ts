/** `<Play>`: a sound file by URL, or keys as tones. */
import { loop, tones } from './attribute-kinds.ts'
import { defineElement } from './element-rule.ts'
import { SCHEMA_WARNING } from './report.ts'
import type { Position } from './source-position.ts'

const LOOP = { loop: loop(13410) } as const
const ATTRIBUTES = { ...LOOP, digits: tones('digits', 13430) } as const

export interface Play {
  readonly verb: 'Play'
  readonly position: Position
  /** Raw; "" when only tones are played. */
  readonly url: string
  /** 1 to 1000. */
  readonly loop: number
  /** Played instead of the URL when not null. */
  readonly digits: string | null
}

export const play = defineElement({
  attributes: ATTRIBUTES,
  body: 'text',
  build: ({ values, body: url, position, element, report }): Play | null => {
    if (url !== '' || values.digits !== null) return { verb: 'Play', position, url, ...values }
    if (!element.attributes.has('digits'))
      report.warn(element, SCHEMA_WARNING, '<Play> has neither a URL nor digits; it is skipped')
    return null
  },
})

/** Inside `<Gather>`: no `digits`. */
export const playInGather = defineElement({
  attributes: LOOP,
  body: 'text',
  build: ({ values, body: url, position, element, report }): Play | null => {
    if (url !== '') return { verb: 'Play', position, url, ...values, digits: null }
    report.warn(element, SCHEMA_WARNING, '<Play> in <Gather> needs a URL; it is skipped')
    return null
  },
})
