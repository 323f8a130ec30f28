/** Calls update: redirect, hang up, or change the callbacks and limits of a call. Witnessed whatever becomes of it. */

import type { CallRecord } from '../../../engine/call/call-record.ts'
import type { CallChange } from '../../../engine/call/call-service.ts'
import type { RestDeps } from '../../deps.ts'
import { errorBody, Refusal, refuse } from '../../errors.ts'
import type { Form } from '../../form.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import { choice, integer, method, readParameters, text, url } from '../parameters.ts'
import { apiExchange, recordedParameters } from './api-exchange.ts'
import { callUri, callView } from './call-view.ts'

const UPDATE_PARAMETERS = {
  Status: choice(['canceled', 'completed'], null),
  Url: url('invalidUrl'),
  Method: method('POST'),
  Twiml: text(4000, 'twimlTooLong'),
  FallbackUrl: url('invalidUrl'),
  FallbackMethod: method('POST'),
  StatusCallback: url('invalidCallback'),
  StatusCallbackMethod: method('POST'),
  TimeLimit: integer({ min: 1, max: 86_400 }, null),
} as const

/** @param call as it stood when the request came. */
export async function updateCall(request: ApiRequest, call: CallRecord, deps: RestDeps): Promise<Answer> {
  const change = await readOrWitness(request, call, deps)
  let witnessed: Answer | null = null
  const result = await deps.calls.change(call.sid, change, (outcome, current, place, now) => {
    const refused = outcome === 'not-in-progress'
    witnessed = refused ? refusedAnswer(refuse('notInProgress')) : answer(200, callView(outcome))
    const about = refused ? current : outcome
    return [modification({ request, call: about, place, now, answer: witnessed })]
  })
  if (result === 'not-in-progress') throw refuse('notInProgress')
  return witnessed ?? answer(200, callView(result))
}

/** @throws the Refusal, after it is committed to the call's story */
async function readOrWitness(request: ApiRequest, call: CallRecord, deps: RestDeps): Promise<CallChange> {
  try {
    return readChange(request.form)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await deps.calls.witness(call.sid, (current, place, now) => [
      modification({ request, call: current, place, now, answer: refusedAnswer(error) }),
    ])
    throw error
  }
}

/** Ending the call comes before a new document, and Url before Twiml. @throws Refusal */
function readChange(form: Form): CallChange {
  const p = readParameters(UPDATE_PARAMETERS, form)
  const document = p.Url !== null ? { url: p.Url, method: p.Method } : p.Twiml !== null ? { twiml: p.Twiml } : null
  return {
    ...(p.Status === null ? (document === null ? {} : { document }) : { status: p.Status }),
    ...(p.FallbackUrl === null ? {} : { fallback: { url: p.FallbackUrl, method: p.FallbackMethod } }),
    ...(p.StatusCallback === null ? {} : { statusCallback: { url: p.StatusCallback, method: p.StatusCallbackMethod } }),
    ...(p.TimeLimit === null ? {} : { timeLimitSec: p.TimeLimit }),
  }
}

const refusedAnswer = (refusal: Refusal): Answer => ({ status: refusal.status, body: errorBody(refusal) })

function modification(about: {
  readonly request: ApiRequest
  readonly call: CallRecord
  readonly place: number
  readonly now: Parameters<typeof apiExchange>[0]['now']
  readonly answer: Answer
}) {
  const { request, call } = about
  return apiExchange({
    request,
    callSid: call.sid,
    place: about.place,
    now: about.now,
    verb: 'modified',
    asked: call.statusCallback !== null,
    uri: callUri(call),
    parameters: recordedParameters(request.form),
    answer: about.answer,
  })
}
