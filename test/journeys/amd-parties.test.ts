/** Detection on legs that others dial: the parties of a `<Dial>`, and participants of a conference. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectionJourney } from '../kit/detection.ts'
import { ADA, CALLER, dialledIn } from '../kit/dials.ts'

const HELLO = { greeting: 'Hello?', script: [{ waitMs: 5000 }, { hangup: true as const }] }
const CALLEE_SAYS_MS = 360 + 1200

test('a <Number> with machineDetection: the parties talk at once, the verdict comes beside', async (t) => {
  const run = await detectionJourney(t)
  const { app, ringback, client } = run
  await ringback.phone(ADA, HELLO)
  app.route('/voice', () => `<Dial><Number machineDetection="Enable" amdStatusCallback="/amd">${ADA}</Number></Dial>`)
  const parent = await dialledIn(run)
  const [told] = app.to('/amd')
  const [child] = await client.calls.list({ parentCallSid: parent })
  assert.deepEqual(told?.parameters, {
    CallSid: child?.sid,
    AccountSid: ringback.accountSid,
    AnsweredBy: 'human',
    MachineDetectionDuration: String(CALLEE_SAYS_MS),
  })
  assert.deepEqual([child?.answeredBy, (await client.calls(parent).fetch()).answeredBy], ['human', null])
  const { heard } = await ringback.heard(parent)
  assert.ok(
    heard.some(({ text }) => text === 'Hello?'),
    'the caller hears the greeting',
  )
})

test('a <Number> with sendDigits is not listened to', async (t) => {
  const run = await detectionJourney(t)
  await run.ringback.phone(ADA, HELLO)
  run.app.route(
    '/voice',
    () => `<Dial><Number sendDigits="1" machineDetection="Enable" amdStatusCallback="/amd">${ADA}</Number></Dial>`,
  )
  await dialledIn(run)
  assert.deepEqual(run.app.to('/amd'), [])
})

test('a participant that is dialled in: the verdict comes beside', async (t) => {
  const run = await detectionJourney(t)
  const { app, ringback, client } = run
  app.route('/voice', () => '<Dial><Conference endConferenceOnExit="true">Room</Conference></Dial>')
  await ringback.phone(ADA, HELLO)
  await ringback.phone(CALLER, { script: [{ waitMs: 30_000 }, { hangup: true }] })
  ringback.clock.hold()
  const { sid } = await client.calls.create({ to: CALLER, from: ringback.number, url: `${app.url}/voice` })
  await ringback.clock.advance(5000)
  const participant = await client.conferences('Room').participants.create({
    to: ADA,
    from: ringback.number,
    machineDetection: 'Enable',
    amdStatusCallback: `${app.url}/amd`,
  })
  ringback.clock.auto()
  await ringback.over(sid)
  const [told] = app.to('/amd')
  assert.equal(told?.parameters.CallSid, participant.callSid)
  assert.equal(told?.parameters.AnsweredBy, 'human')
})
