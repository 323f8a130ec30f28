/** Answering machine detection as a call asks for it and tells of it. */
import type { DetectionOptions } from '../amd/machine-detector.ts'
import type { DocumentSource } from '../interpreter/flow.ts'
import type { MachineVerdict } from '../ports/leg-media.ts'
import type { CallOptions, CallRecord } from './call-record.ts'

export type AskedDetection = NonNullable<CallOptions['machineDetection']>

export const detectionOf = (asked: AskedDetection): DetectionOptions => ({
  mode: asked.mode,
  timeoutMs: asked.timeoutSec * 1000,
  speechThresholdMs: asked.speechThresholdMs,
  speechEndThresholdMs: asked.speechEndThresholdMs,
  silenceTimeoutMs: asked.silenceTimeoutMs,
})

const verdictParameters = ({ answeredBy, durationMs }: MachineVerdict) => ({
  AnsweredBy: answeredBy,
  MachineDetectionDuration: String(durationMs),
})

/** The first document of a call that waited for the verdict is asked for with it. */
export function withVerdict(source: DocumentSource, verdict: MachineVerdict): DocumentSource {
  if (source.from === 'inline') return source
  return { ...source, parameters: { ...source.parameters, ...verdictParameters(verdict) } }
}

/** The whole body of the callback that tells the verdict: it has no standard parameters. */
export const amdParameters = ({ sid, accountSid }: CallRecord, verdict: MachineVerdict): Record<string, string> => ({
  CallSid: sid,
  AccountSid: accountSid,
  ...verdictParameters(verdict),
})

/** What status callbacks say of it, once a call that waited for it knows. */
export function answeredByParameter({ answeredBy, options }: CallRecord): Record<string, string> {
  return answeredBy === null || options.machineDetection?.async !== false ? {} : { AnsweredBy: answeredBy }
}
