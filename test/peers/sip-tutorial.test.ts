/** An app as tutorials write them serves a softphone from the welcome to the agent, and a sink is told of all of it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, type TestContext, test } from 'node:test'
import { type Phone, startPhone } from '../kit/baresip.ts'
import { freePort } from '../kit/free-port.ts'
import { createSink, eventsTo, short, subscribe, typesFor } from '../kit/sinks.ts'
import { addDomain, CA_FILE, PASSWORD, pass, type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'
import { soundsMs, toneMs } from '../kit/sox.ts'

const DOMAIN = 'bakery.example'

let platform: SipPlatform
before(async () => {
  platform = await startSipPlatform({ '/events': () => ({ status: 200 }) })
})
after(() => platform.stop())

async function startTutorial(t: TestContext) {
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'tutorial-app.js')], {
    env: { PATH: process.env.PATH, PORT: String(port), AGENT: `sip:agent@${DOMAIN}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)
  await once(lines, 'line')
  return { url: `http://127.0.0.1:${port}`, asked: () => once(lines, 'line').then(([line]) => line as string) }
}

async function desk(t: TestContext, user: string, hz: number): Promise<Phone> {
  const phone = await startPhone(t, {
    user,
    transport: 'tls',
    domain: DOMAIN,
    server: platform.at.tls,
    password: PASSWORD,
    caFile: CA_FILE,
    hz,
  })
  await phone.event('REGISTER_OK')
  return phone
}

test('a caller goes through the menu to a person, and the events of it reach a webhook', async (t) => {
  const { app, client, ringback } = platform
  const { url, asked } = await startTutorial(t)
  await addDomain(platform, DOMAIN, ['customer', 'agent'], {
    voiceUrl: `${url}/ivr/welcome`,
    voiceStatusCallbackUrl: `${app.url}/over`,
  })
  const sink = await createSink(client, 'webhook', {
    destination: `${app.url}/events`,
    method: 'POST',
    batch_events: false,
  })
  await subscribe(client, sink, await typesFor(client, 'webhook'))

  const [customer, agent] = [await desk(t, 'customer', 440), await desk(t, 'agent', 620)]
  const welcomed = asked()
  await customer.dial(`sip:shop@${DOMAIN}`)
  assert.equal(await welcomed, '/ivr/welcome')
  await customer.event('CALL_RTPESTAB')
  await customer.hear(1500)
  const chosen = asked()
  await customer.press('1')
  assert.equal(await chosen, '/ivr/menu')
  assert.equal(await asked(), '/ivr/welcome')
  await customer.hear(1500)
  await customer.press('2')
  await agent.event('CALL_INCOMING')
  await agent.answer()
  await agent.event('CALL_RTPESTAB')
  await Promise.all([customer.hear(1500), agent.hear(1500)])
  await agent.hangUp()
  await customer.event('CALL_CLOSED')

  const { parameters } = await app.requested('/over')
  const sid = parameters.CallSid!
  assert.deepEqual([parameters.CallStatus, parameters.SipDomain ?? DOMAIN], ['completed', DOMAIN])
  assert.equal(await ringback.over(sid), 'completed')
  const heard = await customer.recording()
  assert.ok((await toneMs(heard, 620))[620] >= 1000)
  const sounds = await soundsMs(heard, 100)
  assert.ok(sounds.reduce((sum, ms) => sum + ms, 0) >= 4000, `the words of the menu: ${sounds}`)
  assert.ok((await toneMs(await agent.recording(), 440))[440] >= 1000)

  // The platform tells the sink soon after, in its own time.
  const types = () => eventsTo(app, '/events').map(short)
  for (let tries = 0; tries < 100 && !types().includes('status-callback.call.completed'); tries++) await pass(100)
  const seen = types()
  for (const type of [
    'twiml.call.requested',
    'twiml.gather.finished',
    'twiml.dial.finished',
    'status-callback.call.completed',
  ])
    assert.ok(seen.includes(type), `${type} is not in ${seen.join(', ')}`)
  assert.equal(seen.filter((type) => type === 'twiml.gather.finished').length, 2)
})
