/** How an outward request and its answer are recorded: secrets removed, body cut, faults named. */
import { isUtf8 } from 'node:buffer'
import type { Instant } from '../lib/ids.ts'
import type { Outcome } from './courier-attempt.ts'
import type { ExchangeError, Purpose, RecordedResponse } from './entry.ts'
import type { HttpResult } from './http-transport.ts'

/** Bytes of a body that are recorded. */
export const BODY_BYTES_RECORDED_MAX = 64 * 1024
/** Nothing about a call takes longer, retries and redirects included, whatever overrides say. */
export const TOTAL_MS_MAX = 15_000

type Answer = HttpResult & { readonly ok: true }

/** Purposes whose answer is a document that drives a call. */
const DOCUMENTS: ReadonlySet<Purpose> = new Set(['twiml', 'wait', 'hold', 'announce'])

export function toRecordedResponse(answer: Answer, at: Instant, keepBody: boolean): RecordedResponse {
  const contentType = contentTypeOf(answer)
  const about = { code: answer.status, contentType, at }
  if (!keepBody)
    return { ...about, body: '', bodyEncoding: 'utf8', truncated: answer.body.length > 0 || answer.truncated }
  return {
    ...about,
    ...toRecordedBody(answer.body),
    truncated: answer.truncated || answer.body.length > BODY_BYTES_RECORDED_MAX,
  }
}

/** What is wrong with what came, null when it can be used. */
export function faultOf(outcome: Outcome, purpose: Purpose, totalTimeoutMs: number): ExchangeError | null {
  const { result } = outcome
  if (!result.ok) {
    // The hard limit is nobody's override: running into it is plain silence.
    if (result.code === 11203 && totalTimeoutMs >= TOTAL_MS_MAX) return { code: 11200, message: result.message }
    return { code: result.code, message: result.message }
  }
  if (outcome.error) return outcome.error
  if (result.status < 200 || result.status > 299) {
    return { code: 11200, message: `The app answered with status ${result.status}, expected 200 to 299.` }
  }
  if (!DOCUMENTS.has(purpose)) return null
  if (result.body.length === 0) {
    return { code: 11770, message: `The app answered with status ${result.status} and no body, expected a document.` }
  }
  // The limit is for documents; audio answered in place of one is played, however long.
  if (result.truncated && !contentTypeOf(result).toLowerCase().startsWith('audio/')) {
    return { code: 11750, message: `The document is longer than ${result.body.length} bytes.` }
  }
  return null
}

function contentTypeOf({ headers }: Answer): string {
  const value = headers['content-type']
  return (typeof value === 'string' ? value : value?.[0]) ?? ''
}

function toRecordedBody(whole: Uint8Array): Pick<RecordedResponse, 'body' | 'bodyEncoding'> {
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, Math.min(whole.length, BODY_BYTES_RECORDED_MAX))
  if (isText(bytes)) return { body: bytes.toString('utf8'), bodyEncoding: 'utf8' }
  // A cut may have gone through a character, which has at most three more bytes.
  for (let back = 1; whole.length >= BODY_BYTES_RECORDED_MAX && back <= 3; back++) {
    const shorter = bytes.subarray(0, bytes.length - back)
    if (isText(shorter)) return { body: shorter.toString('utf8'), bodyEncoding: 'utf8' }
  }
  return { body: bytes.toString('base64'), bodyEncoding: 'base64' }
}

/** Zero bytes are valid UTF-8 but no text that every database can store. */
const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0)
