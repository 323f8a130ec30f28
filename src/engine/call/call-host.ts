/** The interpreter's view of a live call: fetches with the standard parameters, programs on the leg, alerts. */
import type { Clock } from '../../lib/clock.ts'
import { WireError } from '../../lib/wire-error.ts'
import { readWav } from '../../wire/codec/wav.ts'
import type { CallHost } from '../interpreter/flow.ts'
import { AUDIO_TYPES, mediaType } from '../interpreter/read-document.ts'
import type { ProgramEnd } from '../ports/leg-media.ts'
import { alertByCode, alertByName, exchangeContext } from './alerts.ts'
import type { Call } from './call.ts'
import { standardParameters } from './standard-parameters.ts'

/** Of a file to play, this much is fetched: 40 minutes of 16-bit audio at 8 kHz. */
const MEDIA_BYTES_MAX = 40 * 60 * 16_000

/** µ-law at 8 kHz without a header: 8 bytes a millisecond. */
const ULAW_BYTES_PER_MS = 8

/** @param stop aborted when this chain of documents is over: the call ended or was redirected */
export function makeCallHost(call: Call, stop: AbortSignal, clock: Clock): CallHost {
  return {
    clock,
    stop,
    get answered() {
      return call.answered
    },
    get fallback() {
      return call.record.voice.fallback
    },
    answer: () => {
      if (!stop.aborted) call.answer()
    },
    run: (program) => {
      const { leg } = call
      if (!leg || stop.aborted)
        return Promise.resolve<ProgramEnd>({ outcome: 'gone', digits: '', finishedOnKey: '', at: clock.now() })
      return leg.media.run(program, stop)
    },
    request: ({ verb, url, method, parameters, fallback }) =>
      call.exchange({
        purpose: 'twiml',
        verb,
        to: { url, method },
        parameters: { ...standardParameters(call.record), ...parameters },
        fallback: fallback ?? false,
      }),
    measure: (url) => measure(call, url, stop),
    pressed: (digits) => call.leg?.pressed(digits),
    alert: (alert) => call.alert(alert),
  }
}

/** How long a file plays; null, with an alert, when it cannot be played, and without one once `stop` is aborted. */
async function measure(call: Call, url: string, stop: AbortSignal): Promise<{ readonly lengthMs: number } | null> {
  if (stop.aborted) return null
  const request = {
    purpose: 'media',
    verb: 'Play',
    to: { url, method: 'GET' },
    parameters: {},
    bodyBytesMax: MEDIA_BYTES_MAX,
  } as const
  const { exchange, body } = await call.exchange(request)
  // Nobody is left to hear it, or of it.
  if (stop.aborted) return null
  const context = exchangeContext(exchange)
  if (exchange.error || !exchange.response) {
    const { code, message } = exchange.error ?? { code: 11200, message: 'no response' }
    call.alert(alertByCode(code, 'error', message, context))
    return null
  }
  const type = mediaType(exchange.response.contentType)
  if (!AUDIO_TYPES.has(type)) {
    call.alert(
      alertByName(
        'playContentType',
        `<Play>: ${type === '' ? 'no Content-Type' : type} is not a type that can be played`,
        context,
      ),
    )
    return null
  }
  if (type === 'audio/ulaw' || type === 'audio/basic')
    return { lengthMs: Math.round(body.byteLength / ULAW_BYTES_PER_MS) }
  try {
    return { lengthMs: readWav(body).lengthMs }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    call.alert(alertByName('playContentType', `<Play>: cannot be played as ${type}: ${error.message}`, context))
    return null
  }
}
