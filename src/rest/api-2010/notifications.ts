/**
 * Notifications: the debugger's alerts, of one call or of the whole account, newest first. Filters look at what the
 * store hands out, so a filtered page reads at most 10,000 alerts.
 */

import type { Fact } from '../../journal/entry.ts'
import type { Store } from '../../journal/store.ts'
import type { AccountSid, CallSid } from '../../lib/ids.ts'
import { notificationView } from '../../readers/alerts/notification-view.ts'
import type { RestDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { type Answer, type ApiRequest, answer } from './answer.ts'
import { wantedCall } from './calls/calls.ts'
import { isWithin, readRange } from './dates.ts'
import { type ListSource, listAnswer } from './paging.ts'
import { choice, readParameters } from './parameters.ts'

const BATCH = 1000
const BATCHES_MAX = 10

type Matches = (fact: Fact) => boolean
interface Scope {
  readonly accountSid: AccountSid
  readonly callSid?: CallSid
}

export function notificationOperations(deps: RestDeps) {
  const { store } = deps.journal
  const ofCall = async (request: ApiRequest): Promise<Scope> => {
    const { sid } = await wantedCall(request, deps)
    return { accountSid: request.accountSid, callSid: sid }
  }
  const list = (request: ApiRequest, scope: Scope): Promise<Answer> =>
    listAnswer(request, 'notifications', alertsOf(store, scope, readFilter(request.query)), (fact) =>
      notificationView(fact, 'item'),
    )
  const fetch = async (request: ApiRequest, scope: Scope): Promise<Answer> => {
    const fact = await findAlert(store, scope, request.params.Sid ?? '')
    if (!fact) throw refuse('notFound', { value: request.path })
    return answer(200, notificationView(fact, 'whole'))
  }
  return {
    list: (request: ApiRequest): Promise<Answer> => list(request, { accountSid: request.accountSid }),
    listOfCall: async (request: ApiRequest): Promise<Answer> => list(request, await ofCall(request)),
    fetch: (request: ApiRequest): Promise<Answer> => fetch(request, { accountSid: request.accountSid }),
    fetchOfCall: async (request: ApiRequest): Promise<Answer> => fetch(request, await ofCall(request)),
  }
}

/** `Log` is 0 for errors and 1 for warnings; `MessageDate` comes bare and with `<` and `>`. */
function readFilter(query: Form): Matches {
  const { Log: log } = readParameters({ Log: choice(['0', '1'], null) }, query)
  const range = readRange(query, 'MessageDate')
  return (fact) => (log === null || logOf(fact) === log) && isWithin(range, fact.at)
}

const sidOf = (fact: Fact): string => (fact.body.fact === 'alert' ? fact.body.alert.sid : '')
const logOf = (fact: Fact): string => (fact.body.fact === 'alert' && fact.body.alert.level === 'error' ? '0' : '1')

function alertsOf(store: Pick<Store, 'alerts'>, scope: Scope, matches: Matches): ListSource<Fact> {
  return {
    markOf: sidOf,
    knows: async (mark) => (await findAlert(store, scope, mark)) !== null,
    async read(after, max) {
      const found: Fact[] = []
      for await (const batch of batches(store, scope, after)) {
        found.push(...batch.filter(matches))
        if (found.length >= max) break
      }
      return found.slice(0, max)
    },
  }
}

async function findAlert(store: Pick<Store, 'alerts'>, scope: Scope, sid: string): Promise<Fact | null> {
  for await (const batch of batches(store, scope, null)) {
    const found = batch.find((fact) => sidOf(fact) === sid)
    if (found) return found
  }
  return null
}

async function* batches(
  store: Pick<Store, 'alerts'>,
  scope: Scope,
  after: string | null,
): AsyncGenerator<readonly Fact[]> {
  let before = after
  for (let count = 0; count < BATCHES_MAX; count++) {
    const batch = await store.alerts({ ...scope, ...(before === null ? {} : { before }) }, BATCH)
    yield batch
    const last = batch.at(-1)
    if (last === undefined || batch.length < BATCH) return
    before = sidOf(last)
  }
}
