/**
 * `Calls/{CallSid}/Heard`: the heard ledger, what the party of a call was played and what it did, in milliseconds since
 * the answer. Of a live call the sound of the moment is the last entry, as far as it has got.
 */
import type { FastifyInstance } from 'fastify'
import { type CallRecord, isFinal } from '../../engine/call/call-record.ts'
import type { Fact, FactBody, HeardSpan } from '../../journal/entry.ts'
import { isSid } from '../../lib/ids.ts'
import { refuse } from '../errors.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'

/** Entries of a ledger; a longer call's later ones are not shown. */
const FACTS_MAX = 10_000
const KINDS = ['heard', 'pressed', 'said', 'message', 'script'] as const satisfies FactBody['fact'][]

type BodyOf<Kind extends FactBody['fact']> = Extract<FactBody, { readonly fact: Kind }>

export interface MessageView {
  readonly atMs: number
  readonly sid: string
  readonly from: 'app' | 'phone'
  readonly content: unknown
}

export interface LedgerView {
  readonly callSid: string
  readonly status: string
  readonly heard: readonly ({ readonly atMs: number } & HeardSpan)[]
  readonly pressed: readonly { readonly atMs: number; readonly digits: string }[]
  readonly said: readonly { readonly atMs: number; readonly text: string }[]
  /** Absent when there were none. */
  readonly messages?: readonly MessageView[]
  /** Absent when the phone has none. `cut`: the call was over before the script was. */
  readonly script?: {
    readonly state: 'running' | 'done' | 'failed' | 'cut'
    readonly step: number
    readonly wanted?: string
  }
}

export function addHeard(app: FastifyInstance, { calls, journal }: RingbackV1Deps): void {
  app.get<{ Params: { callSid: string } }>('/Calls/:callSid/Heard', async (request) => {
    const { callSid } = request.params
    const call = isSid('CA', callSid) ? await calls.find(accountOf(request), callSid) : null
    if (!call) throw refuse('notFound', { value: request.url })
    const facts = await journal.store.factsOfCall(call.sid, [...KINDS], FACTS_MAX)
    return toLedger(call, facts, calls.hearing(call.sid))
  })
}

export function toLedger(
  call: Pick<CallRecord, 'sid' | 'status'>,
  facts: readonly Fact[],
  hearing: { readonly span: HeardSpan; readonly atMs: number } | null,
): LedgerView {
  const bodies = facts.map(({ body }) => body)
  const of = <Kind extends FactBody['fact']>(kind: Kind) =>
    bodies.filter((body): body is BodyOf<Kind> => body.fact === kind)
  const script = of('script').at(-1)
  const messages = of('message').map(({ atMs, sid, from, content }) => ({
    atMs,
    sid,
    from,
    content: JSON.parse(content),
  }))
  return {
    callSid: call.sid,
    status: call.status,
    heard: [...of('heard'), ...(hearing ? [hearing] : [])].map(({ atMs, span }) => ({ atMs, ...span })),
    pressed: of('pressed').map(({ atMs, digits }) => ({ atMs, digits })),
    said: of('said').map(({ atMs, text }) => ({ atMs, text })),
    ...(messages.length > 0 && { messages }),
    ...(script && {
      script: {
        state: script.state === 'running' && isFinal(call.status) ? 'cut' : script.state,
        step: script.step,
        ...(script.wanted !== undefined && { wanted: script.wanted }),
      },
    }),
  }
}
