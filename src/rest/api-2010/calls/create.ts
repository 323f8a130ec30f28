/** Calls create: the request is read, the call made, and the exchange committed with it; only then is it answered. */
import type { CallRecord } from '../../../engine/call/call-record.ts'
import type { Alert } from '../../../journal/entry.ts'
import { newSid } from '../../../lib/ids.ts'
import type { RestDeps } from '../../deps.ts'
import { errorBody, Refusal } from '../../errors.ts'
import { type Answer, type ApiRequest, answer } from '../answer.ts'
import type { Books } from '../api-2010.ts'
import { given } from '../parameters.ts'
import { apiExchange, createDefaults, recordedParameters } from './api-exchange.ts'
import { callUri, freshCallView } from './call-view.ts'
import { KNOWN_NAMES } from './create-parameters.ts'
import { type ReadCall, readNewCall } from './new-call.ts'

/** Ours: a call shows a From that the account does not own, which the reference would refuse with 21210. */
export const CALLER_ID_NOT_OWNED = 81050
const UNKNOWN_PARAMETER = 20001
/** Account and name pairs that were warned about; a process says each once. */
const WARNED_MAX = 1000

export function createCall(deps: RestDeps, books: Books): (request: ApiRequest) => Promise<Answer> {
  const warned = new Set<string>()
  /** True the first time only. */
  const once = (key: string): boolean => {
    if (warned.has(key) || warned.size >= WARNED_MAX) return false
    warned.add(key)
    return true
  }

  const warnAccount = (request: ApiRequest, read: ReadCall): void => {
    const { accountSid, form } = request
    if (!read.fromOwned && once(accountSid)) {
      const message = `From ${read.call.from} is not a number of this account. It is accepted here; Twilio would refuse it with 21210.`
      deps.alert(accountSid, warning(CALLER_ID_NOT_OWNED, message, request))
    }
    for (const name in form) {
      if (KNOWN_NAMES.has(name) || !once(`${accountSid} ${name.slice(0, 64)}`)) continue
      deps.alert(
        accountSid,
        warning(UNKNOWN_PARAMETER, `Calls has no parameter ${name.slice(0, 64)}: it is ignored`, request),
      )
    }
  }

  return async (request) => {
    const read = await readOrRecord(request, deps, books)
    const { call, parameters } = read
    let created: Answer | null = null
    const record = await deps.calls.create(call, (fresh, place, now) => {
      created = answer(201, freshCallView(fresh))
      return [
        apiExchange({
          request,
          callSid: fresh.sid,
          place,
          now,
          verb: 'created',
          asked: fresh.statusCallback !== null,
          uri: callUri(fresh),
          parameters: {
            ...createDefaults({
              accountSid: request.accountSid,
              timeoutSec: parameters.Timeout,
              machineDetectionTimeoutSec: call.options.machineDetection?.timeoutSec ?? 0,
            }),
            ...recordedParameters(request.form),
          },
          answer: created,
        }),
      ]
    })
    warnAccount(request, read)
    if (read.warnings.length > 0) warnCall(deps, request, record, read.warnings)
    return created ?? answer(201, freshCallView(record))
  }
}

/** Refused creates are part of the story too, though of no call's. @throws the Refusal, after it is committed */
async function readOrRecord(request: ApiRequest, deps: RestDeps, books: Books): Promise<ReadCall> {
  try {
    return await readNewCall(request, books, deps.config)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const refused = apiExchange({
      request,
      callSid: null,
      place: 0,
      now: deps.clock.now(),
      verb: 'created',
      asked: given(request.form, 'StatusCallback') !== null,
      uri: request.path,
      parameters: recordedParameters(request.form),
      answer: { status: error.status, body: errorBody(error) },
    })
    await deps.journal.append([refused])
    throw error
  }
}

/** Warnings about one call join its story. Not waited for: the customer's answer does not depend on them. */
function warnCall(deps: RestDeps, request: ApiRequest, record: CallRecord, warnings: ReadCall['warnings']): void {
  for (const { code, message } of warnings) {
    deps.calls
      .witness(record.sid, (call, place, now) => [
        {
          kind: 'fact',
          accountSid: call.accountSid,
          callSid: call.sid,
          place,
          at: now,
          body: { fact: 'alert', alert: warning(code, message, request) },
        },
      ])
      .catch((error: unknown) =>
        deps.logger.warn({ callSid: record.sid, error: String(error) }, 'a warning was not recorded'),
      )
  }
}

function warning(
  code: number,
  message: string,
  request: { readonly baseUrl: string; readonly path: string; readonly form: ApiRequest['form'] },
): Alert {
  return {
    sid: newSid('NO'),
    code,
    level: 'warning',
    message,
    request: { method: 'POST', url: request.baseUrl + request.path, parameters: recordedParameters(request.form) },
  }
}
