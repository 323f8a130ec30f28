/** Asks a SIP party to call another address, and tells `action` what came of it. */
import type { Refer, SipHeader } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { isFinal } from '../call/call-record.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { Referral } from '../ports/leg.ts'
import { toDocument } from './urls.ts'

export function runRefer(refer: Refer, context: VerbContext): Promise<Flow> {
  const run = referAndTell(refer, context)
  // After a hang-up too, until the action has been told.
  context.host.during(run)
  return run
}

async function referAndTell(refer: Refer, context: VerbContext): Promise<Flow> {
  const { host } = context
  const { uri, headers } = refer.target
  const asked = host.leg?.refer(referTo(uri, headers)) ?? null
  if (asked === null) {
    host.alert(alertByName('referNotSip', '<Refer> on a call that is not over SIP; it is passed over', refer.position))
    return NEXT_VERB
  }
  await orStopped(asked, host.stop)
  const gone = isFinal(host.record.status)
  // Redirected by REST: another document has taken over.
  if (host.stop.aborted && !gone) return NEXT_VERB
  // A leg that is over has told what it knew.
  const referral = await asked
  if (refer.action === null || refer.action === '') return NEXT_VERB
  const parameters = actionParameters(referral, gone)
  const flow = toDocument(context, { url: refer.action, method: refer.method, verb: 'Refer', parameters })
  if (!gone) return flow
  if (flow.next === 'document' && flow.source.from === 'request') host.tell(flow.source)
  return NEXT_VERB
}

async function orStopped(work: Promise<unknown>, stop: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  const end = () => stopped.resolve()
  if (stop.aborted) return
  stop.addEventListener('abort', end, { once: true })
  await Promise.race([work, stopped.promise])
  stop.removeEventListener('abort', end)
}

/** @param gone the party hung up before it had told what came of it */
function actionParameters({ sipResponseCode, notifyCode }: Referral, gone: boolean): Record<string, string> {
  return {
    ReferCallStatus: gone && (notifyCode ?? 0) < 200 ? 'canceled' : callStatus(notifyCode ?? sipResponseCode),
    ReferSipResponseCode: String(sipResponseCode),
    ...(notifyCode !== null && { NotifySipResponseCode: String(notifyCode) }),
  }
}

const BUSY: ReadonlySet<number> = new Set([486, 600, 603])
const NOT_ANSWERED: ReadonlySet<number> = new Set([408, 480, 487])

/** What the last code says of the call that the party made. */
function callStatus(code: number): string {
  if (code < 200) return 'ringing'
  if (code < 300) return 'in-progress'
  if (BUSY.has(code)) return 'busy'
  return NOT_ANSWERED.has(code) ? 'no-answer' : 'failed'
}

/** The address with the headers that the party shall send there. */
function referTo(uri: string, headers: readonly SipHeader[]): string {
  if (headers.length === 0) return uri
  return `${uri}?${headers.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}
