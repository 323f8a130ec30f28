/**
 * Records the party after a beep until a key, silence, the longest length or the hang-up ends it, then asks `action` how
 * to go on. Whoever hangs up is told to the app all the same, since that is how most voicemail ends.
 */
import type { Record } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { Fetchable } from '../call/call-record.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { ProgramEnd, Rounds } from '../ports/leg-media.ts'
import { recordingCallback } from './recording-callbacks.ts'
import { absoluteUrl, toDocument } from './urls.ts'

/** The tone before a recording; it is not in the file. */
export const BEEP = { cadence: '1000/400', lengthMs: 400, levelDbfs: -12 } as const

export async function runRecord(record: Record, context: VerbContext): Promise<Flow> {
  const { host } = context
  const to = { url: record.action, method: record.method, verb: 'Record' } as const
  const unreachable = toDocument(context, to)
  // Nobody could be told of the recording.
  if (unreachable.next === 'failure') return unreachable
  const transcribed = record.transcribe ? transcriptionCallback(record, context) : null
  const message = host.recordings.message({ trim: record.trim, callback: recordingCallback(record, context) })
  const end = await host.run({
    play: record.playBeep ? beep(context) : [],
    record: {
      sid: message.sid,
      finishOnKey: record.finishOnKey,
      silenceMs: record.timeoutSec === 0 ? null : record.timeoutSec * 1000,
      maxLengthMs: record.maxLengthSec * 1000,
      trim: record.trim === 'trim-silence',
      ...(transcribed && { listen: { unknownWords: host.recognition.hearsSound } }),
    },
  })
  message.ended(end)
  if (transcribed && end.recorded) {
    const { callback } = transcribed
    host.transcribe({ recordingSid: message.sid, audio: end.recorded.audio, speech: end.speech ?? null, callback })
  }
  if (!end.recorded || end.outcome === 'stopped') return NEXT_VERB
  const flow = toDocument(context, {
    ...to,
    parameters: {
      RecordingUrl: message.url,
      RecordingSid: message.sid,
      RecordingDuration: String(Math.ceil(end.recorded.lengthMs / 1000)),
      ...endingKey(end),
    },
  })
  if (end.outcome !== 'gone') return flow
  if (flow.next === 'document' && flow.source.from === 'request') host.tell(flow.source)
  return NEXT_VERB
}

/** Who is told of the transcription. A URL that cannot be resolved is alerted; the transcription is made all the same. */
function transcriptionCallback(
  { transcribeCallback, position }: Record,
  context: VerbContext,
): { readonly callback: Fetchable | null } {
  if (transcribeCallback === null || transcribeCallback === '') return { callback: null }
  const url = absoluteUrl(transcribeCallback, context)
  if (url !== null) return { callback: { url, method: 'POST' } }
  const message = `transcribeCallback ${JSON.stringify(transcribeCallback)}: not a URL that can be fetched`
  context.host.alert(alertByName('transcribeCallbackUrl', message, position))
  return { callback: null }
}

function beep({ host }: VerbContext): readonly Rounds[] {
  const sound = host.sounds.tone(BEEP.cadence, BEEP.lengthMs, BEEP.levelDbfs)
  return [{ prompt: { kind: 'tone', verb: 'Record', text: '(beep)', sound }, times: 1 }]
}

function endingKey({ outcome, finishedOnKey }: ProgramEnd): { readonly Digits?: string } {
  if (outcome === 'gone') return { Digits: 'hangup' }
  return finishedOnKey === '' ? {} : { Digits: finishedOnKey }
}
