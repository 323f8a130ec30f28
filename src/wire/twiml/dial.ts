/** `<Dial>`: connects the caller to one party, to the first of several that answers, to a conference or to a queue. */
import { boolean, integer, method, oneOf, text, tokens, url } from './attribute-kinds.ts'
import type { Attribute, ValuesOf } from './attributes.ts'
import { type Conference, conference } from './conference.ts'
import { type DialClient, dialClient } from './dial-client.ts'
import { type DialNumber, dialNumber, numberFromText } from './dial-number.ts'
import {
  type DialApplication,
  type DialSim,
  type DialWhatsApp,
  dialApplication,
  dialSim,
  dialWhatsApp,
} from './dial-others.ts'
import { type DialSip, dialSip } from './dial-sip.ts'
import { defineElement } from './element-rule.ts'
import { normalizePhoneNumber } from './phone-number.ts'
import { type DialQueue, dialQueue } from './queue.ts'
import { type Report, SCHEMA_WARNING, shown } from './report.ts'
import { RECORDING_CALLBACK, trim } from './shared-attributes.ts'
import type { Position } from './source-position.ts'
import type { XmlElement } from './xml-document.ts'

const MIXED_CONFERENCE = 13000
const NESTED_ELEMENT = 13215
const CALLER_ID_TOO_LONG = 13248

export const TARGETS_MAX = 10
const TIME_LIMIT_SEC_MAX = 14_400
const CALLER_ID_LENGTH_MAX = 255
const RINGTONES =
  'at au bg br be ch cl cn cz de dk ee es fi fr gr hu il in it lt jp mx my nl no nz ph pl pt ru se sg th uk us us-old tw ve za'.split(
    ' ',
  )

const ATTRIBUTES = {
  action: url('action'),
  method: method('method', { code: 13210 }),
  timeoutSec: integer('timeout', { min: 5, max: 600, otherwise: 30, code: 13212 }),
  timeLimitSec: integer('timeLimit', { min: 1, max: TIME_LIMIT_SEC_MAX, otherwise: TIME_LIMIT_SEC_MAX, code: 13216 }),
  hangupOnStar: boolean('hangupOnStar', { otherwise: false, code: 13213 }),
  callerId: callerId(),
  callReason: text('callReason', { max: 50 }),
  record: oneOf(
    'record',
    [
      'do-not-record',
      'record-from-answer',
      'record-from-ringing',
      'record-from-answer-dual',
      'record-from-ringing-dual',
    ],
    { otherwise: 'do-not-record', code: 13217, aliases: { true: 'record-from-answer', false: 'do-not-record' } },
  ),
  trim: trim('do-not-trim'),
  recordingTrack: oneOf('recordingTrack', ['inbound', 'outbound', 'both'], { otherwise: 'both' }),
  ...RECORDING_CALLBACK,
  recordingConfigurationId: text('recordingConfigurationId'),
  answerOnBridge: boolean('answerOnBridge', { otherwise: false, code: 13219 }),
  ringTone: oneOf('ringTone', RINGTONES, { otherwise: null, code: 13220 }),
  sequential: boolean('sequential', { otherwise: false, code: 13218 }),
  referUrl: url('referUrl'),
  referMethod: method('referMethod'),
  events: tokens('events', ['call-progress-event'], { otherwise: [] }),
  passports: text('passports'),
} as const

/** Ring together, or one after the other. */
export type DialParty = DialNumber | DialClient | DialSip | DialWhatsApp
/** Stand alone. */
export type DialPlace = Conference | DialQueue | DialSim | DialApplication

export interface Dial extends ValuesOf<typeof ATTRIBUTES> {
  readonly verb: 'Dial'
  readonly position: Position
  /** Up to ten parties, or one place, or nothing when no target was usable: the dialling has failed then. */
  readonly targets: readonly (DialParty | DialPlace)[]
}

export const dial = defineElement({
  attributes: ATTRIBUTES,
  children: {
    Number: dialNumber,
    Client: dialClient,
    Sip: dialSip,
    Conference: conference,
    Queue: dialQueue,
    Sim: dialSim,
    Application: dialApplication,
    WhatsApp: dialWhatsApp,
  },
  childCode: NESTED_ELEMENT,
  body: 'text',
  build: ({ values, children, body, position, element, report }): Dial => {
    const callerId = fittingCallerId(values.callerId, element, report)
    return { verb: 'Dial', position, ...values, callerId, targets: selectTargets(children, body, element, report) }
  },
})

/** A `<Dial>` that says nothing but whom. */
export function plainDial(target: DialParty | DialPlace): Dial {
  const values = Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, { otherwise }]) => [name, otherwise]))
  return { ...(values as ValuesOf<typeof ATTRIBUTES>), verb: 'Dial', position: target.position, targets: [target] }
}

const isPlace = (target: DialParty | DialPlace): target is DialPlace =>
  target.noun === 'Conference' || target.noun === 'Queue' || target.noun === 'Sim' || target.noun === 'Application'

/** The first noun decides: a place stands alone, parties stand with parties. The others are dropped with a warning. */
function selectTargets(
  nouns: readonly (DialParty | DialPlace)[],
  body: string,
  element: XmlElement,
  report: Report,
): (DialParty | DialPlace)[] {
  const [first] = nouns
  if (first === undefined) {
    if (body !== '') return [numberFromText(body, element, report)].filter((number) => number !== null)
    if (element.content.every((part) => typeof part === 'string'))
      report.warn(element, SCHEMA_WARNING, '<Dial> names nobody to dial')
    return []
  }
  if (body !== '') report.warn(element, SCHEMA_WARNING, `<Dial> has nouns and text; the text ${shown(body)} is ignored`)
  const targets: (DialParty | DialPlace)[] = [first]
  for (const noun of nouns.slice(1)) {
    if (isPlace(first) || isPlace(noun)) {
      const code = first.noun === 'Conference' || noun.noun === 'Conference' ? MIXED_CONFERENCE : NESTED_ELEMENT
      report.warn(noun, code, `<${noun.noun}> does not go together with the <${first.noun}> before it; it is skipped`)
    } else if (targets.length >= TARGETS_MAX) {
      report.warn(noun, NESTED_ELEMENT, `<Dial> has more than ${TARGETS_MAX} parties; this <${noun.noun}> is skipped`)
    } else targets.push(noun)
  }
  return targets
}

/** A number, a client, or for SIP any plain name; whether the account may use it is not known here. */
function callerId(): Attribute<string | null> {
  const parse = (written: string) => {
    const given = written.trim()
    return (
      normalizePhoneNumber(given) ??
      (/^(?:client:[^\s\p{Cc}]+|sips?:[^\s\p{Cc}<>"]+|[A-Za-z0-9+_.-]+)$/u.test(given) ? given : undefined)
    )
  }
  return {
    wire: 'callerId',
    otherwise: null,
    code: 13214,
    expected: 'a telephone number, client:… or a plain name',
    parse,
  }
}

function fittingCallerId(given: string | null, element: XmlElement, report: Report): string | null {
  if (given === null || given.length <= CALLER_ID_LENGTH_MAX) return given
  report.warn(
    element,
    CALLER_ID_TOO_LONG,
    `<Dial> callerId of ${given.length} characters, at most ${CALLER_ID_LENGTH_MAX} are sent; it is ignored`,
  )
  return null
}
