/**
 * X-Twilio-Signature: base64 of HMAC-SHA1 under the account's auth token, over the URL and, for a form POST, every
 * parameter in code-unit order of names. Follows the reference's rule for voice: https URLs are signed without their
 * port, http URLs with it. Checked in the test against the reference's own validator.
 */
import { createHash, createHmac } from 'node:crypto'
import type { FormParameters } from './form.ts'
import type { HttpUrl } from './http-url.ts'

/** The URL as the signature sees it: no user info, no fragment, no port over https; nothing else is normalised. */
export function toSigningUrl(url: HttpUrl): string {
  return url.secure ? `https://${url.host}${url.target}` : `http://${url.host}${url.port}${url.target}`
}

/**
 * @param signingUrl from `toSigningUrl`; for a WebSocket handshake the `wss://` URL itself.
 * @param parameters of a form POST. None for GET and for other bodies: those are covered by the URL.
 */
export function signRequest(authToken: string, signingUrl: string, parameters?: FormParameters): string {
  const text = parameters === undefined ? signingUrl : signingUrl + toSignedText(parameters)
  return createHmac('sha1', authToken).update(text).digest('base64')
}

/** Lower-case hex SHA-256 of a raw body. */
export function bodySha256(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

/** Path and query of a request whose body is not a form: the body's hash joins the query, and so the signed URL. */
export function withBodySha256(target: string, body: string | Uint8Array): string {
  return `${target}${target.includes('?') ? '&' : '?'}bodySHA256=${bodySha256(body)}`
}

function toSignedText(parameters: FormParameters): string {
  let text = ''
  for (const name of Object.keys(parameters).sort()) {
    const value = parameters[name]!
    if (typeof value === 'string') text += name + value
    else for (const one of [...new Set(value)].sort()) text += name + one
  }
  return text
}
