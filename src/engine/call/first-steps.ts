/**
 * What a call that was dialled does when it is answered, before its first document is asked for or beside it: records,
 * finds out who has answered, presses keys.
 */
import { type DocumentSource, toSource } from '../interpreter/flow.ts'
import type { Recordings } from '../recording/recordings.ts'
import { pressKeys } from '../verbs/prompts.ts'
import { callbackAlert } from './alerts.ts'
import type { Call } from './call.ts'
import type { CallOptions } from './call-record.ts'
import { type AskedDetection, amdParameters, detectionOf, withVerdict } from './machine-verdict.ts'

export interface FirstStepsDeps {
  readonly recordings: Pick<Recordings, 'recordCall'>
  /** Aborted when the call has ended, or a redirect that came meanwhile has taken over. */
  readonly stop: AbortSignal
  readonly failed: (fault: unknown) => void
}

/** Finds out who has answered beside whatever the call does, and tells it, if that was asked for. */
export function detectBeside(call: Call): void {
  const { machineDetection } = call.record.options
  if (machineDetection?.async) call.during(tellVerdict(call, machineDetection))
}

/** Everything up to its first document; one without a document is hung up. */
export function takeFirstSteps(call: Call, deps: FirstStepsDeps): void {
  const { options, voice } = call.record
  const { sendDigits: digits, machineDetection } = options
  if (options.record) recordFromAnswer(call, options.record, deps)
  if (!voice.document) {
    call.hangUp()
    return
  }
  const first = toSource(voice.document, 'Voice')
  if (digits !== null) sendDigits(call, digits, first, deps).catch(deps.failed)
  else if (machineDetection && !machineDetection.async)
    awaitVerdict(call, machineDetection, first, deps).catch(deps.failed)
  else call.runDocument(first)
}

function recordFromAnswer(
  call: Call,
  { channels, ...asked }: NonNullable<CallOptions['record']>,
  { recordings }: FirstStepsDeps,
): void {
  const recording = { ...asked, channels: channels === 'dual' ? 2 : 1 } as const
  call.during(recordings.recordCall(call, recording, 'OutboundAPI'))
}

/** Presses keys towards whoever answered. */
async function sendDigits(call: Call, digits: string, then: DocumentSource, { stop }: FirstStepsDeps): Promise<void> {
  await pressKeys(call.documentHost(stop), digits, 'SendDigits')
  if (!stop.aborted) call.runDocument(then)
}

/** Finds out who has answered before the first document is asked for. Meanwhile the party hears nothing. */
async function awaitVerdict(
  call: Call,
  asked: AskedDetection,
  then: DocumentSource,
  { stop }: FirstStepsDeps,
): Promise<void> {
  const detection = call.leg?.media.detectMachine(detectionOf(asked))
  stop.addEventListener('abort', () => detection?.stop(), { once: true })
  const verdict = await detection?.verdict
  if (!verdict || stop.aborted) return
  call.write([call.setAnsweredBy(verdict.answeredBy)])
  call.runDocument(withVerdict(then, verdict))
}

async function tellVerdict(call: Call, asked: AskedDetection): Promise<void> {
  const verdict = await call.leg?.media.detectMachine(detectionOf(asked)).verdict
  if (!verdict || call.ended) return
  const { answeredBy } = verdict
  const row = call.setAnsweredBy(answeredBy)
  const { callback } = asked
  if (!callback) {
    call.write([row])
    return
  }
  const { exchange } = await call.exchange({
    purpose: 'amd',
    verb: answeredBy,
    to: callback,
    parameters: amdParameters(call.record, verdict),
    because: [row],
  })
  if (exchange.error) call.alert(callbackAlert(exchange))
}
