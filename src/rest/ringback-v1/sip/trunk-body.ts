/** A trunk as it is sent: the schema at the door, and what becomes of it. */
import Type from 'typebox'
import type { SipTrunk } from '../../../sip/ports.ts'
import { refuse } from '../../errors.ts'
import { parseRange } from '../../ip-range.ts'
import type { Pattern } from '../invalid-input.ts'
import { closed, orNull } from '../schema.ts'
import type { TrunkRow } from './trunk-row.ts'

const HOST = '^[A-Za-z0-9._:-]{1,253}$' satisfies Pattern
const PREFIX = '^\\+[0-9]{0,15}$' satisfies Pattern
const CALLER = '^\\+?[A-Za-z0-9._-]{1,64}$' satisfies Pattern
const DIGITS = '^[0-9*#]{1,8}$' satisfies Pattern
export const TRUNK_NAME = '^[A-Za-z0-9._-]{1,64}$' satisfies Pattern

const TARGETS_MAX = 8
const PREFIXES_MAX = 100
const RANGES_MAX = 100
const AUTH_CHARS_MAX = 255

const uint16 = (minimum: number) => Type.Integer({ minimum, maximum: 65_535 })
const count = (maximum: number) => Type.Optional(orNull(Type.Integer({ minimum: 1, maximum })))

const target = closed({
  host: Type.String({ pattern: HOST }),
  port: Type.Optional(orNull(uint16(1))),
  transport: Type.Optional(Type.Enum(['udp', 'tcp', 'tls'])),
  priority: Type.Optional(uint16(0)),
  weight: Type.Optional(uint16(0)),
})

const auth = closed({
  username: Type.String({ minLength: 1, maxLength: AUTH_CHARS_MAX }),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: AUTH_CHARS_MAX })),
})

const MEMBERS = {
  targets: Type.Array(target, { minItems: 1, maxItems: TARGETS_MAX }),
  auth: Type.Optional(orNull(auth)),
  register: Type.Optional(Type.Boolean()),
  prefixes: Type.Optional(Type.Array(Type.String({ pattern: PREFIX }), { maxItems: PREFIXES_MAX })),
  numberFormat: Type.Optional(
    Type.Union([Type.Enum(['e164', 'no-plus']), closed({ plusBecomes: Type.String({ pattern: DIGITS }) })]),
  ),
  callerId: Type.Optional(orNull(Type.String({ pattern: CALLER }))),
  maxCalls: count(100_000),
  maxCallsPerSecond: count(10_000),
  from: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: RANGES_MAX })),
  srtp: Type.Optional(Type.Boolean()),
}

export const trunkBody = closed(MEMBERS)
export const namedTrunkBody = closed({ name: Type.String({ pattern: TRUNK_NAME }), ...MEMBERS })

type Target = SipTrunk['targets'][number]
type Optional<Members extends object> = { readonly [Name in keyof Members]?: Members[Name] }

/** What the schema lets in. */
export interface TrunkBody extends Optional<Omit<SipTrunk, 'sid' | 'accountSid' | 'name' | 'targets' | 'auth'>> {
  readonly targets: readonly (Pick<Target, 'host'> & Optional<Omit<Target, 'host'>>)[]
  /** Without a password: the one that is there already. */
  readonly auth?: { readonly username: string; readonly password?: string } | null
}

const TARGET: Omit<Target, 'host'> = { port: null, transport: 'udp', priority: 0, weight: 0 }

/** Everything but who we are there, which is a matter of what was there before. @throws Refusal 20001 */
export function readTrunk(name: string, body: TrunkBody): Omit<TrunkRow, 'auth' | 'updatedAt'> {
  const { targets, auth, from = [], register = false, ...more } = body
  if (register && !auth) throw refuse('missingParameter', { name: 'auth' })
  return {
    name,
    prefixes: ['+'],
    numberFormat: 'e164',
    callerId: null,
    maxCalls: null,
    maxCallsPerSecond: null,
    srtp: false,
    ...more,
    register,
    targets: targets.map((one) => ({ ...TARGET, ...one })),
    from: from.map((written, index) => readRange(written, `from[${index}]`)),
  }
}

function readRange(written: string, name: string): string {
  const range = parseRange(written)
  if (range) return range
  throw refuse('invalidParameter', { name, value: written, why: 'an address or a range such as 203.0.113.0/24' })
}
