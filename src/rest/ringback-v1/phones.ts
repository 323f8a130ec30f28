/** `Phones`: what a simulated phone does when it rings, and phones that dial numbers of ours. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../lib/dates.ts'
import { checkSteps, PHONE_LIMITS, type PhoneBody, parsePhone } from '../../phones/phone.ts'
import { PHONES_MAX, phoneKey, type StoredPhone, toResource } from '../../phones/phone-book.ts'
import { refuse } from '../errors.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'
import type { Pattern } from './invalid-input.ts'
import { PAGE_QUERY, toPage } from './page.ts'
import { closed } from './schema.ts'

const E164 = '^\\+[1-9][0-9]{1,14}$' satisfies Pattern
const ADDRESS = '^(\\+[1-9][0-9]{1,14}|(client|sips?):\\S{1,255})$' satisfies Pattern
const SOUND_NAME = '^[A-Za-z0-9._-]{1,64}$' satisfies Pattern
const KEYS = '^[0-9A-D#*wW]+$' satisfies Pattern

const waitMs = (minimum: number) => Type.Integer({ minimum, maximum: PHONE_LIMITS.waitMs })
const words = (minLength: number) => Type.String({ minLength, maxLength: PHONE_LIMITS.textChars })
export const keys = Type.String({ minLength: 1, maxLength: PHONE_LIMITS.keys, pattern: KEYS })
export const saying = words(1)

const step = closed({
  waitMs: Type.Optional(waitMs(0)),
  hear: Type.Optional(words(1)),
  withinMs: Type.Optional(waitMs(1)),
  press: Type.Optional(keys),
  inBand: Type.Optional(Type.Boolean()),
  play: Type.Optional(Type.String({ pattern: SOUND_NAME })),
  say: Type.Optional(saying),
  transfer: Type.Optional(words(1)),
  message: Type.Optional(Type.Unknown()),
  hangup: Type.Optional(Type.Boolean()),
})

const [beepHzMin, beepHzMax] = PHONE_LIMITS.beepHz
const [beepMsMin, beepMsMax] = PHONE_LIMITS.beepMs
const beep = Type.Union([
  Type.Boolean(),
  closed({
    hz: Type.Optional(Type.Integer({ minimum: beepHzMin, maximum: beepHzMax })),
    lengthMs: Type.Optional(Type.Integer({ minimum: beepMsMin, maximum: beepMsMax })),
  }),
])

const phoneBody = closed({
  answer: Type.Optional(
    Type.Union([Type.Object({ afterMs: waitMs(0) }), Type.Enum(['busy', 'no-answer', 'reject', 'unreachable'])]),
  ),
  greeting: Type.Optional(Type.Union([words(1), Type.Null()])),
  machine: Type.Optional(
    Type.Union([closed({ greeting: Type.Optional(words(0)), beep: Type.Optional(beep) }), Type.Null()]),
  ),
  fax: Type.Optional(Type.Boolean()),
  keys: Type.Optional(Type.Enum(['out-of-band', 'in-band'])),
  voice: Type.Optional(Type.Union([words(1), Type.Null()])),
  script: Type.Optional(Type.Array(step, { maxItems: PHONE_LIMITS.steps })),
})

const phonePath = Type.Object({ number: Type.String({ pattern: ADDRESS }) })
const dialBody = Type.Object({ to: Type.String({ pattern: E164 }) })

interface AtNumber {
  Params: { number: string }
}

export function addPhones(app: FastifyInstance, { network, journal, clock }: RingbackV1Deps): void {
  const { book } = network

  app.get<{ Querystring: { pageSize: number; pageToken: string } }>(
    '/Phones',
    { schema: { querystring: Type.Object(PAGE_QUERY) } },
    async (request) => {
      const { pageSize, pageToken } = request.query
      const found = book.page(accountOf(request), pageToken, pageSize + 1)
      const { page, nextPageToken } = toPage(found, pageSize, ({ address }) => address)
      return { phones: page.map(toView), nextPageToken }
    },
  )

  app.put<AtNumber & { Body: PhoneBody }>(
    '/Phones/:number',
    { schema: { params: phonePath, body: phoneBody } },
    async (request) => {
      const accountSid = accountOf(request)
      const { number: address } = request.params
      const before = book.get(accountSid, address)
      if (!before && book.count(accountSid) >= PHONES_MAX)
        throw refuse('conflict', { why: `The account already has ${PHONES_MAX} phones` })
      const phone = parsePhone(request.body)
      checkSteps(phone, address)
      const now = clock.now()
      const stored: StoredPhone = {
        accountSid,
        address,
        phone,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      }
      await journal.append([{ kind: 'resource', resource: toResource(stored) }])
      book.set(stored)
      return toView(stored)
    },
  )

  app.get<AtNumber>('/Phones/:number', { schema: { params: phonePath } }, async (request) => {
    const stored = book.get(accountOf(request), request.params.number)
    if (!stored) throw refuse('notFound', { value: request.url })
    return toView(stored)
  })

  app.delete<AtNumber>('/Phones/:number', { schema: { params: phonePath } }, async (request, reply) => {
    const accountSid = accountOf(request)
    const { number: address } = request.params
    if (!book.get(accountSid, address)) throw refuse('notFound', { value: request.url })
    await journal.append([{ kind: 'delete-resource', type: 'phone', sid: phoneKey({ accountSid, address }) }])
    book.delete(accountSid, address)
    return reply.code(204).send()
  })

  app.post<AtNumber & { Body: { to: string } }>(
    '/Phones/:number/Calls',
    { schema: { params: phonePath, body: dialBody } },
    async (request, reply) => {
      const { to } = request.body
      const callSid = await network.place({ accountSid: accountOf(request), from: request.params.number, to })
      if (callSid === null) throw refuse('notFound', { value: to })
      return reply.code(201).send({ callSid })
    },
  )
}

function toView({ address, phone, createdAt, updatedAt }: StoredPhone) {
  const { answer, greeting, machine, fax, keys, voice, script } = phone
  return {
    number: address,
    answer,
    greeting,
    machine,
    fax,
    keys,
    voice,
    script,
    createdAt: formatIso(createdAt),
    updatedAt: formatIso(updatedAt),
  }
}
