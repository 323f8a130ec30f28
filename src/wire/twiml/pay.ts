/** `<Pay>` and its `<Prompt>`: takes card or bank details by keys. */
import {
  boolean,
  integer,
  language,
  method,
  oneOf,
  pattern,
  SECONDS_MAX,
  text,
  tokens,
  url,
} from './attribute-kinds.ts'
import type { Attribute, ValuesOf } from './attributes.ts'
import { defineElement } from './element-rule.ts'
import { type Parameter, parameter } from './parameter.ts'
import { type Pause, pause } from './pause.ts'
import { type Play, play } from './play.ts'
import { SCHEMA_WARNING } from './report.ts'
import { type Say, say } from './say.ts'
import type { Position } from './source-position.ts'

const ATTEMPTS_MAX = 3
const CARDS = ['visa', 'mastercard', 'amex', 'maestro', 'discover', 'optima', 'jcb', 'diners-club', 'enroute'] as const

const PAY_ATTRIBUTES = {
  input: tokens('input', ['dtmf'], { otherwise: ['dtmf'] }),
  action: url('action'),
  statusCallback: url('statusCallback'),
  statusCallbackMethod: method('statusCallbackMethod'),
  paymentMethod: oneOf('paymentMethod', ['credit-card', 'ach-debit'], { otherwise: 'credit-card' }),
  bankAccountType: oneOf(
    'bankAccountType',
    ['consumer-checking', 'consumer-savings', 'commercial-checking', 'commercial-savings'],
    {
      otherwise: 'consumer-checking',
    },
  ),
  timeoutSec: integer('timeout', { min: 1, max: SECONDS_MAX, otherwise: 5 }),
  maxAttempts: integer('maxAttempts', { min: 1, max: ATTEMPTS_MAX, otherwise: 1 }),
  securityCode: boolean('securityCode', { otherwise: true }),
  /** true = ask for it, false = do not, else the postal code itself. */
  postalCode: text('postalCode', { otherwise: 'true' }),
  minPostalCodeLength: integer('minPostalCodeLength', { otherwise: null }),
  paymentConnector: text('paymentConnector', { otherwise: 'Default' }),
  tokenType: oneOf('tokenType', ['one-time', 'reusable', 'payment-method'], { otherwise: 'reusable' }),
  /** "0" = make a token only. */
  chargeAmount: pattern('chargeAmount', /^\d{1,9}(?:\.\d{1,4})?$/, {
    otherwise: '0',
    expected: 'an amount such as 20.45',
  }),
  currency: text('currency', { otherwise: 'usd' }),
  language: language('language', { otherwise: 'en-US' }),
  description: text('description'),
  validCardTypes: tokens('validCardTypes', CARDS, { otherwise: ['visa', 'mastercard', 'amex'] }),
} as const

const PROMPT_ATTRIBUTES = {
  /** Empty lists: for any. */
  for: tokens(
    'for',
    [
      'payment-card-number',
      'expiration-date',
      'security-code',
      'postal-code',
      'bank-account-number',
      'bank-routing-number',
      'payment-processing',
    ],
    { otherwise: [] },
  ),
  attempt: attempts(),
  errorType: tokens(
    'errorType',
    [
      'timeout',
      'invalid-card-number',
      'invalid-card-type',
      'invalid-date',
      'invalid-security-code',
      'internal-error',
      'input-matching-failed',
    ],
    { otherwise: [] },
  ),
  cardType: tokens('cardType', CARDS, { otherwise: [] }),
  requireMatchingInputs: boolean('requireMatchingInputs', { otherwise: false }),
} as const

export interface Prompt extends ValuesOf<typeof PROMPT_ATTRIBUTES> {
  readonly verb: 'Prompt'
  readonly position: Position
  readonly children: readonly (Say | Play | Pause)[]
}

export interface Pay extends ValuesOf<typeof PAY_ATTRIBUTES> {
  readonly verb: 'Pay'
  readonly position: Position
  readonly prompts: readonly Prompt[]
  readonly parameters: readonly Parameter[]
}

export const prompt = defineElement({
  attributes: PROMPT_ATTRIBUTES,
  children: { Say: say, Play: play, Pause: pause },
  build: ({ values, children, position }): Prompt => ({ verb: 'Prompt', position, ...values, children }),
})

export const pay = defineElement({
  attributes: PAY_ATTRIBUTES,
  children: { Prompt: prompt, Parameter: parameter },
  build: ({ values, children, position }): Pay => ({
    verb: 'Pay',
    position,
    ...values,
    prompts: children.filter((child) => 'verb' in child),
    parameters: children.filter((child) => 'noun' in child),
  }),
})

/** The attempts a prompt is for: numbers from 1, separated by spaces. */
function attempts(): Attribute<readonly number[]> {
  const parse = (written: string) => {
    const numbers = written
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => (/^[1-9]$/.test(word) ? Number(word) : Number.NaN))
    return numbers.length > 0 && numbers.every((number) => number <= ATTEMPTS_MAX) ? [...new Set(numbers)] : undefined
  }
  return {
    wire: 'attempt',
    otherwise: [],
    code: SCHEMA_WARNING,
    expected: `a list of numbers from 1 to ${ATTEMPTS_MAX}, separated by spaces`,
    parse,
  }
}
