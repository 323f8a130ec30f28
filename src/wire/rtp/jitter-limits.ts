/** How long a jitter buffer may hold sound back. */

export interface JitterLimits {
  /** How long the first packet is held back, and so the shortest delay. */
  readonly minMs: number
  readonly maxMs: number
}

export const USUAL_JITTER_LIMITS: JitterLimits = { minMs: 40, maxMs: 120 }

/** Of the attribute `jitterBufferSize`; the upper limits are the reference's, the lower ones ours. */
export const JITTER_LIMITS_BY_SIZE = {
  off: { minMs: 0, maxMs: 20 },
  small: { minMs: 40, maxMs: 200 },
  medium: { minMs: 80, maxMs: 360 },
  large: { minMs: 120, maxMs: 1000 },
} as const satisfies Record<string, JitterLimits>

/** More is refused: memory is taken for it. */
export const JITTER_MS_MAX = 2000
