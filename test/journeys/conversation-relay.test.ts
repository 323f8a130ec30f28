/** A text agent on the line: what a caller and an app hear and read of each other, and how it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import twilio from 'twilio'
import type { AppRequest } from '../kit/customer-app.ts'
import { connectNumber, journey } from '../kit/journey.ts'
import { callPhone, ringPhone } from '../kit/recordings.ts'
import { type RelayedMessage, type ServedRelay, startRelayServer } from '../kit/relay-server.ts'

const connect = (url: string, attributes = '', more = '') =>
  `<Connect ${more}><ConversationRelay url="${url}" ${attributes}/></Connect>`

/** What the action is told besides the standard parameters. */
const session = ({ parameters }: AppRequest) => {
  const { SessionId, SessionStatus, SessionDuration, HandoffData, ErrorCode, ErrorMessage, CallStatus } = parameters
  assert.match(SessionId ?? '', /^VX[0-9a-f]{32}$/)
  return { SessionStatus, SessionDuration, HandoffData, ErrorCode, ErrorMessage, CallStatus }
}

test('an agent as tutorials write it: it keeps a history, streams its answer, and cuts it where it was interrupted', async (t) => {
  const history: { readonly role: 'user' | 'assistant'; content: string }[] = []
  /** A model that is slow to think and answers in tokens. */
  async function* model(said: string) {
    const answer = said.includes('weather')
      ? 'It is sunny today. Tomorrow there will be rain, and the day after that snow. Take a coat.'
      : 'You are welcome. Goodbye!'
    for (const token of answer.match(/\S+\s*/g) ?? []) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      yield token
    }
  }
  const server = await startRelayServer(t, async (relay, message) => {
    switch (message.type) {
      case 'prompt': {
        history.push({ role: 'user', content: String(message.voicePrompt) })
        const answer = { role: 'assistant' as const, content: '' }
        history.push(answer)
        for await (const token of model(String(message.voicePrompt))) {
          relay.send({ type: 'text', token, last: false })
          answer.content += token
        }
        relay.send({ type: 'text', token: '', last: true })
        return
      }
      case 'interrupt': {
        const heard = String(message.utteranceUntilInterrupt)
        const last = history.findLast(({ role, content }) => role === 'assistant' && content.includes(heard))
        if (last) last.content = `${last.content.slice(0, last.content.indexOf(heard) + heard.length)}…`
      }
    }
  })
  const run = await journey(t, {
    '/voice': () => connect(server.url, 'welcomeGreeting="Hello! Ask me anything."'),
  })
  const { sid, heard } = await callPhone(run, [
    { hear: 'ask me anything.' },
    { say: 'How is the weather?' },
    { hear: 'there will be' },
    { say: 'Thanks, that is enough.' },
    { hear: 'goodbye!' },
    { hangup: true },
  ])
  assert.deepEqual(history, [
    { role: 'user', content: 'How is the weather?' },
    { role: 'assistant', content: 'It is sunny today. Tomorrow there will be…' },
    { role: 'user', content: 'Thanks, that is enough.' },
    { role: 'assistant', content: 'You are welcome. Goodbye!' },
  ])
  assert.deepEqual(
    heard.heard.map(({ atMs, verb, kind, text, playedMs, cut }) => [atMs, verb, kind, text, playedMs, cut]),
    [
      [0, 'Connect', 'say', 'Hello! Ask me anything.', 1380, false],
      // 1140 ms of speech, and the pause behind it.
      [3320, 'Connect', 'say', 'It is sunny today.', 1080, false],
      [4400, 'Connect', 'say', 'Tomorrow there will be rain, and the day after that snow.', 1320, true],
      [7900, 'Connect', 'say', 'You are welcome.', 960, false],
      [8860, 'Connect', 'say', 'Goodbye!', 480, false],
    ],
  )
  assert.equal(heard.status, 'completed')
  const [relay] = server.relays
  const { messages } = relay!
  assert.deepEqual(
    messages.map(({ type }) => type),
    ['setup', 'prompt', 'interrupt', 'prompt'],
  )
  const { sessionId, ...setup } = messages[0]!
  assert.match(String(sessionId), /^VX/)
  assert.deepEqual(setup, {
    type: 'setup',
    accountSid: run.ringback.accountSid,
    callSid: sid,
    parentCallSid: '',
    from: run.ringback.number,
    to: '+15551230001',
    forwardedFrom: '',
    callerName: '',
    direction: 'outbound-api',
    callType: 'PSTN',
    callStatus: 'IN_PROGRESS',
    customParameters: {},
  })
  assert.deepEqual(messages[1], { type: 'prompt', voicePrompt: 'How is the weather?', lang: 'en-US', last: true })
  assert.deepEqual(messages[2], {
    type: 'interrupt',
    utteranceUntilInterrupt: 'Tomorrow there will be',
    durationUntilInterruptMs: 1320,
  })
  assert.equal(relay!.code, 1000)
  assert.deepEqual(await run.client.calls(sid).notifications.list(), [])
})

test('the handshake is signed over the address as it is written; parameters come with the setup', async (t) => {
  const server = await startRelayServer(t, (relay, { type }) => {
    if (type === 'setup') relay.send({ type: 'end' })
  })
  const url = `${server.url}/relay?room=4`
  const run = await journey(t, {
    '/voice': () =>
      `<Connect><ConversationRelay url="${url}"><Parameter name="customer" value="42"/></ConversationRelay></Connect>`,
  })
  await callPhone(run, [{ waitMs: 9000 }])
  const [relay] = server.relays
  assert.equal(relay!.path, '/relay?room=4')
  const signature = String(relay!.headers['x-twilio-signature'])
  assert.ok(twilio.validateRequest(run.ringback.authToken, signature, url, {}))
  assert.deepEqual(relay!.messages[0]!.customParameters, { customer: '42' })
})

for (const keys of ['out-of-band', 'in-band'] as const)
  test(`a menu by keys ${keys}: told one by one, they interrupt; the platform presses some, too`, async (t) => {
    const server = await startRelayServer(t, (relay, { type, digit }) => {
      if (type !== 'dtmf') return
      if (digit === '#') relay.send({ type: 'sendDigits', digits: '12' })
      else relay.say('Thank you. Press the pound key now.')
    })
    const run = await journey(t, {
      '/voice': () =>
        connect(server.url, 'welcomeGreeting="For sales, press one." dtmfDetection="true" interruptible="dtmf"'),
    })
    const { heard } = await callPhone(run, {
      keys,
      script: [
        { hear: 'press one.' },
        { press: '1' },
        { hear: 'pound' },
        { press: '#' },
        { hear: '12' },
        { hangup: true },
      ],
    })
    const { messages } = server.relays[0]!
    assert.deepEqual(
      messages.slice(1).map(({ type, digit, utteranceUntilInterrupt }) => digit ?? utteranceUntilInterrupt ?? type),
      ['1', '#', 'Press the pound'],
    )
    assert.deepEqual(
      heard.heard.map(({ kind, text, cut }) => [kind, text, cut]),
      [
        ['say', 'For sales, press one.', false],
        ['say', 'Thank you.', false],
        ['say', 'Press the pound key now.', true],
        ['tone', '12', false],
      ],
    )
  })

test('audio of the app’s, and another language with a voice of its own', async (t) => {
  const server = await startRelayServer(t, (relay, { type }) => {
    if (type !== 'setup') return
    relay.send({ type: 'play', source: `${run.app.url}/jingle.ulaw`, loop: 2 })
    relay.send({ type: 'language', ttsLanguage: 'sv-SE', transcriptionLanguage: 'sv-SE' })
    relay.send({ type: 'text', token: 'Hej!', last: false })
    relay.send({ type: 'text', token: ' Hello!', lang: 'en-US', last: true })
  })
  const run = await journey(t, {
    '/voice': () =>
      `<Connect><ConversationRelay url="${server.url}" voice="man"><Language code="sv-SE" ttsProvider="Amazon" voice="Elin-Neural"/></ConversationRelay></Connect>`,
    '/jingle.ulaw': () => ({ headers: { 'content-type': 'audio/basic' }, body: new Uint8Array(4000).fill(0x20) }),
  })
  const { heard } = await callPhone(run, [{ hear: 'hello!' }, { say: 'God dag' }, { waitMs: 2000 }, { hangup: true }])
  assert.deepEqual(
    heard.heard.map(({ atMs, kind, text, url, playedMs }) => [atMs, kind, text ?? url, playedMs]),
    [
      [0, 'play', `${run.app.url}/jingle.ulaw`, 500],
      [500, 'play', `${run.app.url}/jingle.ulaw`, 500],
      [1000, 'say', 'Hej!', 300],
      [1300, 'say', 'Hello!', 360],
    ],
  )
  assert.equal(run.app.to('/jingle.ulaw').length, 1)
  assert.deepEqual(server.relays[0]!.of('prompt')[0], {
    type: 'prompt',
    voicePrompt: 'God dag',
    lang: 'sv-SE',
    last: true,
  })
})

test('the app is done and hands over: the action goes on with the call, back to an agent', async (t) => {
  const server = await startRelayServer(t, (relay, { type, voicePrompt }) => {
    if (type === 'prompt' && String(voicePrompt).includes('human'))
      relay.send({ type: 'end', handoffData: JSON.stringify({ reason: 'asked' }) })
  })
  let asked = 0
  const run = await journey(t, {
    '/voice': () => connect(server.url, 'welcomeGreeting="Hello."', 'action="/after"'),
    '/after': () =>
      asked++ === 0 ? `<Say>One moment.</Say>${connect(server.url, 'welcomeGreeting="Back again."')}` : '',
  })
  const { heard } = await callPhone(run, [
    { hear: 'hello' },
    { say: 'A human, please' },
    { hear: 'back again' },
    { hangup: true },
  ])
  const after = await run.app.requested('/after')
  assert.deepEqual(session(after), {
    SessionStatus: 'ended',
    SessionDuration: '2',
    HandoffData: '{"reason":"asked"}',
    ErrorCode: undefined,
    ErrorMessage: undefined,
    CallStatus: 'in-progress',
  })
  assert.deepEqual(
    heard.heard.map(({ text }) => text),
    ['Hello.', 'One moment.', 'Back again.'],
  )
  const [one, two] = server.relays
  assert.equal(after.parameters.SessionId, one!.messages[0]!.sessionId)
  assert.notEqual(two!.messages[0]!.sessionId, one!.messages[0]!.sessionId)
  assert.equal(two!.messages[0]!.callSid, one!.messages[0]!.callSid)
  assert.equal(asked, 1)
})

test('the caller hangs up: the action is told of a call that is over', async (t) => {
  const server = await startRelayServer(t)
  const run = await journey(t, {
    '/voice': () =>
      `${connect(server.url, 'welcomeGreeting="A long greeting, is it not?"', 'action="/after"')}<Say>No.</Say>`,
    '/after': () => '<Say>Not heard.</Say>',
  })
  const { heard } = await callPhone(run, [{ waitMs: 1000 }, { hangup: true }])
  assert.deepEqual(session(await run.app.requested('/after')), {
    SessionStatus: 'completed',
    SessionDuration: '1',
    HandoffData: undefined,
    ErrorCode: undefined,
    ErrorMessage: undefined,
    CallStatus: 'completed',
  })
  assert.deepEqual(
    heard.heard.map(({ text, playedMs, cut }) => [text, playedMs, cut]),
    [['A long greeting, is it not?', 1000, true]],
  )
  assert.equal(server.relays[0]!.code, 1000)
})

test('REST takes the call away: the socket is closed, and the action is not asked', async (t) => {
  const server = await startRelayServer(t)
  const run = await journey(
    t,
    { '/voice': () => connect(server.url, 'welcomeGreeting="A long greeting, is it not?"', 'action="/after"') },
    { held: true },
  )
  const { ringback, client } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ waitMs: 20_000 }] })
  await ringback.clock.advance(1900)
  await client.calls(callSid).update({ twiml: '<Response><Say>Now to something else.</Say></Response>' })
  ringback.clock.auto()
  await ringback.over(callSid)
  const { heard } = await ringback.heard(callSid)
  assert.deepEqual(
    heard.map(({ text, cut }) => [text, cut]),
    [
      ['A long greeting, is it not?', true],
      ['Now to something else.', false],
    ],
  )
  assert.equal(server.relays[0]!.code, 1000)
  assert.equal(run.app.to('/after').length, 0)
})

interface Failure {
  readonly what: string
  readonly breaks: (relay: ServedRelay, message: RelayedMessage) => void
}

const FAILURES: readonly Failure[] = [
  { what: 'is closed', breaks: ({ socket }) => socket.close(1000) },
  { what: 'is closed with a code', breaks: ({ socket }) => socket.close(4000, 'no idea') },
  { what: 'is dropped', breaks: ({ socket }) => socket.terminate() },
  {
    what: 'is flooded with nonsense',
    breaks: ({ socket }) => {
      for (let count = 0; count < 20; count++) socket.send('nonsense')
    },
  },
]

for (const { what, breaks } of FAILURES)
  test(`the socket ${what}: the action decides, with an error`, async (t) => {
    const server = await startRelayServer(t, (relay, message) => {
      if (message.type === 'prompt') breaks(relay, message)
    })
    const run = await journey(t, {
      '/voice': () => connect(server.url, 'welcomeGreeting="Yes?"', 'action="/after"'),
      '/after': () => '<Say>Sorry.</Say>',
    })
    const { sid, heard } = await callPhone(run, [{ waitMs: 100 }, { say: 'Hello?' }, { hear: 'sorry' }])
    assert.deepEqual(session(await run.app.requested('/after')), {
      SessionStatus: 'failed',
      SessionDuration: '1',
      HandoffData: undefined,
      ErrorCode: '64105',
      ErrorMessage: 'Websocket ended',
      CallStatus: 'in-progress',
    })
    assert.equal(heard.heard.at(-1)?.text, 'Sorry.')
    const alerts = (await run.client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode)
    const nonsense = what.includes('nonsense') ? Array.from({ length: 10 }, () => '64107') : []
    assert.deepEqual(alerts.toSorted(), ['64105', ...nonsense])
    if (nonsense.length > 0) {
      assert.equal(server.relays[0]!.code, 1007)
      assert.equal(server.relays[0]!.of('error').length, 10)
    }
  })

for (const [what, url] of [
  ['nobody is there', 'ws://127.0.0.1:1/'],
  ['it is no socket', 'http://127.0.0.1/'],
] as const)
  test(`${what}: without an action the call is over`, async (t) => {
    const run = await journey(t, { '/voice': () => `${connect(url)}<Say>Not heard.</Say>` })
    const { sid, heard } = await callPhone(run, [{ waitMs: 9000 }])
    assert.deepEqual([heard.heard, heard.status], [[], 'completed'])
    const alerts = await run.client.calls(sid).notifications.list()
    assert.deepEqual(
      alerts.map(({ errorCode, log }) => [errorCode, log]),
      [['64102', '0']],
    )
  })

test('a refused handshake: the action is told', async (t) => {
  const run = await journey(t, {
    '/voice': () => connect(run.app.url.replace('http:', 'ws:'), 'welcomeGreeting="Hello."', 'action="/after"'),
    '/after': () => '<Hangup/>',
  })
  const { heard } = await callPhone(run, [{ waitMs: 9000 }])
  const { SessionStatus, ErrorCode, ErrorMessage } = session(await run.app.requested('/after'))
  assert.deepEqual([SessionStatus, ErrorCode, ErrorMessage], ['failed', '64102', 'Unable to connect to websocket URL'])
  assert.deepEqual(heard.heard, [])
})

test('an inbound call is picked up by it, and recorded on both sides', async (t) => {
  const server = await startRelayServer(t, (relay, { type }) => {
    if (type === 'prompt') relay.say('Good to hear you.')
  })
  const run = await journey(t, {
    '/voice': () => `<Start><Recording/></Start>${connect(server.url, 'welcomeGreeting="Yes?"')}`,
  })
  const { ringback } = run
  await connectNumber(run, { voiceUrl: `${run.app.url}/voice` })
  await ringback.phone('+15551230001', {
    script: [{ hear: 'yes' }, { say: 'Hello' }, { hear: 'hear you' }, { hangup: true }],
  })
  const sid = await ringback.dialIn('+15551230001')
  await ringback.over(sid)
  const { heard } = await ringback.heard(sid)
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['Yes?', 'Good to hear you.'],
  )
  const { direction, from, callType } = server.relays[0]!.messages[0]!
  assert.deepEqual([direction, from, callType], ['inbound', '+15551230001', 'PSTN'])
})

test('twice the same call gives the same conversation, to the millisecond', async (t) => {
  const talk = async () => {
    const server = await startRelayServer(t, async (relay, { type, last, voicePrompt }) => {
      if (type !== 'prompt' || !last) return
      await new Promise((resolve) => setTimeout(resolve, 5))
      relay.say('You said: ', `${String(voicePrompt)}`, ' Is that so? ', 'Then tell me more about it.')
    })
    const run = await journey(t, {
      '/voice': () =>
        connect(
          server.url,
          'welcomeGreeting="Hello!" dtmfDetection="true" partialPrompts="true" events="speaker-events tokens-played" reportInputDuringAgentSpeech="any"',
        ),
    })
    const { heard } = await callPhone(run, [
      { hear: 'hello' },
      { say: 'The sky is blue.' },
      { hear: 'is that' },
      { press: '1' },
      { waitMs: 700 },
      { say: 'And green.' },
      { hear: 'tell me' },
      { hangup: true },
    ])
    const { callSid: _, ...ledger } = heard
    return { messages: server.relays[0]!.messages.slice(1), ledger }
  }
  const once = await talk()
  assert.ok(once.messages.length > 15, JSON.stringify(once.messages))
  assert.deepEqual(await talk(), once)
})

test('on the real clock, with the media in its own thread', async (t) => {
  const server = await startRelayServer(t, (relay, { type }) => {
    if (type === 'prompt') relay.say(`I am going to tell you a very long story which goes ${'on and '.repeat(40)}on.`)
  })
  const run = await journey(
    t,
    { '/voice': () => connect(server.url, 'welcomeGreeting="Hi." events="tokens-played"') },
    { clock: 'real' },
  )
  const { heard } = await callPhone(run, {
    answer: { afterMs: 0 },
    script: [{ hear: 'hi.' }, { say: 'Hello' }, { hear: 'very' }, { say: 'Stop' }, { waitMs: 200 }, { hangup: true }],
  })
  const { messages } = server.relays[0]!
  assert.equal(messages.find(({ type }) => type === 'prompt')?.voicePrompt, 'Hello')
  const [interrupt] = messages.filter(({ type }) => type === 'interrupt')
  assert.match(String(interrupt?.utteranceUntilInterrupt), /^I am going to tell you a very\b/)
  const story = heard.heard.find(({ text }) => text?.startsWith('I am'))
  assert.equal(story?.cut, true)
})
