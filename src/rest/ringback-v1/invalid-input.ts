/** What a schema found wrong with a request, as one sentence about one parameter. */
import type { FastifyError, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { PhoneMistake } from '../../phones/phone-mistake.ts'
import { type Refusal, refuse } from '../errors.ts'

/** Patterns of our schemas in words. */
export const PATTERNS = {
  '^\\+[1-9][0-9]{1,14}$': 'a number such as +15551230001',
  '^(\\+[1-9][0-9]{1,14}|(client|sips?):\\S{1,255})$': 'a number such as +15551230001, or a client: or sip: address',
  '^[A-Za-z0-9._-]{1,64}$': 'a name of up to 64 letters, digits, dots, dashes and underscores',
  '^[0-9A-D#*wW]+$': 'keys out of 0-9 A-D # * w W',
  '^[A-Za-z0-9._:-]{1,253}$': 'a host name or an address',
  '^\\+[0-9]{0,15}$': 'the beginning of a number such as +49, or + for all',
  '^\\+?[A-Za-z0-9._-]{1,64}$': 'a number such as +15551230001, or the user part of an address',
  '^[0-9*#]{1,8}$': 'up to 8 out of 0-9 * #',
} as const

export type Pattern = keyof typeof PATTERNS

/** Null for errors that are not about the request's parameters. */
export function invalidInput(error: Partial<FastifyError> | PhoneMistake, request: FastifyRequest): Refusal | null {
  if (error instanceof PhoneMistake)
    return refuse('invalidParameter', { name: error.what, value: error.value, why: error.expected })
  const found = mostTelling(error.validation ?? [])
  if (!found) return null
  const from =
    error.validationContext === 'params'
      ? request.params
      : error.validationContext === 'querystring'
        ? request.query
        : request.body
  const path = found.instancePath.split('/').slice(1)
  const { params } = found
  if (found.keyword === 'required')
    return refuse('missingParameter', { name: nameOf([...path, String(params.missingProperty)]) })
  if (found.keyword === 'propertyNames') {
    const name = String(params.propertyName)
    return refuse('invalidParameter', {
      name: nameOf([...path, name]),
      value: shown(valueAt(from, [...path, name])),
      why: 'no parameter of this name',
    })
  }
  return refuse('invalidParameter', { name: nameOf(path), value: shown(valueAt(from, path)), why: expectation(found) })
}

/** Of a choice that failed in every branch, the error deepest in the value; else the choice itself. */
function mostTelling(errors: readonly FastifySchemaValidationError[]): FastifySchemaValidationError | undefined {
  const whole = errors.find(({ keyword }) => keyword === 'anyOf' || keyword === 'propertyNames')
  if (!whole) return errors[0]
  return (
    errors.find((error) => error.instancePath.length > whole.instancePath.length || error.keyword === 'required') ??
    whole
  )
}

const TYPES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  string: 'text',
  object: 'an object',
  array: 'a list',
  boolean: 'true or false',
}

/** Of members that may be one of several things. */
const FORMS: Readonly<Record<string, string>> = {
  '/answer': '{"afterMs": n}, busy, no-answer, reject or unreachable',
  '/numberFormat': 'e164, no-plus or {"plusBecomes": "00"}',
}

function expectation({ keyword, params, instancePath, message }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'type':
      return [params.type]
        .flat()
        .map((type) => TYPES[String(type)] ?? String(type))
        .join(' or ')
    case 'minimum':
      return `at least ${String(params.limit)}`
    case 'maximum':
      return `at most ${String(params.limit)}`
    case 'minLength':
      return `at least ${String(params.limit)} characters`
    case 'maxLength':
      return `at most ${String(params.limit)} characters`
    case 'maxItems':
      return `at most ${String(params.limit)} items`
    case 'enum':
      return `one of ${(params.allowedValues as unknown[]).map(String).join(', ')}`
    case 'pattern':
      return PATTERNS[params.pattern as Pattern] ?? `text like ${String(params.pattern)}`
    case 'anyOf':
      return FORMS[instancePath] ?? 'another form'
    default:
      return message ?? 'another form'
  }
}

/** `script[0].waitMs`; the whole of it is the body. */
function nameOf(path: readonly string[]): string {
  const name = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')
  return name === '' ? 'body' : name.replace(/^\./, '')
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  let value = from
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
