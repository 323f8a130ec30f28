/** Twenty in one room, each with a phrase of its own: who hears whom, while some are muted, held or coach. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conferenceJourney, dialRoom, heardParties, phoneNumber } from '../kit/conference.ts'

const CROWD = 20
/** Long enough that all of a round fits between two, though each speaks in its turn. */
const ROUND_MS = 30_000
const TURN_MS = 1200

const phrase = (n: number, round: number): string => `this is ${n} in round ${round}`

test('everybody hears everybody else and never itself; not whom it may not hear', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': ({ parameters }) =>
      dialRoom(`beep="false" waitUrl="" participantLabel="p${Number(parameters.From?.slice(-4))}"`),
  })
  const { ringback, client } = run
  const calls: string[] = []
  for (let n = 0; n < CROWD; n++) {
    // Those who joined together speak in turns: each one waits for its own, then for the next round.
    const script = [0, 1].flatMap((round) => [
      { waitMs: round === 0 ? 5000 + n * TURN_MS : ROUND_MS - phrase(n, 0).length * 60 },
      { say: phrase(n, round) },
    ])
    await ringback.phone(phoneNumber(n), { answer: { afterMs: 500 }, script })
  }
  for (let n = 0; n < CROWD; n++) calls.push(await ringback.dialIn(phoneNumber(n)))
  await ringback.clock.advance(5000 + ROUND_MS - 2000)
  const room = client.conferences('Room').participants
  await room('p3').update({ muted: true })
  await room('p4').update({ hold: true })
  await room('p5').update({ coaching: true, callSidToCoach: calls[6]! })
  assert.equal((await room.list()).length, CROWD)
  assert.equal((await room.list({ pageSize: 7 })).length, CROWD)
  await ringback.clock.advance(ROUND_MS)

  for (let hearer = 0; hearer < CROWD; hearer++) {
    const expected = [0, 1].flatMap((round) =>
      Array.from({ length: CROWD }, (_, speaker) => speaker)
        .filter((speaker) => hears(hearer, speaker, round))
        .map((speaker) => phrase(speaker, round)),
    )
    assert.deepEqual(heardParties(await ringback.heard(calls[hearer]!)), expected, `what ${hearer} heard`)
  }
  await client.conferences('Room').update({ status: 'completed' })
  for (const sid of calls) assert.equal(await ringback.over(sid), 'completed')
})

function hears(hearer: number, speaker: number, round: number): boolean {
  if (hearer === speaker) return false
  if (round === 0) return true
  if (speaker === 3 || speaker === 4 || hearer === 4) return false
  return speaker !== 5 || hearer === 6
}
