/** How phones ring and refuse. */
import type { LegInput } from '../engine/ports/leg.ts'

/** From dialling until the far end rings, and from there until a phone that refuses does so. */
export const RINGS_AFTER_MS = 100
export const REFUSES_AFTER_MS = 100

export const REFUSALS = {
  busy: { input: 'busy', sipResponseCode: 486 },
  reject: { input: 'rejected', sipResponseCode: 603 },
  unreachable: { input: 'failed', sipResponseCode: 404 },
} as const satisfies Record<string, LegInput>
