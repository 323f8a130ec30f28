/**
 * `Calls/{CallSid}/Sip`, `Sip.txt` and `Sip.pcap`: what went over the wire of a call with a real phone or trunk. Of an ended call
 * from the journal, of a live one as far as it has got.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { LineStatistics, WireMessage, WireStory } from '../../../journal/entry.ts'
import { formatIso } from '../../../lib/dates.ts'
import { type CallSid, isSid } from '../../../lib/ids.ts'
import { refuse } from '../../errors.ts'
import { accountOf, type RingbackV1Deps } from '../deps.ts'
import { pcapOf } from './call-pcap.ts'
import { type LadderOf, ladderText } from './ladder.ts'

/** One of each kind is told of a call. */
const FACTS_MAX = 10

export interface SipMessageView extends Omit<WireMessage, 'hop'> {
  readonly transport: string
  readonly us: string
  readonly peer: string
}

export interface CallSipView {
  readonly callSid: string
  /** When the first message went or came; null: there was none. */
  readonly beganAt: string | null
  readonly callIds: readonly string[]
  readonly messages: readonly SipMessageView[]
  readonly statistics: LineStatistics | null
}

type CallRequest = FastifyRequest<{ Params: { callSid: string } }>

export function addCallSip(app: FastifyInstance, { calls, journal }: RingbackV1Deps): void {
  const known = async (request: CallRequest): Promise<LadderOf> => {
    const { callSid } = request.params
    const call = isSid('CA', callSid) ? await calls.find(accountOf(request), callSid) : null
    if (!call) throw refuse('notFound', { value: request.url })
    return (await fromJournal(call.sid)) ?? { callSid, wire: null, statistics: null, ...(await calls.wire(call.sid)) }
  }

  const fromJournal = async (callSid: CallSid): Promise<LadderOf | null> => {
    const facts = await journal.store.factsOfCall(callSid, ['wire', 'line'], FACTS_MAX)
    let wire: WireStory | null = null
    let statistics: LineStatistics | null = null
    for (const { body } of facts) {
      if (body.fact === 'wire') wire = body.wire
      if (body.fact === 'line') statistics = body.statistics
    }
    return wire && { callSid, wire, statistics }
  }

  app.get('/Calls/:callSid/Sip', async (request: CallRequest) => toCallSip(await known(request)))

  app.get('/Calls/:callSid/Sip.txt', async (request: CallRequest, reply) =>
    reply.type('text/plain; charset=utf-8').send(ladderText(await known(request))),
  )

  app.get('/Calls/:callSid/Sip.pcap', async (request: CallRequest, reply) => {
    const { callSid, wire } = await known(request)
    if (!wire) throw refuse('notFound', { value: request.url })
    const pcap = pcapOf(wire)
    if (!pcap)
      throw refuse('conflict', {
        why: `The messages of call ${callSid} were not kept whole. The setting sip.keepMessages says whose are: failed, all or none`,
      })
    return reply
      .type('application/vnd.tcpdump.pcap')
      .header('content-disposition', `attachment; filename="${callSid}.pcap"`)
      .send(pcap)
  })
}

function toCallSip({ callSid, wire, statistics }: LadderOf): CallSipView {
  const { beganAt, callIds, hops, messages } = wire ?? { beganAt: null, callIds: [], hops: [], messages: [] }
  return {
    callSid,
    beganAt: beganAt === null ? null : formatIso(beganAt),
    callIds,
    messages: messages.map(({ atMs, direction, hop, ...message }) => ({ atMs, direction, ...hops[hop]!, ...message })),
    statistics,
  }
}
