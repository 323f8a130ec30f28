/** Entries, calls, recordings and resources for the store's suite: complete values, of which a test names what it is about. */
import type { Alert, Exchange, Fact, FactBody, Intent } from '../../src/journal/entry.ts'
import type { CallRow, ConferenceRow, RecordingRow, ResourceRow, Write } from '../../src/journal/store.ts'
import {
  type AccountSid,
  type CallSid,
  type ConferenceSid,
  type ExchangeSid,
  type Instant,
  newSid,
  type RecordingSid,
} from '../../src/lib/ids.ts'

export const ACCOUNT = `AC${'a'.repeat(32)}` as AccountSid
export const OTHER_ACCOUNT = `AC${'b'.repeat(32)}` as AccountSid

/** The n-th call: `CA…0001`. */
export const callSid = (n: number) => `CA${String(n).padStart(32, '0')}` as CallSid
export const conferenceSid = (n: number) => `CF${String(n).padStart(32, '0')}` as ConferenceSid
export const recordingSid = (n: number) => `RE${String(n).padStart(32, '0')}` as RecordingSid
export const exchangeSid = (n: number) => `VW${String(n).padStart(32, '0')}` as ExchangeSid
export const at = (ms: number) => (1_800_000_000_000 + ms) as Instant

export function anIntent(some: Partial<Intent> = {}): Intent {
  return {
    kind: 'intent',
    sid: newSid('VW'),
    accountSid: ACCOUNT,
    callSid: callSid(1),
    place: 0,
    at: at(0),
    purpose: 'status-callback',
    verb: 'ringing',
    asked: true,
    fallback: false,
    attempt: 1,
    request: { method: 'POST', url: 'https://app.example.com/status', parameters: { CallStatus: 'ringing' } },
    resend: { url: 'https://app.example.com/status?key=secret', idempotencyToken: 'token' },
    ...some,
  }
}

export function anExchange(some: Partial<Exchange> = {}): Exchange {
  const { resend: _, ...about } = anIntent()
  const body = '<Response><Say>Grüße, ☎</Say></Response>'
  const read = { contentType: 'text/xml', body, bodyEncoding: 'utf8', truncated: false } as const
  return {
    ...about,
    kind: 'exchange',
    direction: 'outward',
    hops: [],
    response: { code: 200, ...read, at: at(12) },
    error: null,
    durationMs: 12,
    ...some,
  }
}

export function aFact(some: Partial<Fact> = {}): Fact {
  return {
    kind: 'fact',
    accountSid: ACCOUNT,
    callSid: callSid(1),
    place: 0,
    at: at(0),
    body: { fact: 'call-status', status: 'ringing' },
    ...some,
  }
}

export const pressed = (digits: string): FactBody => ({ fact: 'pressed', atMs: 100, digits })

export function anAlert(some: Partial<Fact> = {}, alert: Partial<Alert> = {}): Fact {
  const body = { sid: newSid('NO'), code: 11200, level: 'error', message: 'HTTP retrieval failure', ...alert } as const
  return aFact({ ...some, body: { fact: 'alert', alert: body } })
}

export function aCall(some: Partial<CallRow> = {}): CallRow {
  return {
    sid: callSid(1),
    accountSid: ACCOUNT,
    parentCallSid: null,
    to: '+15551230001',
    from: '+15005550006',
    status: 'queued',
    live: true,
    createdAt: at(0),
    startedAt: null,
    endedAt: null,
    row: { answeredBy: null, options: { timeoutSec: 60 } },
    ...some,
  }
}

export const writeCall = (some: Partial<CallRow> = {}): Write => ({ kind: 'call', call: aCall(some) })

export function aRecording(some: Partial<RecordingRow> = {}): RecordingRow {
  return {
    sid: recordingSid(1),
    accountSid: ACCOUNT,
    callSid: callSid(1),
    conferenceSid: null,
    createdAt: at(0),
    live: true,
    deletedAt: null,
    row: { status: 'in-progress', callback: { url: 'https://app.example.com/recording' } },
    ...some,
  }
}

export const writeRecording = (some: Partial<RecordingRow> = {}): Write => ({
  kind: 'recording',
  recording: aRecording(some),
})

export function aConference(some: Partial<ConferenceRow> = {}): ConferenceRow {
  return {
    sid: conferenceSid(1),
    accountSid: ACCOUNT,
    friendlyName: 'stand-up',
    status: 'init',
    live: true,
    createdAt: at(0),
    updatedAt: at(0),
    row: { participants: [{ label: 'Änne' }] },
    ...some,
  }
}

export const writeConference = (some: Partial<ConferenceRow> = {}): Write => ({
  kind: 'conference',
  conference: aConference(some),
})

export function aResource(some: Partial<ResourceRow> = {}): ResourceRow {
  const row = { voice: { url: 'https://app.example.com/voice' } }
  return { type: 'number', sid: newSid('PN'), accountSid: ACCOUNT, createdAt: at(0), row, ...some }
}

export const writeResource = (some: Partial<ResourceRow> = {}): Write => ({
  kind: 'resource',
  resource: aResource(some),
})
