/** A webhook sink and its subscription, made for as long as a command runs, by the same requests a customer would make. */
import { ask, type Client, CommandError, sendForm } from '../client.ts'

export interface TemporarySink {
  readonly sid: string
  /** Whole names. */
  readonly types: readonly string[]
  /** @throws CommandError when it could not be removed, saying what is left. */
  remove(client: Client): Promise<void>
}

interface EventType {
  readonly type: string
  readonly status: string
}

const DESCRIPTION = 'ringback events listen'

/** @param names whole names, or beginnings up to a dot; none: every type that is not on its way out */
export async function createTemporarySink(
  client: Client,
  destination: string,
  names: readonly string[] | undefined,
): Promise<TemporarySink> {
  const { types: known } = await ask<{ types: readonly EventType[] }>(client, 'GET', '/v1/Types?PageSize=1000')
  const types = names ? [...new Set(names.flatMap((name) => matching(name, known)))] : current(known)
  const { sid } = await sendForm<{ sid: string }>(client, '/v1/Sinks', {
    Description: DESCRIPTION,
    SinkType: 'webhook',
    SinkConfiguration: JSON.stringify({ destination, method: 'POST' }),
  })
  let subscriptionSid: string
  try {
    const subscription = await sendForm<{ sid: string }>(client, '/v1/Subscriptions', {
      Description: DESCRIPTION,
      SinkSid: sid,
      Types: types.map((type) => JSON.stringify({ type })),
    })
    subscriptionSid = subscription.sid
  } catch (error) {
    await ask(client, 'DELETE', `/v1/Sinks/${sid}`)
    throw error
  }
  return {
    sid,
    types,
    async remove(server) {
      try {
        await ask(server, 'DELETE', `/v1/Subscriptions/${subscriptionSid}`)
        await ask(server, 'DELETE', `/v1/Sinks/${sid}`)
      } catch (error) {
        const why = error instanceof CommandError ? error.message : 'the server does not answer'
        throw new CommandError(`Sink ${sid} and subscription ${subscriptionSid} are left, because ${why}.`)
      }
    },
  }
}

const current = (types: readonly EventType[]): readonly string[] =>
  types.filter(({ status }) => status === 'available').map(({ type }) => type)

/** The deprecated names only when nothing else fits: they tell what the others tell. */
function matching(name: string, known: readonly EventType[]): readonly string[] {
  const found = known.filter(({ type }) => type === name || type.startsWith(name.endsWith('.') ? name : `${name}.`))
  if (found.length === 0) throw new CommandError(`No event type is ${name}, or begins with it.`)
  const available = current(found)
  return available.length > 0 ? available : found.map(({ type }) => type)
}
