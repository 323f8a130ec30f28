/**
 * Records the party after a beep until a key, silence, the longest length or the hang-up ends it, then asks `action` how
 * to go on. Whoever hangs up is told to the app all the same, since that is how most voicemail ends.
 */
import type { Record } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { ProgramEnd, Rounds } from '../ports/leg-media.ts'
import { recordingCallback } from './recording-callbacks.ts'
import { toDocument } from './urls.ts'

/** The tone before a recording; it is not in the file. */
export const BEEP = { cadence: '1000/400', lengthMs: 400, levelDbfs: -12 } as const

export async function runRecord(record: Record, context: VerbContext): Promise<Flow> {
  const { host } = context
  const to = { url: record.action, method: record.method, verb: 'Record' } as const
  const unreachable = toDocument(context, to)
  // Nobody could be told of the recording.
  if (unreachable.next === 'failure') return unreachable
  if (record.transcribe) {
    const message = '<Record> transcribe is not available yet; the recording is not transcribed'
    host.alert(alertByName('transcriptionNotAvailable', message, record.position))
  }
  const message = host.recordings.message({ trim: record.trim, callback: recordingCallback(record, context) })
  const end = await host.run({
    play: record.playBeep ? beep(context) : [],
    record: {
      sid: message.sid,
      finishOnKey: record.finishOnKey,
      silenceMs: record.timeoutSec === 0 ? null : record.timeoutSec * 1000,
      maxLengthMs: record.maxLengthSec * 1000,
      trim: record.trim === 'trim-silence',
    },
  })
  message.ended(end)
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

function beep({ host }: VerbContext): readonly Rounds[] {
  const sound = host.sounds.tone(BEEP.cadence, BEEP.lengthMs, BEEP.levelDbfs)
  return [{ prompt: { kind: 'tone', verb: 'Record', text: '(beep)', sound }, times: 1 }]
}

function endingKey({ outcome, finishedOnKey }: ProgramEnd): { readonly Digits?: string } {
  if (outcome === 'gone') return { Digits: 'hangup' }
  return finishedOnKey === '' ? {} : { Digits: finishedOnKey }
}
