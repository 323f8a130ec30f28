/**
 * The standard voice parameters, sent with every document request and call status callback. Numbers carry the sixteen
 * geography names, empty when unknown, as the reference sends them; `client:` and `sip:` parties do not.
 */
import type { CallRecord } from './call-record.ts'

export const API_VERSION = '2010-04-01'

const GEO = ['City', 'State', 'Zip', 'Country'] as const
const isNumber = (party: string): boolean => /^\+\d/.test(party)

/** `callStatus` differs from the record's in callbacks: `initiated` is never a REST status. */
export function standardParameters(call: CallRecord, callStatus: string = call.status): Record<string, string> {
  const parameters: Record<string, string> = {
    AccountSid: call.accountSid,
    ApiVersion: API_VERSION,
    CallSid: call.sid,
    CallStatus: callStatus,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
  }
  if (isNumber(call.to)) for (const part of GEO) parameters[`To${part}`] = parameters[`Called${part}`] = ''
  if (isNumber(call.from)) for (const part of GEO) parameters[`From${part}`] = parameters[`Caller${part}`] = ''
  if (call.forwardedFrom !== null) parameters.ForwardedFrom = call.forwardedFrom
  if (call.callerName !== null) parameters.CallerName = call.callerName
  if (call.parentCallSid !== null) parameters.ParentCallSid = call.parentCallSid
  // What a document names itself does not replace what is so.
  return { ...call.extraParameters, ...parameters }
}
