/**
 * Phone numbers as the API writes them: E.164 on the wire (`+14155552671`), and the North American form that people
 * read, `(415) 555-2671`. A number without a country code is taken to be North American, as the reference does.
 */

const E164 = /^\+[1-9]\d{6,14}$/

/** The number in E.164, null when the text is no phone number. */
export function toE164(text: string): string | null {
  if (E164.test(text)) return text
  if (text.length > 40) return null
  const bare = text.trim().replace(/[\s().-]/g, '')
  if (bare.startsWith('+')) return E164.test(bare) ? bare : null
  if (/^[2-9]\d{9}$/.test(bare)) return `+1${bare}`
  return /^1[2-9]\d{9}$/.test(bare) ? `+${bare}` : null
}

/** North American numbers as `(415) 555-2671`; everything else as it is. */
export function formatNational(address: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(address)
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : address
}

/** Area codes that are free to call. */
export const isTollFree = (number: string): boolean => /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(number)
