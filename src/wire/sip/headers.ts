/**
 * The header fields of a message, in their order (RFC 3261 section 7.3). Names compare without regard to case, and compact forms are
 * known by their long names. Header fields whose values are lists are kept one value a field: `a, b` in one line is two values.
 */

/** Compact forms (RFC 3261 section 20, RFC 3515, RFC 3841, RFC 3892, RFC 4028, RFC 6665, RFC 8224). */
const COMPACT: ReadonlyMap<string, string> = new Map([
  ['a', 'accept-contact'],
  ['b', 'referred-by'],
  ['c', 'content-type'],
  ['d', 'request-disposition'],
  ['e', 'content-encoding'],
  ['f', 'from'],
  ['i', 'call-id'],
  ['j', 'reject-contact'],
  ['k', 'supported'],
  ['l', 'content-length'],
  ['m', 'contact'],
  ['o', 'event'],
  ['r', 'refer-to'],
  ['s', 'subject'],
  ['t', 'to'],
  ['u', 'allow-events'],
  ['v', 'via'],
  ['x', 'session-expires'],
  ['y', 'identity'],
])

interface Field {
  /** As it is written. */
  readonly name: string
  /** In lower case, long form. */
  readonly key: string
  readonly value: string
}

/** What a name compares by: lower case, long form. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (COMPACT.get(lower) ?? lower) : lower
}

export class SipHeaders {
  readonly #fields: Field[] = []

  /** The first value; undefined when there is none. */
  get(name: string): string | undefined {
    const key = headerKey(name)
    for (const field of this.#fields) if (field.key === key) return field.value
    return undefined
  }

  /** Every value, in order. */
  all(name: string): string[] {
    const key = headerKey(name)
    const values: string[] = []
    for (const field of this.#fields) if (field.key === key) values.push(field.value)
    return values
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** After all others. */
  append(name: string, value: string): this {
    this.#fields.push({ name, key: headerKey(name), value })
    return this
  }

  /** Before all others: a proxy's or client's own Via. */
  prepend(name: string, value: string): this {
    this.#fields.unshift({ name, key: headerKey(name), value })
    return this
  }

  /** In place of all values there are, where the first of them stands. */
  set(name: string, value: string): this {
    const key = headerKey(name)
    const at = this.#fields.findIndex((field) => field.key === key)
    if (at < 0) return this.append(name, value)
    this.delete(name)
    this.#fields.splice(at, 0, { name, key, value })
    return this
  }

  delete(name: string): this {
    const key = headerKey(name)
    for (let at = this.#fields.length - 1; at >= 0; at--) if (this.#fields[at]!.key === key) this.#fields.splice(at, 1)
    return this
  }

  /** Removes and returns the first value. */
  shift(name: string): string | undefined {
    const key = headerKey(name)
    const at = this.#fields.findIndex((field) => field.key === key)
    return at < 0 ? undefined : this.#fields.splice(at, 1)[0]!.value
  }

  get size(): number {
    return this.#fields.length
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const { name, value } of this.#fields) yield [name, value]
  }

  copy(): SipHeaders {
    const copy = new SipHeaders()
    copy.#fields.push(...this.#fields)
    return copy
  }
}
