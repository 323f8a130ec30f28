/**
 * What becomes of a REFER (RFC 3515 sections 2.4.4 to 2.4.7): the receiver tells by NOTIFY, whose body is the start line of the
 * response that the call it makes has got. The first NOTIFY follows the REFER at once; the one with a final response is the last.
 */
import type { SipRequest } from '../message.ts'
import { parseParameters } from '../parameters.ts'
import { reasonPhrase } from '../reason-phrases.ts'
import type { Body } from './body.ts'

/** How long the call is given, and the subscription with it. */
export const REFER_EXPIRES_SEC = 180

export interface ReferProgress {
  /** CSeq of the REFER, for more than one in a dialog; null when the NOTIFY names none: the only one. */
  readonly id: number | null
  /** What the call has come to, such as 180 or 200; null when the body does not say. */
  readonly status: number | null
  /** Nothing more is told. */
  readonly over: boolean
}

export interface NotifyParts {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Body
}

/** @param leftSec what is left of the subscription */
export function notifyOfRefer(
  { id, status }: { readonly id: number; readonly status: number },
  leftSec: number,
): NotifyParts {
  const over = status >= 200
  return {
    headers: [
      ['Event', `refer;id=${id}`],
      ['Subscription-State', over ? 'terminated;reason=noresource' : `active;expires=${leftSec}`],
    ],
    body: {
      type: 'message/sipfrag;version=2.0',
      bytes: Buffer.from(`SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`, 'utf8'),
    },
  }
}

/** @returns null when it is a NOTIFY of something else, or not as it must be */
export function readReferNotify({ method, headers, body }: SipRequest): ReferProgress | null {
  if (method !== 'NOTIFY') return null
  const event = /^refer[ \t]*(?=;|$)/i.exec(headers.get('Event') ?? '')
  const parameters = event && parseParameters(event.input, event[0].length)
  if (parameters === null) return null
  const idText = parameters.get('id')
  const state = /^[^; \t]+/.exec(headers.get('Subscription-State') ?? '')?.[0].toLowerCase()
  const isFragment = /^message\/sipfrag\b/i.test(headers.get('Content-Type') ?? '')
  const line = isFragment ? /^SIP\/2\.0 (\d{3})\b/.exec(Buffer.from(body).toString('latin1', 0, 16)) : null
  return {
    id: idText != null && /^\d{1,10}$/.test(idText) ? Number(idText) : null,
    status: line === null ? null : Number(line[1]),
    over: state === undefined ? line !== null && Number(line[1]) >= 200 : state === 'terminated',
  }
}
