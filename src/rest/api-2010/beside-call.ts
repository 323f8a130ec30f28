/** What runs beside a call's document, begun and stopped in the middle of the call: Calls/{CallSid}/Streams, …/Transcriptions. */

import { formatRfc2822 } from '../../lib/dates.ts'
import type { AccountSid, CallSid, Instant } from '../../lib/ids.ts'
import type { RestDeps } from '../deps.ts'
import { type Refusal, refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { type Answer, type ApiRequest, answer } from './answer.ts'
import { wantedCall } from './calls/calls.ts'
import { choice, readParameters } from './parameters.ts'

const UPDATE_PARAMETERS = { Status: choice(['stopped'], null) } as const

interface BesideCall {
  readonly sid: string
  readonly accountSid: AccountSid
  readonly callSid: CallSid
  readonly name: string
  readonly status: string
  readonly updatedAt: Instant
}

/** Whom a refusal speaks of. */
export interface Refused {
  readonly callSid: CallSid
  /** By SID or name as the request has it; of one that was not begun its name. */
  readonly one: string
}

/** One kind of them. */
export interface BesideCallKind<Asked extends { readonly name: string | null }, Why extends string> {
  /** @throws Refusal */
  read(form: Form): Asked
  readonly service: {
    start(callSid: CallSid, asked: Asked): BesideCall | Why | Promise<BesideCall | Why>
    stop(callSid: CallSid, sidOrName: string): BesideCall | Why | 'not-found'
  }
  refusal(why: Why, of: Refused): Refusal
  /** As its path names the kind. */
  readonly path: string
}

export function besideCallOperations<Asked extends { readonly name: string | null }, Why extends string>(
  deps: Pick<RestDeps, 'calls'>,
  { read, service, refusal, path }: BesideCallKind<Asked, Why>,
) {
  const view = ({ sid, accountSid, callSid, name, status, updatedAt }: BesideCall): object => ({
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    name,
    status,
    date_updated: formatRfc2822(updatedAt),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/${path}/${sid}.json`,
  })

  return {
    async create(request: ApiRequest): Promise<Answer> {
      const { sid: callSid } = await wantedCall(request, deps)
      const asked = read(request.form)
      const started = await service.start(callSid, asked)
      if (typeof started === 'string') throw refusal(started, { callSid, one: asked.name ?? '' })
      return answer(200, view(started))
    },

    async update(request: ApiRequest): Promise<Answer> {
      const { sid: callSid } = await wantedCall(request, deps)
      const { Status } = readParameters(UPDATE_PARAMETERS, request.form)
      if (Status === null) throw refuse('missingParameter', { name: 'Status' })
      const one = request.params.Sid ?? ''
      const stopped = service.stop(callSid, one)
      if (stopped === 'not-found') throw refuse('notFound', { value: request.path })
      if (typeof stopped === 'string') throw refusal(stopped, { callSid, one })
      return answer(200, view(stopped))
    },
  }
}
