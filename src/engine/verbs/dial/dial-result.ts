/** What became of a `<Dial>`, as its `action` is told. */
import type { CallSid } from '../../../lib/ids.ts'
import type { Flow } from '../../interpreter/flow.ts'

export interface DialResult {
  readonly status: 'completed' | 'answered' | 'busy' | 'no-answer' | 'failed' | 'canceled'
  /** Whether two parties heard each other. */
  readonly bridged: boolean
  /** The leg that was connected, else the last one that was dialled; absent for rooms. */
  readonly childCallSid?: CallSid
  /** Whole seconds that leg was up; absent for rooms, and for a leg that was redirected away. */
  readonly durationSec?: number
  readonly recordingUrl?: string
  /** Further parameters by wire name: of SIP, of queues. */
  readonly more?: Readonly<Record<string, string>>
}

/** How a `<Dial>` ends: `redirected` by REST, or transferred by a party, which leads elsewhere without `action`. */
export type DialEnd = DialResult | 'redirected' | { readonly goOn: Flow }
