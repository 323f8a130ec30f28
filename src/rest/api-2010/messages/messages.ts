/**
 * Calls/{CallSid}/UserDefinedMessages and UserDefinedMessageSubscriptions: what an app and the Voice SDK client on a call
 * send each other.
 */
import type { MessageRefusal, MessageService } from '../../../engine/messages/message-service.ts'
import type { MessageSubscription, SentMessage } from '../../../engine/messages/user-message.ts'
import { formatRfc2822 } from '../../../lib/dates.ts'
import { isSid } from '../../../lib/ids.ts'
import { isNestedDeeper } from '../../../lib/nesting.ts'
import type { RestDeps } from '../../deps.ts'
import { type Refusal, refuse } from '../../errors.ts'
import { type Form, firstOf } from '../../form.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from '../answer.ts'
import { wantedCall } from '../calls/calls.ts'
import { method, readParameters, text, url } from '../parameters.ts'

const CONTENT_CHARS_MAX = 10_000
const CONTENT_LEVELS_MAX = 100

// Content: see below.
const MESSAGE_PARAMETERS = { IdempotencyKey: text(255) } as const
const SUBSCRIPTION_PARAMETERS = {
  Callback: url('invalidCallback'),
  Method: method('POST'),
  IdempotencyKey: text(255),
} as const

export function messageOperations(deps: Pick<RestDeps, 'calls'>, service: MessageService) {
  return {
    async send(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const content = readContent(request.form)
      const { IdempotencyKey: idempotencyKey } = readParameters(MESSAGE_PARAMETERS, request.form)
      const sent = await service.send(call.sid, { content, idempotencyKey })
      if (typeof sent === 'string') throw refusalOf(sent, call.sid)
      return answer(201, messageView(sent))
    },

    async subscribe(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const p = readParameters(SUBSCRIPTION_PARAMETERS, request.form)
      if (p.Callback === null) throw refuse('missingParameter', { name: 'Callback' })
      const callback = { url: p.Callback, method: p.Method }
      const subscription = service.subscribe(call.sid, { callback, idempotencyKey: p.IdempotencyKey })
      if (subscription === 'too-many')
        throw refuse('conflict', { why: `Call ${call.sid} already has as many message subscriptions as it may have` })
      if (typeof subscription === 'string') throw refusalOf(subscription, call.sid)
      return answer(201, subscriptionView(subscription))
    },

    async unsubscribe(request: ApiRequest): Promise<Answer> {
      const call = await wantedCall(request, deps)
      const sid = request.params.Sid ?? ''
      if (!isSid('ZY', sid) || !service.unsubscribe(call.sid, sid)) throw refuse('notFound', { value: request.path })
      return NO_CONTENT
    },
  }
}

/** @throws Refusal 32702 for what is missing, no JSON or nested too deeply, 32703 */
function readContent(form: Form): string {
  const content = firstOf(form, 'Content') ?? ''
  if (content.length > CONTENT_CHARS_MAX) throw refuse('contentTooLong')
  if (!isJson(content)) throw refuse('invalidContent')
  return content
}

/** Of a depth that can be written again. */
function isJson(content: string): boolean {
  try {
    return !isNestedDeeper(JSON.parse(content), CONTENT_LEVELS_MAX)
  } catch {
    return false
  }
}

function refusalOf(refusal: MessageRefusal, callSid: string): Refusal {
  return refuse(refusal === 'not-active' ? 'notMessageable' : 'notAClient', { value: callSid })
}

function messageView({ sid, accountSid, callSid, createdAt }: SentMessage): object {
  return { sid, account_sid: accountSid, call_sid: callSid, date_created: formatRfc2822(createdAt) }
}

function subscriptionView({ sid, accountSid, callSid, createdAt }: MessageSubscription): object {
  return {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    date_created: formatRfc2822(createdAt),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/UserDefinedMessageSubscriptions/${sid}.json`,
  }
}
