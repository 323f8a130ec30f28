/**
 * HTTP cache for GET (RFC 9111, the part that audio files need): fresh answers are reused, stale ones with an ETag or
 * Last-Modified are asked for conditionally. Our own, because a cache that revalidates in the background or guesses
 * lifetimes would make requests, or spare requests, that the journal could not explain. Nothing is fresh without an
 * explicit lifetime; answers that are private, set cookies or vary by more than constant headers are not kept.
 */
import type { HttpRequest, HttpResult } from '../../journal/http-transport.ts'

type Answer = HttpResult & { readonly ok: true }

interface Kept {
  readonly answer: Answer
  readonly freshUntilMs: number
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

/** Request headers that every request of ours sends alike. */
const CONSTANT_HEADERS = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent', 'host', 'origin'])

export class ResponseCache {
  readonly #bytesMax: number
  readonly #nowMs: () => number
  /** In the order of last use. */
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  /** `nowMs`: any steady clock. An answer above an eighth of `bytesMax` is not kept. */
  constructor(options: { readonly bytesMax: number; readonly nowMs: () => number }) {
    this.#bytesMax = options.bytesMax
    this.#nowMs = options.nowMs
  }

  /** Requests with credentials or cookies of their own pass by. */
  static applies(request: HttpRequest): boolean {
    if (!request.cache || request.method !== 'GET') return false
    return !Object.keys(request.headers).some((name) => /^(authorization|cookie|range|if-.*)$/i.test(name))
  }

  /** An answer that needs no request. */
  fresh(request: HttpRequest): HttpResult | null {
    const kept = this.#find(request)
    return kept && this.#nowMs() < kept.freshUntilMs ? { ...kept.answer, durationMs: 0 } : null
  }

  /** The request, made conditional when a stale answer is kept. */
  conditional(request: HttpRequest): HttpRequest {
    const kept = this.#find(request)
    if (!kept?.etag && !kept?.lastModified) return request
    const headers = {
      ...request.headers,
      ...(kept.etag && { 'If-None-Match': kept.etag }),
      ...(kept.lastModified && { 'If-Modified-Since': kept.lastModified }),
    }
    return { ...request, headers }
  }

  /** What to hand back for what came: the kept answer for a 304, else what came, which is kept if it may be. */
  settle(request: HttpRequest, result: HttpResult): HttpResult {
    if (!result.ok) return result
    const kept = this.#kept.get(request.url)
    if (result.status === 304 && kept) {
      const headers = { ...kept.answer.headers, ...result.headers, 'content-type': kept.answer.headers['content-type'] }
      const answer = { ...kept.answer, headers, durationMs: result.durationMs }
      this.#keep(request.url, answer)
      return answer
    }
    if (result.status === 200) this.#keep(request.url, result)
    return result
  }

  #find(request: HttpRequest): Kept | null {
    const kept = this.#kept.get(request.url)
    if (!kept || kept.answer.body.length > request.bodyBytesMax) return null
    this.#kept.delete(request.url)
    this.#kept.set(request.url, kept)
    return kept
  }

  #keep(url: string, answer: Answer): void {
    this.#drop(url)
    const control = parseCacheControl(text(answer.headers['cache-control']))
    const etag = text(answer.headers.etag)
    const lastModified = text(answer.headers['last-modified'])
    const lifetimeMs = control.has('no-cache') ? 0 : toLifetimeMs(answer, control)
    const size = answer.body.length + url.length
    if (control.has('no-store') || control.has('private') || answer.headers['set-cookie'] !== undefined) return
    if (variesByRequest(text(answer.headers.vary)) || answer.truncated || size > this.#bytesMax / 8) return
    if (lifetimeMs <= 0 && etag === undefined && lastModified === undefined) return

    this.#kept.set(url, { answer, freshUntilMs: this.#nowMs() + lifetimeMs, etag, lastModified })
    this.#bytes += size
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#bytesMax) break
      this.#drop(oldest)
    }
  }

  #drop(url: string): void {
    const kept = this.#kept.get(url)
    if (!kept) return
    this.#kept.delete(url)
    this.#bytes -= kept.answer.body.length + url.length
  }
}

/** RFC 9111 §4.2.1: s-maxage, max-age, Expires less Date; less the age it had already. */
function toLifetimeMs(answer: Answer, control: ReadonlyMap<string, string>): number {
  const seconds = Number(control.get('s-maxage') ?? control.get('max-age') ?? Number.NaN)
  const ageMs = Number(text(answer.headers.age) ?? 0) * 1000 || 0
  if (!Number.isNaN(seconds)) return seconds * 1000 - ageMs
  const expires = Date.parse(text(answer.headers.expires) ?? '')
  const date = Date.parse(text(answer.headers.date) ?? '')
  return Number.isNaN(expires - date) ? 0 : expires - date - ageMs
}

function parseCacheControl(header: string | undefined): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const directive of header?.toLowerCase().split(',') ?? []) {
    const [name = '', value = ''] = directive.split('=', 2)
    directives.set(name.trim(), value.trim().replaceAll('"', ''))
  }
  return directives
}

const variesByRequest = (vary: string | undefined): boolean =>
  vary?.split(',').some((name) => !CONSTANT_HEADERS.has(name.trim().toLowerCase())) ?? false

const text = (value: string | readonly string[] | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : value.join(', ')
