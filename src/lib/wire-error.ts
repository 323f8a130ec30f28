/** What a parser in `wire` throws: bytes or text that are not what the format says. Expected, never our mistake. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly what: string
  readonly expected: string

  constructor(what: string, value: string, expected: string) {
    const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value
    super(`${what}: ${JSON.stringify(shown)}, expected ${expected}`)
    this.what = what
    this.expected = expected
  }
}
