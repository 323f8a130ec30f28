/** The user-defined messages of all live calls: hands the app's to the party, and the party's to those who subscribed. */
import type { Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import { type CallSid, type MessageSubscriptionSid, newSid } from '../../lib/ids.ts'
import type { Call } from '../call/call.ts'
import { messageCallbackAlert, messageParameters } from './message-callback.ts'
import type { MessageRefusal, MessageService } from './message-service.ts'
import type { MessageListener, MessageSubscription, SentMessage } from './user-message.ts'

export interface UserMessagesDeps {
  readonly clock: Clock
  readonly journal: { append(group: readonly Write[]): Promise<unknown> }
  /** A live call by its SID. */
  readonly liveCall: (sid: CallSid) => Call | null
}

/** Of one call, at a time. */
export const SUBSCRIPTIONS_MAX = 20
/** Idempotency keys of a call's messages that are remembered; older ones are forgotten. */
export const KEYS_MAX = 1000

interface Subscribed {
  readonly subscription: MessageSubscription
  readonly idempotencyKey: string | null
  readonly end: () => void
}

interface OfCall {
  readonly subscribed: Map<MessageSubscriptionSid, Subscribed>
  readonly sentByKey: Map<string, SentMessage>
}

export class UserMessages implements MessageService {
  readonly #deps: UserMessagesDeps
  readonly #byCall = new Map<CallSid, OfCall>()

  constructor(deps: UserMessagesDeps) {
    this.#deps = deps
  }

  async send(
    callSid: CallSid,
    { content, idempotencyKey }: Parameters<MessageService['send']>[1],
  ): Promise<SentMessage | MessageRefusal> {
    const call = this.#reachable(callSid)
    if (typeof call === 'string') return call
    const { sentByKey } = this.#of(call)
    const before = idempotencyKey === null ? undefined : sentByKey.get(idempotencyKey)
    if (before) return before
    const { clock, journal } = this.#deps
    const { accountSid } = call.record
    const sent = { sid: newSid('KX'), accountSid, callSid, createdAt: clock.now() }
    if (idempotencyKey !== null) remember(sentByKey, idempotencyKey, sent)
    const fact = { fact: 'message', atMs: call.sinceAnswerMs(), sid: sent.sid, from: 'app', content } as const
    await journal.append([call.fact(fact)])
    return sent
  }

  subscribe(
    callSid: CallSid,
    { callback, idempotencyKey }: Parameters<MessageService['subscribe']>[1],
  ): MessageSubscription | MessageRefusal | 'too-many' {
    const call = this.#reachable(callSid)
    if (typeof call === 'string') return call
    const { subscribed } = this.#of(call)
    const before = subscribed.values().find((one) => idempotencyKey !== null && one.idempotencyKey === idempotencyKey)
    if (before) return before.subscription
    if (subscribed.size >= SUBSCRIPTIONS_MAX) return 'too-many'
    const { accountSid } = call.record
    const subscription = { sid: newSid('ZY'), accountSid, callSid, callback, createdAt: this.#deps.clock.now() }
    const end = call.party.onMessage(delivering(call, subscription))
    subscribed.set(subscription.sid, { subscription, idempotencyKey, end })
    return subscription
  }

  unsubscribe(callSid: CallSid, sid: MessageSubscriptionSid): boolean {
    const subscribed = this.#byCall.get(callSid)?.subscribed
    subscribed?.get(sid)?.end()
    return subscribed?.delete(sid) ?? false
  }

  /** A call whose party can be sent messages, and send them. */
  #reachable(callSid: CallSid): Call | MessageRefusal {
    const call = this.#deps.liveCall(callSid)
    if (!call || call.record.status === 'queued') return 'not-active'
    return call.leg?.takesMessages ? call : 'not-a-client'
  }

  #of(call: Call): OfCall {
    const { sid } = call.record
    const known = this.#byCall.get(sid)
    if (known) return known
    const fresh: OfCall = { subscribed: new Map(), sentByKey: new Map() }
    this.#byCall.set(sid, fresh)
    call.onEnd(() => this.#byCall.delete(sid))
    return fresh
  }
}

/** Tells a subscription of messages, numbered from 1. They are told side by side: the number is their order. */
function delivering(call: Call, subscription: MessageSubscription): MessageListener {
  let sequence = 0
  return (message, because) => {
    sequence += 1
    const request = {
      purpose: 'user-defined-message',
      verb: 'message',
      to: subscription.callback,
      parameters: messageParameters(subscription, message, sequence),
      because,
    } as const
    call.during(
      call.exchange(request).then(({ exchange }) => {
        if (exchange.error) call.alert(messageCallbackAlert(exchange))
      }),
    )
  }
}

function remember(sentByKey: Map<string, SentMessage>, key: string, sent: SentMessage): void {
  const [oldest] = sentByKey.keys()
  if (oldest !== undefined && sentByKey.size >= KEYS_MAX) sentByKey.delete(oldest)
  sentByKey.set(key, sent)
}
