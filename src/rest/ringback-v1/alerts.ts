/** `Alerts`: what the debugger has to say, of the account or of one call, newest first. */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Alert, Fact } from '../../journal/entry.ts'
import { formatIso } from '../../lib/dates.ts'
import type { CallSid } from '../../lib/ids.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'
import { PAGE_QUERY, toPage } from './page.ts'

const query = Type.Object({ ...PAGE_QUERY, callSid: Type.Optional(Type.String({ pattern: '^CA[0-9a-fA-F]{32}$' })) })

interface AlertFact {
  readonly fact: Fact
  readonly alert: Alert
}

export function addAlerts(app: FastifyInstance, { journal }: RingbackV1Deps): void {
  app.get<{ Querystring: { pageSize: number; pageToken: string; callSid?: CallSid } }>(
    '/Alerts',
    { schema: { querystring: query } },
    async (request) => {
      const { pageSize, pageToken, callSid } = request.query
      const filter = {
        accountSid: accountOf(request),
        ...(callSid && { callSid }),
        ...(pageToken && { before: pageToken }),
      }
      const facts = await journal.store.alerts(filter, pageSize + 1)
      const alerts = facts.flatMap((fact): AlertFact[] =>
        fact.body.fact === 'alert' ? [{ fact, alert: fact.body.alert }] : [],
      )
      const { page, nextPageToken } = toPage(alerts, pageSize, ({ alert }) => alert.sid)
      return { alerts: page.map(toAlertView), nextPageToken }
    },
  )
}

function toAlertView({ fact, alert }: AlertFact) {
  const { sid, code, level, message, ...context } = alert
  return { sid, code, level, message, callSid: fact.callSid, at: formatIso(fact.at), ...context }
}
