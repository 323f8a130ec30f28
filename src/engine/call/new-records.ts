/** The record a call starts with: dialled by REST, or received from a party that rang one of our numbers. */
import { type Instant, newSid } from '../../lib/ids.ts'
import type { IncomingCall, SipDetails } from '../ports/leg.ts'
import type { InboundRoute } from '../ports/number-directory.ts'
import type { CallOptions, CallRecord } from './call-record.ts'
import type { NewCall } from './call-service.ts'
import type { NewChild } from './child-call.ts'

/** Seconds a call may last when nobody set a limit. */
export const TIME_LIMIT_SEC = 4 * 3600

/** What holds for a call that nobody gave options: every inbound one. */
export const DEFAULT_OPTIONS: CallOptions = {
  sendDigits: null,
  timeoutSec: 60,
  timeLimitSec: TIME_LIMIT_SEC,
  callerId: null,
  record: null,
  machineDetection: null,
  sipAuth: null,
  byoc: null,
  callReason: null,
  callToken: null,
  clientNotificationUrl: null,
}

const UNTOUCHED = {
  parentCallSid: null,
  answeredBy: null,
  answeredAt: null,
  endedAt: null,
  sipResponseCode: null,
  callbackSequence: 0,
  queueTimeMs: 0,
} as const

/** `queueTimeMs`: how long it will wait for its turn. */
export function outboundRecord(fresh: NewCall, now: Instant, queueTimeMs: number): CallRecord {
  return {
    ...UNTOUCHED,
    ...fresh,
    sid: newSid('CA'),
    direction: 'outbound-api',
    status: 'queued',
    callerName: null,
    forwardedFrom: null,
    queueTimeMs,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    extraParameters: {},
  }
}

/** A leg that `parent` dials. */
export function childRecord(parent: CallRecord, child: NewChild, now: Instant): CallRecord {
  const { to, from, statusCallback, timeoutSec, sipAuth, options, extraParameters } = child
  return {
    ...UNTOUCHED,
    sid: newSid('CA'),
    accountSid: parent.accountSid,
    parentCallSid: parent.sid,
    to,
    from,
    phoneNumberSid: null,
    applicationSid: null,
    direction: 'outbound-dial',
    status: 'queued',
    callerName: null,
    forwardedFrom: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    voice: { document: null, fallback: null },
    statusCallback,
    options: { ...DEFAULT_OPTIONS, ...options, timeoutSec, sipAuth },
    extraParameters,
  }
}

export function inboundRecord(incoming: IncomingCall, route: InboundRoute, now: Instant): CallRecord {
  const sid = newSid('CA')
  const { accountSid, numberSid, applicationSid, voice, statusCallback, callerIdLookup, addOns } = route
  const callToken = JSON.stringify({ parentCallSid: sid, from: incoming.from, to: incoming.to })
  return {
    ...UNTOUCHED,
    sid,
    accountSid,
    to: incoming.to,
    from: incoming.from,
    phoneNumberSid: numberSid,
    applicationSid,
    direction: 'inbound',
    status: 'ringing',
    callerName: callerIdLookup ? (incoming.callerName ?? '') : null,
    forwardedFrom: incoming.forwardedFrom ?? null,
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    voice,
    statusCallback: statusCallback && { ...statusCallback, events: ['completed'] },
    options: DEFAULT_OPTIONS,
    extraParameters: {
      ...incoming.application?.parameters,
      CallToken: callToken,
      ...(addOns !== null && { AddOns: addOns }),
      ...(incoming.sip && sipParameters(incoming.sip)),
    },
  }
}

function sipParameters({
  callId,
  sourceIp,
  domain,
  headers,
}: NonNullable<IncomingCall['sip']>): Record<string, string> {
  return {
    ...(domain && { SipDomain: domain.name, SipDomainSid: domain.sid }),
    SipCallId: callId,
    SipSourceIp: sourceIp,
    ...headerParameters(headers),
  }
}

/** What a SIP party's header fields are called in requests to apps. */
export function headerParameters(
  headers: SipDetails['headers'],
  prefix: string = 'SipHeader_',
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [prefix + name, value]))
}
