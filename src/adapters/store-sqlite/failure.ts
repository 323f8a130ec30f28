/**
 * Tells our mistakes from the disk's. A group that breaks a rule of the schema is refused alone and the store goes on;
 * anything else SQLite reports (disk full, I/O error, corruption) means that the next commit cannot be trusted either.
 */
import type { Failure } from './messages.ts'

/** SQLite's primary result codes that blame the statement's values: TOOBIG, CONSTRAINT, MISMATCH, RANGE. */
const REFUSALS = new Set([18, 19, 20, 25])
const BUSY = 5

function resultCode(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null
  return typeof code === 'number' ? code & 0xff : null
}

export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY

/** An error that is not SQLite's was thrown by our own code over a value: a refusal too. */
export function toFailure(error: unknown): Failure {
  const code = resultCode(error)
  return {
    message: error instanceof Error ? error.message : String(error),
    refused: code === null || REFUSALS.has(code),
  }
}
