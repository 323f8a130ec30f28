/** `<Gather>`: collects keys or speech while its prompts play, and takes them to `action`. */
import {
  boolean,
  integer,
  integerOrAuto,
  language,
  method,
  pattern,
  SECONDS_MAX,
  text,
  tokens,
  url,
} from './attribute-kinds.ts'
import type { Attribute, ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Pause, pause } from './pause.ts'
import { type Play, playInGather } from './play.ts'
import { type Say, sayInGather } from './say.ts'
import type { Position } from './source-position.ts'

const NESTED_VERB = 13320
const AUTO_WITH_MODEL = 13335
/** Speech is cut off after this long in any case. */
const SPEECH_SEC_MAX = 60
const HINTS_MAX = 500
const HINT_LENGTH_MAX = 100

const ATTRIBUTES = {
  input: tokens('input', ['dtmf', 'speech'], { otherwise: ['dtmf'], code: 13326 }),
  action: url('action'),
  method: method('method', { code: 13312 }),
  timeoutSec: integer('timeout', { min: 1, max: SECONDS_MAX, otherwise: 5, code: 13313 }),
  finishOnKey: pattern('finishOnKey', /^[0-9#*]?$/, {
    otherwise: '#',
    code: 13310,
    expected: 'one of 0-9 # *, or nothing',
  }),
  numDigits: integer('numDigits', { min: 1, otherwise: null, code: 13314 }),
  speechTimeoutSec: integerOrAuto('speechTimeout', { min: 1, max: SECONDS_MAX, code: 13327 }),
  maxSpeechTimeSec: integer('maxSpeechTime', { min: 1, max: SPEECH_SEC_MAX, otherwise: SPEECH_SEC_MAX, code: 13328 }),
  language: language('language', { otherwise: 'en-US', code: 13331 }),
  hints: hints(),
  speechModel: pattern(
    'speechModel',
    /^(?:default|numbers_and_commands|phone_call|experimental_conversations|experimental_utterances|googlev2_[\w.-]+|deepgram_[\w.-]+)$/,
    {
      otherwise: 'default',
      code: 13334,
      expected: 'default, numbers_and_commands, phone_call, googlev2_… or deepgram_…',
    },
  ),
  enhanced: boolean('enhanced', { otherwise: false, code: 13339 }),
  profanityFilter: boolean('profanityFilter', { otherwise: true, code: 13333 }),
  partialResultCallback: url('partialResultCallback'),
  partialResultCallbackMethod: method('partialResultCallbackMethod', { code: 13329 }),
  bargeIn: boolean('bargeIn', { otherwise: true, code: 13332 }),
  actionOnEmptyResult: boolean('actionOnEmptyResult', { otherwise: false, code: 13338 }),
  debug: boolean('debug', { otherwise: false, code: 13336 }),
} as const

export interface Gather extends Omit<ValuesOf<typeof ATTRIBUTES>, 'speechTimeoutSec'> {
  readonly verb: 'Gather'
  readonly position: Position
  /** Silence that ends an utterance; `timeout`'s value unless given. */
  readonly speechTimeoutSec: number | 'auto'
  readonly children: readonly (Say | Play | Pause)[]
}

export const gather = defineElement({
  attributes: ATTRIBUTES,
  children: { Say: sayInGather, Play: playInGather, Pause: pause },
  childCode: NESTED_VERB,
  build: ({ values, children, position, element, report }): Gather => {
    let speechTimeoutSec = values.speechTimeoutSec ?? values.timeoutSec
    if (speechTimeoutSec === 'auto' && element.attributes.has('speechModel')) {
      report.warn(
        element,
        AUTO_WITH_MODEL,
        `<Gather> speechTimeout: auto does not go with a speechModel; ${values.timeoutSec} is used`,
      )
      speechTimeoutSec = values.timeoutSec
    }
    return { verb: 'Gather', position, ...values, speechTimeoutSec, children }
  },
})

/** Comma-separated phrases the recogniser should expect, kept as one text. */
function hints(): Attribute<string | null> {
  const parse = (written: string) => {
    const phrases = written.split(',').map((phrase) => phrase.trim())
    return phrases.length <= HINTS_MAX && phrases.every((phrase) => phrase.length <= HINT_LENGTH_MAX)
      ? written.trim()
      : undefined
  }
  const expected = `at most ${HINTS_MAX} phrases, separated by commas, of at most ${HINT_LENGTH_MAX} characters`
  return { ...text('hints', { code: 13330 }), expected, parse }
}
