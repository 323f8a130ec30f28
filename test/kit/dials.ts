/** What journeys through `<Dial>` share: who takes part, a caller who dials in, and what was heard as short rows. */
import type { PhoneScript } from '../../src/testing/index.ts'
import { connectNumber, type Journey } from './journey.ts'

export const CALLER = '+15551230001'
export const ADA = '+15551231001'
export const BOB = '+15551231002'

/** The caller dials the account's number, which runs the app's `/voice`; resolves when all that came of it is over. */
export async function dialledIn(run: Journey, script: NonNullable<PhoneScript['script']> = []): Promise<string> {
  const callSid = await dialIn(run, script)
  await run.ringback.over(callSid)
  await run.ringback.clock.untilIdle()
  return callSid
}

/** The same; resolves when the call is there. */
export async function dialIn(run: Journey, script: NonNullable<PhoneScript['script']> = []): Promise<string> {
  await connectNumber(run, { voiceUrl: `${run.app.url}/voice` })
  await run.ringback.phone(CALLER, { script })
  return run.ringback.dialIn(CALLER)
}

/** What a party was played, from the moment it was answered: when, by which verb, of which kind, what, how much of it. */
export const spans = async ({ ringback }: Pick<Journey, 'ringback'>, callSid: string) =>
  (await ringback.heard(callSid)).heard.map(({ atMs, verb, kind, text, playedMs }) => [
    atMs,
    verb,
    kind,
    text,
    playedMs,
  ])
