/**
 * The port through which every outward HTTP request leaves: the courier's, the media fetches', the sinks'. One call is
 * one HTTP exchange: no redirects, no retries, no cookies, those are the caller's business. It checks the address it
 * connects to against the egress rule, keeps connections alive, and turns everything that can go wrong into a value.
 */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Absolute http(s) URL without user info and fragment. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Real milliseconds. */
  readonly connectTimeoutMs: number
  /** To the first byte, and between any two. */
  readonly readTimeoutMs: number
  /** Over the whole exchange. */
  readonly totalTimeoutMs: number
  /** A longer body is cut here and marked truncated; the connection is then closed. */
  readonly bodyBytesMax: number
  /** TLS server name indication; default true. */
  readonly sni?: boolean
  /** Allow an answer from (or into) the HTTP cache; GET only. */
  readonly cache?: boolean
  readonly stop?: AbortSignal
}

/** What kind of failure, so that retry policies can tell; the debugger code and sentence say it to people. */
export type HttpFailureKind =
  | 'connect' // DNS, refused, connect timeout, TLS, address not allowed
  | 'no-response' // connected, nothing came: timeout or reset before the status line
  | 'broken' // reset, timeout or protocol violation after the response began
  | 'stopped' // the caller's `stop`

export type HttpResult =
  | {
      readonly ok: true
      readonly status: number
      /** Names in lower case; repeated headers are arrays. */
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
      readonly body: Uint8Array
      readonly truncated: boolean
      readonly durationMs: number
    }
  | {
      readonly ok: false
      readonly kind: HttpFailureKind
      /** 11200 … 11237, see docs/compat/errors.md. */
      readonly code: number
      readonly message: string
      readonly durationMs: number
    }

export interface HttpTransport {
  /** Never rejects. */
  send(request: HttpRequest): Promise<HttpResult>
  close(): Promise<void>
}
