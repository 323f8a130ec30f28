/** A phone's configuration that makes no sense: the user's mistake, told at the door. */
export class PhoneMistake extends Error {
  override readonly name = 'PhoneMistake'
  /** Such as `script[2].hear`. */
  readonly what: string
  readonly value: string
  readonly expected: string

  constructor(what: string, value: string, expected: string) {
    super(`${what}: ${JSON.stringify(value)}, expected ${expected}`)
    this.what = what
    this.value = value
    this.expected = expected
  }
}
