/**
 * What the platform says on a ConversationRelay socket: one JSON object in each text message, names and order as the
 * reference writes them. `setup` comes first and once.
 */

/** The call as the application is told of it. */
export interface RelaySetup {
  readonly sessionId: string
  readonly accountSid: string
  readonly callSid: string
  /** Null: none, which is told as "". So are the other names of parties. */
  readonly parentCallSid: string | null
  readonly from: string
  readonly to: string
  readonly forwardedFrom: string | null
  readonly callerName: string | null
  readonly direction: string
  /** As REST has it. */
  readonly callStatus: string
  /** Of two with one name the last counts. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
}

export function encodeSetup(setup: RelaySetup): string {
  return JSON.stringify({
    type: 'setup',
    sessionId: setup.sessionId,
    callSid: setup.callSid,
    parentCallSid: setup.parentCallSid ?? '',
    from: setup.from,
    to: setup.to,
    forwardedFrom: setup.forwardedFrom ?? '',
    callerName: setup.callerName ?? '',
    direction: setup.direction,
    callType: callTypeOf(setup.direction === 'inbound' ? setup.from : setup.to),
    callStatus: setup.callStatus.toUpperCase().replaceAll('-', '_'),
    accountSid: setup.accountSid,
    customParameters: Object.fromEntries(setup.parameters.map(({ name, value }) => [name, value])),
  })
}

/** What the caller said; `last`: all of it. */
export const encodePrompt = (prompt: {
  readonly voicePrompt: string
  readonly lang: string
  readonly last: boolean
}): string => JSON.stringify({ type: 'prompt', ...prompt })

export const encodeDtmf = (digit: string): string => JSON.stringify({ type: 'dtmf', digit })

/** The caller cut what was being said. */
export const encodeInterrupt = (interrupt: {
  readonly utteranceUntilInterrupt: string
  readonly durationUntilInterruptMs: number
}): string => JSON.stringify({ type: 'interrupt', ...interrupt })

export const encodeError = (description: string): string => JSON.stringify({ type: 'error', description })

/** For applications that asked for events. */
export type RelayInfo =
  | { readonly name: 'agentSpeaking' | 'clientSpeaking'; readonly value: 'on' | 'off' }
  | { readonly name: 'tokensPlayed'; readonly value: string }

export const encodeInfo = (info: RelayInfo): string => JSON.stringify({ type: 'info', ...info })

function callTypeOf(party: string): 'PSTN' | 'CLIENT' | 'SIP' {
  if (party.startsWith('client:')) return 'CLIENT'
  return party.startsWith('sip:') || party.startsWith('sips:') ? 'SIP' : 'PSTN'
}
