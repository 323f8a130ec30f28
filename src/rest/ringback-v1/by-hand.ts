/** `Calls/{CallSid}/Press`, `Say`, `Message` and `Hangup`: moving a simulated phone's hands during a call. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { never } from '../../lib/assert.ts'
import { type CallSid, isSid } from '../../lib/ids.ts'
import type { ByHand } from '../../phones/network.ts'
import { parseMessage } from '../../phones/phone.ts'
import { refuse } from '../errors.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'
import { keys, saying } from './phones.ts'

interface OnCall {
  Params: { callSid: string }
}

export function addByHand(app: FastifyInstance, { calls, network }: RingbackV1Deps): void {
  /** @throws Refusal 20404 unless the account has the call. */
  const callOf = async (request: FastifyRequest<OnCall>): Promise<CallSid> => {
    const { callSid } = request.params
    if (isSid('CA', callSid) && (await calls.find(accountOf(request), callSid))) return callSid
    throw refuse('notFound', { value: request.url })
  }

  app.post<OnCall & { Body: { digits: string; inBand?: boolean } }>(
    '/Calls/:callSid/Press',
    { schema: { body: Type.Object({ digits: keys, inBand: Type.Optional(Type.Boolean()) }) } },
    async (request) => {
      const callSid = await callOf(request)
      return answer(request, callSid, network.press(callSid, request.body.digits, request.body.inBand))
    },
  )

  app.post<OnCall & { Body: { text: string } }>(
    '/Calls/:callSid/Say',
    { schema: { body: Type.Object({ text: saying }) } },
    async (request) => {
      const callSid = await callOf(request)
      return answer(request, callSid, network.say(callSid, request.body.text))
    },
  )

  app.post<OnCall & { Body: { content: unknown } }>(
    '/Calls/:callSid/Message',
    { schema: { body: Type.Object({ content: Type.Unknown() }) } },
    async (request) => {
      const callSid = await callOf(request)
      return answer(request, callSid, network.message(callSid, parseMessage(request.body.content, 'content')))
    },
  )

  app.post<OnCall>('/Calls/:callSid/Hangup', async (request) => {
    const callSid = await callOf(request)
    return answer(request, callSid, network.hangUp(callSid))
  })
}

function answer(request: FastifyRequest, callSid: CallSid, result: ByHand): { readonly callSid: CallSid } {
  switch (result) {
    case 'done':
      return { callSid }
    case 'no-live-phone':
      throw refuse('notFound', { value: `${request.url}: no simulated phone is on this call now` })
    case 'not-answered':
      throw refuse('conflict', { why: `Call ${callSid} has not been answered yet` })
    case 'too-many-keys':
      throw refuse('conflict', { why: `More than 1000 keys wait to be pressed on call ${callSid}` })
    case 'not-a-client':
      throw refuse('conflict', {
        why: `The phone on call ${callSid} is not at a client: address: it sends no messages`,
      })
    default:
      return never(result)
  }
}
