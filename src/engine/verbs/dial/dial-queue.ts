/**
 * Connects the call with the head of a queue, or with whoever joins it first. Before that the caller may be told something
 * by a document of its own. The dialling party hears that it rings until the two are connected.
 */
import type { Dial, DialQueue } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import { isFinal } from '../../call/call-record.ts'
import { runAside, SOUND_ONLY } from '../../interpreter/aside.ts'
import type { CallHost, VerbContext } from '../../interpreter/flow.ts'
import type { QueueMember } from '../../queue/queue-member.ts'
import { absoluteUrl } from '../urls.ts'
import { type DialRecording, dialRecording } from './dial-recording.ts'
import type { DialEnd, DialResult } from './dial-result.ts'
import { RING_GRACE_SEC } from './party-child.ts'
import { Ringback } from './ringback.ts'

export async function dialQueue(dial: Dial, noun: DialQueue, context: VerbContext): Promise<DialEnd> {
  const { host } = context
  const { queues } = host.others
  if (!dial.answerOnBridge) host.answer()
  if (noun.reservationSid !== null) {
    const message = '<Queue> routes no tasks; reservationSid is ignored'
    host.alert(alertByName('taskRoutingNotAvailable', message, noun.position))
  }
  const sid = noun.name === '' ? null : await queues.named(host.record.accountSid, noun.name)
  if (sid === null || host.stop.aborted)
    return toEnd(host, { status: host.stop.aborted ? 'canceled' : 'failed', bridged: false })

  const recording = dialRecording(dial, context)
  recording.begin('ringing')
  const ringback = new Ringback(host, dial.ringTone)
  let caller = queues.claim(sid)
  if (!caller) {
    ringback.start()
    const withinMs = (dial.timeoutSec + RING_GRACE_SEC) * 1000
    caller = await queues.claimNext(sid, { withinMs, stop: host.stop })
  }
  const result: DialResult = caller
    ? await withCaller(caller, { dial, noun, context, ringback, recording })
    : { status: host.stop.aborted ? 'canceled' : 'no-answer', bridged: false, more: { QueueSid: sid } }
  await ringback.stop()
  const recordingUrl = await recording.end()
  return toEnd(host, { ...result, ...(recordingUrl !== undefined && { recordingUrl }) })
}

/** Who has been given another document tells nobody. */
const toEnd = (host: CallHost, result: DialResult): DialEnd =>
  host.stop.aborted && !isFinal(host.record.status) ? 'redirected' : result

interface Dialling {
  readonly dial: Dial
  readonly noun: DialQueue
  readonly context: VerbContext
  readonly ringback: Ringback
  readonly recording: DialRecording
}

/** From the moment the caller is ours until it is let go, whatever happens. */
async function withCaller(caller: QueueMember, dialling: Dialling): Promise<DialResult> {
  const { clock } = dialling.context.host
  let connectedAt: number | null = null
  let apartAt = 0
  try {
    await greet(caller, dialling)
    await dialling.ringback.stop()
    const parted = connect(caller, dialling)
    if (parted) connectedAt = clock.now()
    await parted
    apartAt = clock.now()
  } finally {
    caller.step('released')
  }
  const { result } = await caller.departed
  const redirected = result === 'redirected' || result === 'redirected-from-bridged'
  return {
    status: 'completed',
    bridged: connectedAt !== null,
    childCallSid: caller.callSid,
    ...(!redirected && { durationSec: connectedAt === null ? 0 : Math.round((apartAt - connectedAt) / 1000) }),
    more: { QueueSid: caller.queueSid, QueueTime: String(caller.waitSec), QueueResult: result },
  }
}

/** Runs `url` on the caller. The two are connected when it is over, also when it could not be had. */
async function greet(caller: QueueMember, { noun, context, ringback }: Dialling): Promise<void> {
  const { host } = context
  if (noun.url === null || noun.url === '') return
  const url = absoluteUrl(noun.url, context)
  if (url === null) {
    const message = `<Queue> url ${JSON.stringify(noun.url)}: not a URL that can be fetched`
    host.alert(alertByName('invalidUrl', message, noun.position))
    return
  }
  ringback.start()
  const parameters = {
    QueueSid: caller.queueSid,
    QueueTime: String(caller.waitSec),
    DequeingCallSid: host.record.sid,
  }
  const aside = caller.host.aside({ stop: host.stop, purpose: 'twiml', parameters: () => parameters })
  const document = { from: 'request', verb: 'Whisper', url, method: noun.method, parameters: {} } as const
  // Nobody waits for an answer of the app when one of the two is gone.
  await Promise.race([runAside(aside, document, SOUND_ONLY), aborted(aside.stop)])
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Resolves when one of the two is gone, or `*` or the time limit has parted them. Null: one is gone already. */
function connect(caller: QueueMember, { dial, context: { host }, recording }: Dialling): Promise<void> | null {
  // A phone that still rang is picked up now, and may hang up at once.
  if (!host.stop.aborted) host.answer()
  const [near, far] = [host.leg, caller.host.leg]
  if (host.stop.aborted || !near || !far || !caller.step('connected')) return null
  recording.begin('answer')
  const parted = Promise.withResolvers<void>()
  const bridge = host.others.media.bridge(near.media, far.media, 'Dial')
  const part = () => {
    for (const act of undo) act()
    parted.resolve()
  }
  const limit = host.clock.after(dial.timeLimitSec * 1000, part)
  const stops = [host.stop, caller.host.stop]
  const undo = [
    () => bridge.end(),
    () => limit.cancel(),
    host.onKey((key) => {
      if (key === '*' && dial.hangupOnStar) part()
      else far.pressed(key)
    }),
    caller.host.onKey((key) => near.pressed(key)),
    ...stops.map((stop) => () => stop.removeEventListener('abort', part)),
  ]
  for (const stop of stops) stop.addEventListener('abort', part, { once: true })
  return parted.promise
}
