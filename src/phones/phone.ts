/**
 * A simulated phone as a value: how it takes a call, and what it does once it is up. Shapes and sizes are checked by
 * the schema at the REST door; here stands what a schema cannot tell, such as whether a pattern compiles.
 */
import { isNestedDeeper } from '../lib/nesting.ts'
import { PhoneMistake } from './phone-mistake.ts'
import { parseWanted } from './wanted.ts'

export type Answer = { readonly afterMs: number } | 'busy' | 'no-answer' | 'reject' | 'unreachable'

export type Step =
  | { readonly waitMs: number }
  /** Text, or `/pattern/flags`. */
  | { readonly hear: string; readonly withinMs: number }
  /** Keys `0-9 A-D # *`, `w` waits half a second, `W` a whole one. */
  | { readonly press: string; readonly inBand?: boolean }
  | { readonly say: string }
  /** An uploaded sound, by its name. */
  | { readonly play: string }
  /** Asks the platform to put this number or `sip:` address in its place. */
  | { readonly transfer: string }
  /** A user-defined message, any JSON value: phones at `client:` addresses send them. */
  | { readonly message: unknown }
  | { readonly hangup: true }

/** Whether a machine beeps, and how. */
export type Beep = boolean | { readonly hz?: number; readonly lengthMs?: number }

export interface Phone {
  readonly answer: Answer
  /** What a person says who answers, before the script; null: nothing. */
  readonly greeting: string | null
  /** Speaks before the script and hangs up after two minutes. */
  readonly machine: { readonly greeting: string; readonly beep: Beep } | null
  /** Sends the tones of a fax. */
  readonly fax: boolean
  /** How its keys travel, unless a step says otherwise: beside the sound, or as tones in it. */
  readonly keys: 'out-of-band' | 'in-band'
  /** Who speaks, named as `<Say>` names voices; null: the default voice. */
  readonly voice: string | null
  readonly script: readonly Step[]
}

export const PHONE_LIMITS = {
  steps: 200,
  textChars: 4096,
  keys: 100,
  waitMs: 24 * 3600 * 1000,
  patternChars: 500,
  /** Of a message as JSON text. */
  messageChars: 10_000,
  messageLevels: 100,
  beepHz: [300, 3400],
  beepMs: [20, 10_000],
} as const

export const HEAR_WITHIN_MS_DEFAULT = 30_000
export const ANSWER_AFTER_MS_DEFAULT = 2000

const TRANSFER_TARGET = /^(?:\+[1-9]\d{1,14}|sips?:[^\s<>]{1,255})$/

export const KEYS = /^[0-9A-D#*wW]+$/

/** What every number is until it is configured: rings, answers after two seconds, listens. */
export const ORDINARY_PHONE: Phone = {
  answer: { afterMs: ANSWER_AFTER_MS_DEFAULT },
  greeting: null,
  machine: null,
  fax: false,
  keys: 'out-of-band',
  voice: null,
  script: [],
}

/** A phone as it comes through the door: types and sizes are right, meanings are not checked yet. */
export interface PhoneBody {
  readonly answer?: Answer
  readonly greeting?: string | null
  readonly machine?: { readonly greeting?: string; readonly beep?: Beep } | null
  readonly fax?: boolean
  readonly keys?: 'out-of-band' | 'in-band'
  readonly voice?: string | null
  readonly script?: readonly StepBody[]
}

export interface StepBody {
  readonly waitMs?: number
  readonly hear?: string
  readonly withinMs?: number
  readonly press?: string
  readonly inBand?: boolean
  readonly say?: string
  readonly play?: string
  readonly transfer?: string
  readonly message?: unknown
  readonly hangup?: boolean
}

const ACTIONS = ['waitMs', 'hear', 'press', 'say', 'play', 'transfer', 'message', 'hangup'] as const

/** @throws PhoneMistake naming the step. */
export function parsePhone(body: PhoneBody): Phone {
  const { answer, keys, voice, fax, greeting } = { ...ORDINARY_PHONE, ...body }
  const { machine = null, script = [] } = body
  const kinds = [greeting !== null && 'greeting', machine !== null && 'machine', fax && 'fax'].filter(
    (kind) => kind !== false,
  )
  if (kinds.length > 1) throw new PhoneMistake(kinds[1]!, kinds.join(' and '), 'only one of greeting, machine, fax')
  const steps = script.map((step, index) => parseStep(step, `script[${index}]`))
  const hangup = steps.findIndex((step) => 'hangup' in step)
  if (hangup !== -1 && hangup < steps.length - 1) {
    throw new PhoneMistake(`script[${hangup + 1}]`, JSON.stringify(script[hangup + 1]), 'nothing after hangup')
  }
  return {
    answer,
    greeting,
    machine: machine ? { greeting: machine.greeting ?? 'Please leave a message.', beep: machine.beep ?? true } : null,
    fax,
    keys,
    voice,
    script: steps,
  }
}

/** A client of the Voice SDK; others are telephones. */
export const isClient = (address: string): boolean => /^client:/i.test(address)

/** @throws PhoneMistake naming the first step that a phone at this address cannot do. */
export function checkSteps({ script }: Phone, address: string): void {
  const message = script.findIndex((step) => 'message' in step)
  if (message !== -1 && !isClient(address))
    throw new PhoneMistake(`script[${message}].message`, address, 'a phone at a client: address')
}

/** @returns the message as JSON text. @throws PhoneMistake */
export function parseMessage(message: unknown, name: string): string {
  if (isNestedDeeper(message, PHONE_LIMITS.messageLevels))
    throw new PhoneMistake(name, '…', `at most ${PHONE_LIMITS.messageLevels} levels of JSON`)
  const content = JSON.stringify(message)
  if (content.length > PHONE_LIMITS.messageChars)
    throw new PhoneMistake(name, content, `at most ${PHONE_LIMITS.messageChars} characters of JSON`)
  return content
}

function parseStep(step: StepBody, name: string): Step {
  // First: only then it can be shown.
  if (step.message !== undefined) parseMessage(step.message, `${name}.message`)
  const actions = ACTIONS.filter((action) => step[action] !== undefined)
  const shown = JSON.stringify(step)
  if (actions.length !== 1) throw new PhoneMistake(name, shown, `exactly one of ${ACTIONS.join(', ')}`)
  if (step.withinMs !== undefined && step.hear === undefined)
    throw new PhoneMistake(name, shown, 'withinMs beside hear only')
  if (step.waitMs !== undefined) return { waitMs: step.waitMs }
  if (step.inBand !== undefined && step.press === undefined)
    throw new PhoneMistake(name, shown, 'inBand beside press only')
  if (step.say !== undefined) return { say: step.say }
  if (step.play !== undefined) return { play: step.play }
  if (step.transfer !== undefined) {
    if (!TRANSFER_TARGET.test(step.transfer))
      throw new PhoneMistake(`${name}.transfer`, step.transfer, 'a number in E.164 or a sip: address')
    return { transfer: step.transfer }
  }
  if (step.message !== undefined) return { message: step.message }
  if (step.press !== undefined) {
    if (!KEYS.test(step.press)) throw new PhoneMistake(`${name}.press`, step.press, '0-9 A-D # * w W')
    return { press: step.press, ...(step.inBand !== undefined && { inBand: step.inBand }) }
  }
  if (step.hear !== undefined) {
    parseWanted(step.hear, `${name}.hear`)
    return { hear: step.hear, withinMs: step.withinMs ?? HEAR_WITHIN_MS_DEFAULT }
  }
  if (step.hangup !== true) throw new PhoneMistake(`${name}.hangup`, shown, 'true')
  return { hangup: true }
}
