/** Our own mistakes: thrown loudly, never for bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** For the default branch of an exhaustive switch. */
export function never(value: never): never {
  throw new AssertionError(`unexpected value ${JSON.stringify(value)}`)
}
