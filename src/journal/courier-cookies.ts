/**
 * The cookies of one call: what its apps set, and what goes back to them, by the rules of browsers (RFC 6265). The jar
 * is made, and its code loaded, when the first cookie arrives. Expiry is by real time, since that is what apps mean.
 */
import type { CookieJar } from 'tough-cookie'

/** Cookies kept for one call; RFC 6265 §6.1 asks for 50 a domain. Further ones are ignored. */
export const COOKIES_MAX = 50
/** Bytes of one Set-Cookie header; longer ones are ignored (RFC 6265 §6.1). */
export const COOKIE_BYTES_MAX = 4096

export class CallCookies {
  #jar: CookieJar | null = null

  /** The Cookie header for a URL, undefined when there is nothing to send. */
  headerFor(url: string): string | undefined {
    return this.#jar?.getCookieStringSync(url) || undefined
  }

  /** Keeps what Set-Cookie headers say (bytes, one per character); those that a browser would refuse are ignored. */
  async take(url: string, setCookie: string | readonly string[]): Promise<void> {
    if (!this.#jar) {
      const { CookieJar } = await import('tough-cookie')
      this.#jar ??= new CookieJar()
    }
    for (const header of typeof setCookie === 'string' ? [setCookie] : setCookie) {
      if (header.length > COOKIE_BYTES_MAX || this.#count() >= COOKIES_MAX) continue
      this.#jar.setCookieSync(header, url, { ignoreError: true })
    }
  }

  #count(): number {
    return this.#jar?.serializeSync()?.cookies.length ?? 0
  }
}
