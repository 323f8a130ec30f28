/** Whom the nouns of a `<Dial>` name, as calls to be dialled. A `<Sip>` with several addresses names one after the other. */
import type { Dial, DialApplication, DialNumber, DialParty, SipHeader } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import type { Fetchable, StatusCallback } from '../../call/call-record.ts'
import type { NewChild } from '../../call/child-call.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import { absoluteUrl } from '../urls.ts'

/** The network goes on ringing a little longer than `timeout` says. */
export const RING_GRACE_SEC = 5

export interface PartyTarget {
  readonly child: NewChild
  readonly isSip: boolean
  /** Keys that are pressed towards it once it has answered. */
  readonly sendDigits: string | null
  /** The document that it hears, and may refuse in, before it is connected; `unusable`: its URL is none. */
  readonly whisper: Fetchable | 'unusable' | null
}

type Credentials = NewChild['sipAuth']

/** The addresses of one noun, to be tried in this order. */
export function partyTargets(noun: DialParty, dial: Dial, context: VerbContext): PartyTarget[] {
  const { record } = context.host
  const statusCallback = statusCallbackOf(noun, context)
  const whisper = whisperOf(noun, context)
  const sendDigits = 'sendDigits' in noun ? noun.sendDigits : null
  return addressesOf(noun).map(({ to, sipAuth, sipHeaders = [] }) => ({
    isSip: noun.noun === 'Sip',
    sendDigits,
    whisper,
    child: {
      to,
      from: dial.callerId ?? record.from,
      timeoutSec: dial.timeoutSec + RING_GRACE_SEC,
      statusCallback,
      extraParameters: {},
      sipAuth,
      options: {
        callReason: dial.callReason,
        byoc: noun.noun === 'Number' ? noun.byoc : null,
        clientNotificationUrl: noun.noun === 'Client' ? noun.clientNotificationUrl : null,
        machineDetection: machineDetectionOf(noun, context),
        ...(sipHeaders.length > 0 && { sipHeaders }),
      },
    },
  }))
}

interface Address {
  readonly to: string
  readonly sipAuth: Credentials
  readonly sipHeaders?: readonly SipHeader[]
}

function addressesOf(noun: DialParty): Address[] {
  switch (noun.noun) {
    case 'Number':
    case 'WhatsApp':
      return [{ to: noun.number, sipAuth: null }]
    case 'Client':
      return [{ to: `client:${noun.identity}`, sipAuth: null }]
    case 'Sip':
      return noun.destinations
        .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0) || (b.weight ?? 0) - (a.weight ?? 0))
        .map(({ uri, headers, credentials }) => ({ to: uri, sipAuth: credentials, sipHeaders: headers }))
  }
}

/** The application that a noun names. It is told of itself as the called party, or of the one that the caller dialled. */
export function applicationTarget(noun: DialApplication, dial: Dial, context: VerbContext): PartyTarget {
  const { record } = context.host
  const { applicationSid: sid, parameters, copyParentTo } = noun
  return {
    isSip: false,
    sendDigits: null,
    whisper: whisperOf(noun, context),
    child: {
      to: copyParentTo ? record.to : sid,
      from: dial.callerId ?? record.from,
      timeoutSec: dial.timeoutSec + RING_GRACE_SEC,
      statusCallback: statusCallbackOf(noun, context),
      extraParameters: {},
      sipAuth: null,
      application: { sid, parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, value])) },
    },
  }
}

type DialledNoun = Pick<
  DialNumber,
  'url' | 'method' | 'statusCallback' | 'statusCallbackMethod' | 'statusCallbackEvent'
>

function statusCallbackOf(noun: DialledNoun, context: VerbContext): StatusCallback | null {
  const { statusCallback, statusCallbackMethod: method, statusCallbackEvent: events } = noun
  const url = urlOf('statusCallback', statusCallback, context)
  return url === null ? null : { url, method, events }
}

function whisperOf({ url: written, method }: DialledNoun, context: VerbContext): PartyTarget['whisper'] {
  if (written === null || written === '') return null
  const url = urlOf('url', written, context)
  return url === null ? 'unusable' : { url, method }
}

function machineDetectionOf(noun: DialParty, context: VerbContext) {
  if (!('machineDetection' in noun) || noun.machineDetection === null) return null
  // Both would use the first seconds; the digits win.
  if ('sendDigits' in noun && noun.sendDigits !== null) return null
  const callback = urlOf('amdStatusCallback', noun.amdStatusCallback, context)
  return {
    mode: noun.machineDetection,
    timeoutSec: noun.machineDetectionTimeoutSec,
    speechThresholdMs: noun.machineDetectionSpeechThresholdMs,
    speechEndThresholdMs: noun.machineDetectionSpeechEndThresholdMs,
    silenceTimeoutMs: noun.machineDetectionSilenceTimeoutMs,
    // The verdict never keeps the parties of a Dial apart.
    async: true,
    callback: callback === null ? null : { url: callback, method: noun.amdStatusCallbackMethod },
  } as const
}

/** Null, with an alert, when it cannot be fetched; null without one when there is none. */
function urlOf(attribute: string, written: string | null, context: VerbContext): string | null {
  if (written === null || written === '') return null
  const url = absoluteUrl(written, context)
  if (url !== null) return url
  const message = `<Dial> ${attribute} ${JSON.stringify(written)}: not a URL that can be fetched`
  context.host.alert(alertByName('invalidUrl', message))
  return null
}
