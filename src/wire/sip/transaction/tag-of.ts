/** The tag of a From or To, without reading the rest of it: every message is asked for one. */
import { TOKEN_CHARACTERS } from '../grammar.ts'

const TAG = new RegExp(`;[ \\t]*tag[ \\t]*=[ \\t]*([${TOKEN_CHARACTERS}]+)`, 'iy')

/** @returns null when there is none */
export function tagOf(value: string): string | null {
  // Behind the brackets everything belongs to the header field. A display name may hold any character, also these: so, from the end.
  let at = value.indexOf(';', value.lastIndexOf('>') + 1)
  while (at >= 0) {
    TAG.lastIndex = at
    const found = TAG.exec(value)
    if (found !== null) return found[1]!
    at = value.indexOf(';', at + 1)
  }
  return null
}
