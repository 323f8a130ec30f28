/** Media time: samples since the epoch at the telephone's 8 kHz, so that a moment of the clock is a place in the sound. */
import type { Instant } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'

/** Samples since the epoch. */
export type Sample = number & { readonly unit: 'sample' }

export const toSample = (at: Instant): Sample => (at * SAMPLES_PER_MS) as Sample
/** Whole milliseconds, rounded down. */
export const toInstant = (sample: Sample): Instant => Math.floor(sample / SAMPLES_PER_MS) as Instant
