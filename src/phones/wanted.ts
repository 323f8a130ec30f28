/**
 * What a script wants to hear: words, or a pattern between slashes. Both ignore case, and the text they are held against
 * has single spaces. Patterns come from users and run with a bound on time, in a context of their own.
 */
import { type Context, createContext, Script } from 'node:vm'
import { PhoneMistake } from './phone-mistake.ts'

/** Where the first match ends, as an index into the text; null when there is none. */
export type Matcher = (text: string) => number | null

const PATTERN = /^\/(.+)\/([a-z]*)$/s
const FLAGS = /^[imsu]*$/
const PATTERN_CHARS_MAX = 500
/** Real milliseconds. A pattern that needs longer does not match. */
const PATTERN_MS_MAX = 50

/**
 * @param name what the error is to call it
 * @throws PhoneMistake for empty words, and for a pattern that is too long, has other flags than `imsu` or does not compile.
 */
export function parseWanted(wanted: string, name: string): Matcher {
  const [, source, flags] = PATTERN.exec(wanted) ?? []
  if (source === undefined || flags === undefined) {
    const words = foldCase(wanted.replace(/\s+/g, ' ').trim())
    if (words === '') throw new PhoneMistake(name, wanted, 'words or /pattern/')
    return (text) => {
      const at = foldCase(text).indexOf(words)
      return at === -1 ? null : at + words.length
    }
  }
  if (source.length > PATTERN_CHARS_MAX)
    throw new PhoneMistake(name, wanted, `a pattern of at most ${PATTERN_CHARS_MAX} characters`)
  if (!FLAGS.test(flags)) throw new PhoneMistake(name, wanted, 'only the flags i, m, s, u')
  const allFlags = [...new Set(`${flags}i`)].join('')
  try {
    new RegExp(source, allFlags)
  } catch (error) {
    throw new PhoneMistake(name, wanted, `a pattern that compiles (${(error as Error).message})`)
  }
  return patternMatcher(source, allFlags)
}

/** Lower case without changing any index: the few letters that would grow stay as they are. */
function foldCase(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from(text, (char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join('')
}

// Made at the first pattern: a context costs a millisecond and some memory, and most phones have none.
let context: Context | null = null
const FIND = new Script(
  '(() => { const found = new RegExp(source, flags).exec(text); return found ? found.index + found[0].length : -1 })()',
)

function patternMatcher(source: string, flags: string): Matcher {
  let givenUp = false
  return (text) => {
    if (givenUp) return null
    // A stall of the machine is not the pattern's fault: it may try twice.
    const end = find(source, flags, text) ?? find(source, flags, text)
    givenUp = end === null
    return end === null || end === -1 ? null : end
  }
}

/** -1 for no match; null when it took too long, or more memory than a pattern gets. */
function find(source: string, flags: string, text: string): number | null {
  context ??= createContext(Object.create(null) as object)
  Object.assign(context, { source, flags, text })
  try {
    return Number(FIND.runInContext(context, { timeout: PATTERN_MS_MAX }))
  } catch {
    return null
  }
}
