/**
 * Rings parties, together or one after the other; the first to answer is connected, unless the document it hears before
 * refuses. With `answerOnBridge` a caller who has not been picked up rings on until the connection.
 */
import type { Dial, DialParty } from '../../../wire/twiml/index.ts'
import { isFinal } from '../../call/call-record.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import { connect } from './connection.ts'
import { dialOutcome } from './dial-outcome.ts'
import { type DialRecording, dialRecording } from './dial-recording.ts'
import type { DialEnd } from './dial-result.ts'
import { type PartyTarget, partyTargets } from './party-child.ts'
import type { PartyLeg } from './party-leg.ts'
import { Ringback } from './ringback.ts'
import { Ringing } from './ringing.ts'
import { greet } from './whisper.ts'

const PARTIES: ReadonlySet<string> = new Set<DialParty['noun']>(['Number', 'Client', 'Sip', 'WhatsApp'])

export const isParty = (target: Dial['targets'][number]): target is DialParty => PARTIES.has(target.noun)

export function dialParties(dial: Dial, parties: readonly DialParty[], context: VerbContext): Promise<DialEnd> {
  const nouns = parties.map((noun) => partyTargets(noun, dial, context))
  return dialTargets(dial, dial.sequential ? [nouns.flat()] : nouns, context)
}

/** @param chains ring at the same time, each one's targets one after the other */
export async function dialTargets(
  dial: Dial,
  chains: readonly (readonly PartyTarget[])[],
  context: VerbContext,
): Promise<DialEnd> {
  const { host } = context
  if (!dial.answerOnBridge) host.answer()
  const recording = dialRecording(dial, context)
  const ringback = new Ringback(host, dial.ringTone)
  const ringing = new Ringing(host, {
    rang: () => {
      ringback.start()
      recording.begin('ringing')
    },
    heardEarly: (leg) => {
      // Of several that ring nobody could tell whom the caller hears.
      if (chains.length === 1) void hearEarly(leg, context, ringback)
    },
    answered: () => {
      // Some networks answer without having rung.
      recording.begin('ringing')
      if (!dial.answerOnBridge) void ringback.stop()
    },
  })
  let redirected = false
  const letGo = () => {
    ringing.end()
    // A call that ends says so as soon as this has returned; one that does not is redirected.
    queueMicrotask(() => {
      redirected = !isFinal(host.record.status)
    })
  }
  host.stop.addEventListener('abort', letGo, { once: true })
  const winner = await ringing.run(chains)
  const connected = winner
    ? await bring(winner, { dial, context, ringback, recording })
    : { bridged: false, goOn: null }
  await ringback.stop()
  const recordingUrl = await recording.end()
  host.stop.removeEventListener('abort', letGo)
  if (redirected) return 'redirected'
  if (connected.goOn) return { goOn: connected.goOn }
  return {
    ...dialOutcome(
      ringing.legs.map(({ outcome }) => outcome).filter((outcome) => outcome !== null),
      winner?.outcome ?? null,
    ),
    bridged: connected.bridged,
    ...(recordingUrl !== undefined && { recordingUrl }),
  }
}

/** What the party's network says is heard in place of our own ringback. With the connection the bridge is another one. */
async function hearEarly(leg: PartyLeg, { host }: VerbContext, ringback: Ringback): Promise<void> {
  await ringback.stop()
  const near = host.leg
  const far = leg.child?.leg
  if (!near || !far || !host.answered || leg.outcome?.record.answeredAt != null || host.stop.aborted) return
  const bridge = host.others.media.bridge(near.media, far.media, 'Dial')
  void leg.settled.then(() => bridge.end())
}

/** From the answer of the leg to the end of it. */
async function bring(
  leg: PartyLeg,
  {
    dial,
    context,
    ringback,
    recording,
  }: {
    readonly dial: Dial
    readonly context: VerbContext
    readonly ringback: Ringback
    readonly recording: DialRecording
  },
) {
  const { host } = context
  const { child } = leg
  const wanted = child !== null && (await greet(child, leg.target, host.stop))
  await ringback.stop()
  // Picking up may end the call: a caller can give up in that very moment.
  if (wanted && leg.up) host.answer()
  const near = host.leg
  const far = child?.leg
  if (!wanted || !leg.up || host.stop.aborted || !near || !far) {
    leg.hangUp()
    await leg.gone
    return { bridged: false, goOn: null }
  }
  recording.begin('answer')
  void tellRecording(leg, recording)
  const goOn = await connect(dial, { leg, child, lines: { near, far } }, context)
  return { bridged: true, goOn }
}

async function tellRecording({ child }: PartyLeg, recording: DialRecording): Promise<void> {
  const begun = await recording.begun()
  if (begun) child?.recordedAs(begun)
}
