/**
 * `Calls/{CallSid}/Audio.wav`: both sides of a call as one would have heard them, the party left and the platform right,
 * made now from what the journal knows. Of a live call, as far as it has got.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { CallRecord } from '../../engine/call/call-record.ts'
import { BYTES_PER_MS, countMissing, renderCall, type SoundOf } from '../../engine/sounds/call-audio.ts'
import { type Score, SOUNDING_FACTS, toScore } from '../../engine/sounds/score.ts'
import { type Instant, isSid } from '../../lib/ids.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import { formatWavHeader, WAV_HEADER_BYTES } from '../../wire/codec/wav-header.ts'
import { refuse } from '../errors.ts'
import type { AudioDeps } from './audio-deps.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'

/** Being downloaded; each holds two sounds at most. */
const OPEN_MAX = 20
/** As many as the ledger shows; what a longer call sounded like later is silence. */
const FACTS_MAX = 10_000
/** A WAV file counts its bytes in 32 bits: about 37 hours. No call is that long. */
const LENGTH_MS_MAX = Math.floor((2 ** 32 - 1 - WAV_HEADER_BYTES) / BYTES_PER_MS)

export function addCallAudio(
  app: FastifyInstance,
  { calls, journal, clock, logger }: RingbackV1Deps,
  { library }: AudioDeps,
): void {
  const soundOf: SoundOf = async (source) => ('keys' in source ? library.keys(source.keys) : library.byId(source.id))

  const open = new Set<Readable>()
  // A slow download would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const audio of open) audio.destroy()
  })

  app.get<{ Params: { callSid: string } }>(
    '/Calls/:callSid/Audio.wav',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { callSid } = request.params
      const call = isSid('CA', callSid) ? await calls.find(accountOf(request), callSid) : null
      if (!call) throw refuse('notFound', { value: request.url })
      const facts = await journal.store.factsOfCall(call.sid, [...SOUNDING_FACTS], FACTS_MAX)
      const bodies = facts.map(({ body }) => body)
      const score = toScore(bodies, lengthMsOf(call, clock.now()), calls.hearing(call.sid))
      const missing = await countMissing(score, soundOf)
      if (open.size >= OPEN_MAX) throw refuse('unavailable', { why: `${OPEN_MAX} calls are being downloaded` })
      const audio = Readable.from(wavOf(score, soundOf), { objectMode: false })
      open.add(audio)
      audio.on('close', () => open.delete(audio))
      audio.on('error', (error) => logger.error({ err: error, callSid }, "a call's audio broke off"))
      return reply
        .header('content-type', 'audio/wav')
        .header('content-length', WAV_HEADER_BYTES + score.lengthMs * BYTES_PER_MS)
        .header('x-ringback-missing-sounds', missing)
        .send(audio)
    },
  )
}

/** From the answer to the end, or to now; 0 when there was no answer. */
function lengthMsOf({ answeredAt, endedAt }: Pick<CallRecord, 'answeredAt' | 'endedAt'>, now: Instant): number {
  const upMs = answeredAt === null ? 0 : Math.round((endedAt ?? now) - answeredAt)
  return Math.min(LENGTH_MS_MAX, Math.max(0, upMs))
}

async function* wavOf(score: Score, soundOf: SoundOf): AsyncGenerator<Uint8Array> {
  yield formatWavHeader({
    channels: 2,
    sampleRate: 1000 * SAMPLES_PER_MS,
    dataBytes: score.lengthMs * BYTES_PER_MS,
  })
  yield* renderCall(score, soundOf)
}
