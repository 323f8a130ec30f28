/** Telephone numbers as people write them in documents → the form calls are placed with. */

/**
 * E.164 where it can be made (`(415) 555-1212` → `+14155551212`: ten digits are a national number of the US); other
 * strings of 3 to 15 digits as they are. Null when it is no number.
 */
export function normalizePhoneNumber(written: string): string | null {
  const bare = written.replace(/[\s().-]/g, '')
  if (/^\+[1-9]\d{2,14}$/.test(bare)) return bare
  if (/^[2-9]\d{9}$/.test(bare)) return `+1${bare}`
  if (/^1[2-9]\d{9}$/.test(bare)) return `+${bare}`
  return /^\d{3,15}$/.test(bare) ? bare : null
}
