/** For journeys about queues: callers who dial in, agents who are called, in a time that the test moves. */
import type { TestContext } from 'node:test'
import type { PhoneScript } from '../../src/testing/index.ts'
import type { AppRequest, Handler } from './customer-app.ts'
import { connectNumber, type Journey, journey } from './journey.ts'

type Script = NonNullable<PhoneScript['script']>

export const QUEUE = 'support'

/** A caller dials in and waits with `/wait`; an agent takes the first of the queue. Routes of the test come on top. */
export async function queueing(t: TestContext, routes: Readonly<Record<string, Handler>> = {}): Promise<Journey> {
  const run = await journey(
    t,
    {
      '/caller': () => `<Enqueue action="/done" waitUrl="/wait">${QUEUE}</Enqueue>`,
      '/wait': () => '<Pause length="10"/>',
      '/agent': () => `<Dial action="/dialled"><Queue>${QUEUE}</Queue></Dial>`,
      '/done': () => '<Hangup/>',
      '/dialled': () => '<Hangup/>',
      ...routes,
    },
    { held: true },
  )
  await connectNumber(run, { voiceUrl: `${run.app.url}/caller` })
  return run
}

export const callerNumber = (index: number): string => `+1555123000${index}`
export const agentNumber = (index: number): string => `+1555999000${index}`

/** The caller's phone dials in; nothing passes on the clock but what the call does at once. */
export async function callIn({ ringback }: Journey, index: number, script: Script = []): Promise<string> {
  await ringback.phone(callerNumber(index), { script })
  const sid = await ringback.dialIn(callerNumber(index))
  await ringback.clock.advance(0)
  return sid
}

/** Calls an agent, who answers after two seconds; its document is asked for then. */
export async function callAgent(
  { ringback, app, client }: Journey,
  index: number,
  script: Script = [],
  path = '/agent',
): Promise<string> {
  await ringback.phone(agentNumber(index), { script })
  const { sid } = await client.calls.create({
    to: agentNumber(index),
    from: ringback.number,
    url: `${app.url}${path}`,
  })
  await ringback.clock.advance(ANSWERS_AFTER_MS)
  return sid
}

/** From dialling an agent until it has answered. */
export const ANSWERS_AFTER_MS = 2100

/** What an action was told, by name; undefined for what it was not told. */
export const told = ({ parameters }: AppRequest, ...names: string[]): (string | undefined)[] =>
  names.map((name) => parameters[name])

export const queueTold = (request: AppRequest): (string | undefined)[] =>
  told(request, 'CallSid', 'QueueResult', 'QueueSid', 'QueueTime')

/** The SID of the one queue there is. */
export async function queueSidOf({ client }: Journey): Promise<string> {
  const [queue] = await client.queues.list({ limit: 1 })
  if (!queue) throw new Error('there is no queue')
  return queue.sid
}

/** Words of other parties that a call heard, in their order. */
export async function heardFromOthers({ ringback }: Journey, callSid: string): Promise<string[]> {
  const { heard } = await ringback.heard(callSid)
  return heard.filter(({ kind }) => kind === 'party').map(({ text }) => text ?? '')
}

/** What the action of a `<Dial>` of a queue is told. */
export const DIALLED = [
  'DialCallStatus',
  'DialBridged',
  'DialCallSid',
  'DialCallDuration',
  'QueueResult',
  'QueueTime',
] as const

/** What the actions of both sides were told, agents first. */
export const ends = ({ app }: Journey) => ({
  dialled: app.to('/dialled').map((request) => told(request, ...DIALLED)),
  done: app.to('/done').map(({ parameters }) => parameters.QueueResult),
})

/** Whatever a call heard, in words. */
export const heardTexts = async ({ ringback }: Journey, callSid: string) =>
  (await ringback.heard(callSid)).heard.map(({ text }) => text)

/** The document of an agent. */
export const dialQueue = (attributes = '', noun = '') =>
  `<Dial action="/dialled" ${attributes}><Queue ${noun}>${QUEUE}</Queue></Dial>`
