/**
 * `Clock`: the time, who holds it, and a virtual clock taken in hand. A body's members act in the order mode, advanceMs,
 * untilIdle; the answer comes when the clock has got there.
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Clock } from '../../lib/clock.ts'
import { formatIso } from '../../lib/dates.ts'
import { type ClockMode, VirtualClock } from '../../lib/virtual-clock.ts'
import { refuse } from '../errors.ts'
import type { RingbackV1Deps } from './deps.ts'

const ADVANCE_MS_MAX = 7 * 24 * 3600 * 1000

const properties = {
  mode: Type.Optional(Type.Enum(['auto', 'held'])),
  advanceMs: Type.Optional(Type.Integer({ minimum: 0, maximum: ADVANCE_MS_MAX })),
  untilIdle: Type.Optional(Type.Boolean()),
}
const body = Type.Object(properties, { propertyNames: { enum: Object.keys(properties) } })

export function addClock(app: FastifyInstance, { clock }: RingbackV1Deps): void {
  app.get('/Clock', async () => toView(clock))

  app.post<{ Body: { mode?: ClockMode; advanceMs?: number; untilIdle?: boolean } }>(
    '/Clock',
    { schema: { body } },
    async (request) => {
      if (!(clock instanceof VirtualClock)) {
        throw refuse('invalidParameter', {
          name: 'clock',
          value: 'real',
          why: 'virtual: the real clock cannot be moved; start with RINGBACK_CLOCK=virtual',
        })
      }
      const { mode, advanceMs, untilIdle } = request.body
      if (mode) clock.setMode(mode)
      if (advanceMs !== undefined) await clock.advance(advanceMs)
      if (untilIdle) await clock.untilIdle()
      return toView(clock)
    },
  )
}

function toView(clock: Clock) {
  const now = formatIso(clock.now())
  if (!(clock instanceof VirtualClock)) return { kind: clock.kind, now }
  return { kind: clock.kind, mode: clock.mode, now, holds: clock.holds(), timers: clock.pending }
}
