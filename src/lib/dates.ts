/** The two date formats of the wire: RFC 2822 (2010 API, callbacks) and ISO 8601 (events, streams). Both UTC. */
import type { Instant } from './ids.ts'

/** `Fri, 18 Oct 2019 17:02:00 +0000` */
export function formatRfc2822(at: Instant): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}

/** `2026-01-02T03:04:05.678Z` */
export function formatIso(at: Instant): string {
  return new Date(at).toISOString()
}
