/** For journeys about conferences: an app that puts callers into rooms, and what it is told of them. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Heard, PhoneScript } from '../../src/testing/index.ts'
import type { CustomerApp, Handler } from './customer-app.ts'
import { connectNumber, type Journey, journey } from './journey.ts'

export const ALL_EVENTS = 'start end join leave mute hold modify speaker announcement'
export const ROOM = 'Room'

/** A `<Dial>` to the room, every event told to `/conference`. */
export const dialRoom = (attributes = '', dial = 'action="/done"'): string =>
  `<Dial ${dial}><Conference statusCallback="/conference" statusCallbackEvent="${ALL_EVENTS}" ${attributes}>${ROOM}</Conference></Dial>`

/** Callers of our number hear `/voice`; virtual time stands still until it is moved. */
export async function conferenceJourney(
  t: TestContext,
  routes: Readonly<Record<string, Handler>> = {},
): Promise<Journey> {
  const quiet = () => ({ status: 204 })
  const run = await journey(
    t,
    { '/voice': () => dialRoom(), '/done': () => '<Hangup/>', '/conference': quiet, '/recorded': quiet, ...routes },
    { held: true },
  )
  await connectNumber(run, { voiceUrl: `${run.app.url}/voice` })
  return run
}

export const phoneNumber = (n: number): string => `+1555123${String(n).padStart(4, '0')}`

/** A phone with this script calls us now. */
export async function callerWith(
  { ringback }: Journey,
  n: number,
  script: NonNullable<PhoneScript['script']> = [],
): Promise<string> {
  await ringback.phone(phoneNumber(n), { answer: { afterMs: 500 }, script })
  return ringback.dialIn(phoneNumber(n))
}

export type Told = Readonly<Record<string, string>>

/** What `/conference` was told, in the order in which it happened. */
export const toldOf = (app: Pick<CustomerApp, 'to'>, path = '/conference'): Told[] =>
  app
    .to(path)
    .map(({ parameters }) => parameters)
    .toSorted((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber))

export const eventsToldOf = (app: Pick<CustomerApp, 'to'>): string[] =>
  toldOf(app).map(({ StatusCallbackEvent }) => StatusCallbackEvent!)

/** The one event of this name, or of this name and call. */
export function toldOnce(app: Pick<CustomerApp, 'to'>, event: string, callSid?: string): Told {
  const found = toldOf(app).filter(
    (told) => told.StatusCallbackEvent === event && (callSid === undefined || told.CallSid === callSid),
  )
  assert.equal(found.length, 1, `${event}: ${found.length} times, of ${eventsToldOf(app).join(' ')}`)
  return found[0]!
}

/** What it was played, as short text: `music (hold music)`, `party hello`. Silence is not heard. */
export const heardWords = ({ heard }: Heard): string[] =>
  heard.map(({ kind, text, url }) => `${kind} ${text ?? new URL(url ?? '').pathname}`)

export const heardParties = ({ heard }: Heard): string[] =>
  heard.flatMap(({ kind, text }) => (kind === 'party' ? [text ?? ''] : []))
