/** What `<Stream>` asks for, wherever it stands. */
import type { Stream } from '../../wire/twiml/stream.ts'
import { alertByCode, alertByName } from '../call/alerts.ts'
import type { VerbContext } from '../interpreter/flow.ts'
import type { NewStream } from '../stream/stream-record.ts'
import type { StreamRefusal } from '../stream/stream-service.ts'
import { absoluteUrl } from './urls.ts'

const INVALID_TRACK = 31941

export function newStream(noun: Stream, context: VerbContext): NewStream {
  const { url, name, track, parameters } = noun
  return { url: url ?? '', name, track, parameters, callback: streamCallback(noun, context) }
}

/** A stream both ways hears the party, whatever `track` says. */
export function newStreamBothWays(noun: Stream, context: VerbContext): NewStream {
  if (noun.track !== 'inbound_track') {
    const message = `<Connect><Stream> has no track but inbound_track; ${noun.track} is not sent`
    context.host.alert(alertByCode(INVALID_TRACK, 'error', message, noun.position))
  }
  return newStream({ ...noun, track: 'inbound_track' }, context)
}

export function alertStreamRefused(refusal: StreamRefusal, noun: Stream, { host }: VerbContext): void {
  if (host.stop.aborted) return
  if (refusal === 'too-many-tracks') {
    const message = 'A call has at most four tracks in streams at a time; this stream is not started'
    host.alert(alertByCode(INVALID_TRACK, 'error', message, noun.position))
    return
  }
  const message =
    refusal === 'name-taken'
      ? `A stream named ${JSON.stringify(noun.name ?? '')} runs already; another is not started`
      : 'Only a call that is up has streams'
  host.alert(alertByName('streamProblem', message, noun.position))
}

/** A URL that cannot be resolved is alerted; the stream is started all the same. */
function streamCallback({ statusCallback, statusCallbackMethod: method }: Stream, context: VerbContext) {
  if (statusCallback === null || statusCallback === '') return null
  const url = absoluteUrl(statusCallback, context)
  if (url !== null) return { url, method }
  const message = `<Stream> statusCallback ${JSON.stringify(statusCallback)}: not a URL that can be fetched`
  context.host.alert(alertByName('invalidUrl', message))
  return null
}
