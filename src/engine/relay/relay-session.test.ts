/** A session between a caller and an app: who is told what, when, and how it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anOpenRelay, aRelay, type RelayKit } from './test-relay.ts'

const text = (token: string, more: object = {}) => ({ type: 'text', token, last: true, ...more })
const END = { type: 'end' }

test('the app is told of the call, and the caller is greeted', async () => {
  const relay = await anOpenRelay({
    attributes: 'welcomeGreeting="Hello there."',
    children: '<Parameter name="a" value="1"/>',
  })
  await relay.until(5000)
  const [setup, ...others] = relay.told
  assert.deepEqual(others, [])
  assert.deepEqual([setup?.type, setup?.callStatus, setup?.customParameters], ['setup', 'IN_PROGRESS', { a: '1' }])
  assert.match(String(setup?.sessionId), /^VX[0-9a-f]{32}$/)
  assert.deepEqual(relay.heard, ['0 Hello there. 720'])
})

test('what the caller says is a prompt after the pause, and what the app answers is heard at once', async () => {
  const relay = await anOpenRelay({
    answer: ({ type }, app) => {
      if (type === 'setup') app.say(text(''))
      // Tokens as they come from a model.
      if (type === 'prompt')
        for (const token of ['Fine', '. And', ' you', '?']) app.say(text(token, { last: token === '?' }))
    },
  })
  relay.at(1000, () => relay.caller.says('How are you?'))
  await relay.until(20_000)
  assert.deepEqual(relay.of('prompt'), [{ voicePrompt: 'How are you?', lang: 'en-US', last: true, at: 1720 + 800 }])
  assert.deepEqual(relay.heard, ['2520 Fine. 300', '2820 And you? 480'])
})

test('tokens without an end are spoken when nothing follows', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => relay.app.say({ type: 'text', token: 'One moment.' }))
  relay.at(1300, () => relay.app.say({ type: 'text', token: ' Please' }))
  relay.at(1700, () => relay.app.say({ type: 'text', token: ' wait' }))
  await relay.until(20_000)
  assert.deepEqual(relay.heard, ['1300 One moment. 660', '2200 Please wait 660'])
})

interface Interruption {
  readonly what: string
  readonly attributes: string
  readonly message?: object
  /** The caller does it 500 ms into `Life is a complex set of things.` */
  readonly does: 'says' | 'presses'
  readonly interrupts: boolean
  /** The app is told of it. */
  readonly told: boolean
}

const INTERRUPTIONS: readonly Interruption[] = [
  { what: 'words, by default', attributes: '', does: 'says', interrupts: true, told: true },
  { what: 'a key, by default', attributes: 'dtmfDetection="true"', does: 'presses', interrupts: true, told: true },
  { what: 'a key nobody looks for', attributes: '', does: 'presses', interrupts: false, told: false },
  {
    what: 'words where only keys may',
    attributes: 'interruptible="dtmf"',
    does: 'says',
    interrupts: false,
    told: false,
  },
  {
    what: 'a key where only words may',
    attributes: 'interruptible="speech" dtmfDetection="true"',
    does: 'presses',
    interrupts: false,
    told: false,
  },
  {
    what: 'words where nothing may',
    attributes: 'interruptible="false"',
    does: 'says',
    interrupts: false,
    told: false,
  },
  {
    what: 'words that are reported only',
    attributes: 'interruptible="none" reportInputDuringAgentSpeech="speech"',
    does: 'says',
    interrupts: false,
    told: true,
  },
  {
    what: 'a key that is reported only',
    attributes: 'interruptible="none" reportInputDuringAgentSpeech="any" dtmfDetection="true"',
    does: 'presses',
    interrupts: false,
    told: true,
  },
  {
    what: 'words against a message that has its own mind',
    attributes: '',
    message: { interruptible: false },
    does: 'says',
    interrupts: false,
    told: false,
  },
  {
    what: 'words for a message that has its own mind',
    attributes: 'interruptible="none"',
    message: { interruptible: 'speech' },
    does: 'says',
    interrupts: true,
    told: true,
  },
]

for (const { what, attributes, message = {}, does, interrupts, told } of INTERRUPTIONS)
  test(`interruption: ${what}`, async () => {
    const relay = await anOpenRelay({ attributes })
    relay.at(1000, () => relay.app.say(text('Life is a complex set of things.', message)))
    relay.at(1500, () => (does === 'says' ? relay.caller.says('Stop') : relay.caller.presses('5')))
    await relay.until(20_000)
    assert.deepEqual(
      relay.of('interrupt'),
      interrupts ? [{ utteranceUntilInterrupt: 'Life is', durationUntilInterruptMs: 500, at: 1500 }] : [],
    )
    assert.deepEqual(relay.heard, [`1000 Life is a complex set of things. ${interrupts ? '500 cut' : '1920'}`])
    const expected = does === 'says' ? [['prompt', 'Stop', 2600]] : [['dtmf', '5', 1500]]
    const input = relay.told
      .filter(({ type }) => type === 'prompt' || type === 'dtmf')
      .map(({ type, voicePrompt, digit, at }) => [type, voicePrompt ?? digit, at])
    assert.deepEqual(input, told ? expected : [])
  })

test('the greeting has a setting of its own', async () => {
  for (const [setting, interrupted] of [
    ['none', 0],
    ['dtmf', 0],
    ['speech', 1],
    ['true', 1],
  ] as const) {
    const relay = await anOpenRelay({
      attributes: `welcomeGreeting="Good morning to you." interruptible="${interrupted ? 'none' : 'any'}" welcomeGreetingInterruptible="${setting}"`,
    })
    relay.at(500, () => relay.caller.says('Hi'))
    await relay.until(9000)
    assert.equal(relay.of('interrupt').length, interrupted, setting)
  }
})

test('what waits is dropped, and what was heard is told to the word, piece by piece', async () => {
  const relay = await anOpenRelay({ attributes: 'events="speaker-events tokens-played"' })
  relay.at(1000, () => relay.app.say(text('The first one.  The second  one! The third one.')))
  // 840 ms, then 1020 ms: 560 ms into the second.
  relay.at(2400, () => relay.caller.says('Wait'))
  relay.at(2500, () => relay.app.say(text('Yes?')))
  await relay.until(20_000)
  assert.deepEqual(relay.heard, ['1000 The first one. 840', '1840 The second one! 560 cut', '2500 Yes? 300'])
  assert.deepEqual(
    relay.told.slice(1).map(({ type, at, ...rest }) => [at, ...Object.values(rest)]),
    [
      [1000, 'agentSpeaking', 'on'],
      [1840, 'tokensPlayed', 'The first one.'],
      [2400, 'clientSpeaking', 'on'],
      [2400, 'tokensPlayed', 'The'],
      [2400, 'The', 560],
      [2400, 'agentSpeaking', 'off'],
      [2500, 'agentSpeaking', 'on'],
      [2800, 'tokensPlayed', 'Yes?'],
      [2800, 'agentSpeaking', 'off'],
      [3500, 'clientSpeaking', 'off'],
      [3500, 'Wait', 'en-US', true],
    ],
  )
})

test('an interruption before the first word of a piece tells the piece before it', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => relay.app.say(text('The first one. Extraordinarily long.')))
  relay.at(1900, () => relay.caller.says('Wait'))
  await relay.until(9000)
  assert.deepEqual(relay.of('interrupt'), [
    { utteranceUntilInterrupt: 'The first one.', durationUntilInterruptMs: 840, at: 1900 },
  ])
})

test('tokens of an answer that was interrupted wait no more; later ones are a new answer', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => relay.app.say(text('A long story. That never', { last: false })))
  relay.at(1200, () => relay.caller.says('Wait'))
  relay.at(4000, () => relay.app.say(text('So?')))
  await relay.until(9000)
  assert.deepEqual(relay.heard, ['1000 A long story. 200 cut', '4000 So? 300'])
})

test('who speaks while nobody else does interrupts nobody', async () => {
  const relay = await anOpenRelay({ attributes: 'dtmfDetection="true"' })
  relay.at(1000, () => relay.caller.says('Hello'))
  relay.at(1500, () => relay.caller.presses('#'))
  relay.at(1600, () => relay.caller.presses('A'))
  await relay.until(9000)
  assert.deepEqual(relay.of('interrupt'), [])
  assert.deepEqual(relay.of('dtmf'), [{ digit: '#', at: 1500 }])
})

test('words as they are spoken, for those who want partial prompts; swear words are masked', async () => {
  for (const [attributes, partials, last] of [
    ['partialPrompts="true" speechTimeout="600"', ['Oh', 'Oh s***', 'Oh s*** no'], 'Oh s*** no'],
    [
      'partialPrompts="true" speechTimeout="600" profanityFilter="false"',
      ['Oh', 'Oh shit', 'Oh shit no'],
      'Oh shit no',
    ],
    ['speechTimeout="600"', [], 'Oh s*** no'],
  ] as const) {
    const relay = await anOpenRelay({ attributes })
    relay.at(1000, () => relay.caller.says('Oh shit no'))
    await relay.until(9000)
    const prompts = relay.of('prompt')
    assert.deepEqual(
      prompts.filter((one) => !one.last).map((one) => one.voicePrompt),
      partials,
    )
    assert.deepEqual(prompts.at(-1), { voicePrompt: last, lang: 'en-US', last: true, at: 1600 + 600 })
  }
})

test('languages: of a token, of what follows, and of what is heard', async () => {
  const relay = await anOpenRelay({
    attributes: 'language="en-GB" transcriptionLanguage="de-DE" voice="man" welcomeGreeting="Hello."',
    children: '<Language code="sv-SE" ttsProvider="Amazon" voice="Elin-Neural"/>',
  })
  relay.at(2000, () => {
    relay.app.say(text('Well, ', { last: false }))
    relay.app.say(text('hej ', { last: false, lang: 'sv-SE' }))
    relay.app.say(text('you.'))
  })
  relay.at(3500, () => relay.app.say({ type: 'language', ttsLanguage: 'sv-SE' }))
  relay.at(3600, () => relay.app.say(text('Tack.')))
  relay.at(500, () => relay.caller.says('Eins'))
  relay.at(3000, () => relay.app.say({ type: 'language', transcriptionLanguage: 'fr-FR' }))
  relay.at(4000, () => relay.caller.says('Deux'))
  await relay.until(9000)
  assert.deepEqual(
    relay.of('prompt').map(({ voicePrompt, lang }) => [voicePrompt, lang]),
    [
      ['Eins', 'de-DE'],
      ['Deux', 'fr-FR'],
    ],
  )
  assert.deepEqual(relay.spokenBy, [
    'man en-GB Hello.',
    'man en-GB Well,',
    'Polly.Elin-Neural sv-SE hej',
    'man en-GB you.',
    'Polly.Elin-Neural sv-SE Tack.',
  ])
})

test('a file is played as often as it is asked for, in turn with words; one that cannot be had is passed over', async () => {
  const relay = await anOpenRelay({ attributes: 'events="tokens-played"' })
  const play = (name: string, more: object = {}) => ({ type: 'play', source: `https://app.test/${name}.mp3`, ...more })
  relay.at(1000, () => {
    relay.app.say(text('Listen:'))
    relay.app.say(play('missing'))
    relay.app.say(play('song', { loop: 2 }))
    relay.app.say(text('Nice.'))
  })
  relay.at(8000, () => relay.app.say(play('song', { loop: 0 })))
  relay.at(11_000, () => relay.caller.says('Enough'))
  await relay.until(20_000)
  assert.deepEqual(relay.heard, [
    '1000 Listen: 420',
    '1420 https://app.test/song.mp3 2000',
    '3420 https://app.test/song.mp3 2000',
    '5420 Nice. 300',
    '8000 https://app.test/song.mp3 2000',
    '10000 https://app.test/song.mp3 1000 cut',
  ])
  assert.deepEqual(relay.of('interrupt'), [{ utteranceUntilInterrupt: '', durationUntilInterruptMs: 3000, at: 11_000 }])
  assert.deepEqual(
    relay.of('info').map(({ value }) => value),
    ['Listen:', 'Nice.'],
  )
})

test('keys wait for their turn, and are no speech that could be interrupted', async () => {
  const relay = await anOpenRelay({ attributes: 'events="speaker-events tokens-played"' })
  relay.at(1000, () => {
    relay.app.say(text('Press this.'))
    relay.app.say({ type: 'sendDigits', digits: '1w2' })
  })
  relay.at(1800, () => relay.caller.says('Hm'))
  await relay.until(9000)
  assert.deepEqual(relay.heard, ['1000 Press this. 660', '1660 1w2 900'])
  assert.deepEqual(relay.pressed, ['1660 1w2'])
  assert.deepEqual(relay.of('interrupt'), [])
})

test('what may be stopped by what the app says next is, without an interruption', async () => {
  const relay = await anOpenRelay({ attributes: 'events="tokens-played"' })
  relay.at(1000, () =>
    relay.app.say(text('Let me see what I can find for you. It may take time.', { preemptible: true })),
  )
  relay.at(1500, () => relay.app.say(text('Here it is.', { preemptible: true })))
  relay.at(1600, () => relay.app.say(text('I have more.')))
  relay.at(1700, () => relay.app.say(text('That is all.')))
  await relay.until(9000)
  assert.deepEqual(relay.heard, [
    '1000 Let me see what I can find for you. 500 cut',
    '1500 Here it is. 100 cut',
    '1600 I have more. 720',
    '2320 That is all. 720',
  ])
  assert.deepEqual(relay.of('interrupt'), [])
  assert.deepEqual(relay.of('info')[0], { name: 'tokensPlayed', value: 'Let me', at: 1500 })
})

for (const [what, end, status, closed] of [
  ['the app is done', { type: 'end', handoffData: '{"to":"sales"}' }, 'ended', [undefined]],
  ['the app is done, without a word', END, 'ended', [undefined]],
] as const)
  test(`${what}: what is heard is cut, and the socket closed`, async () => {
    const relay = await anOpenRelay({ attributes: 'welcomeGreeting="Good morning to you."' })
    relay.at(600, () => relay.app.say(end))
    await relay.until(9000)
    const over = relay.over()
    assert.deepEqual([over?.status, over?.durationMs, over?.error], [status, 600, null])
    assert.equal(over?.handoffData, 'handoffData' in end ? end.handoffData : null)
    assert.deepEqual(relay.heard, ['0 Good morning to you. 600 cut'])
    assert.deepEqual(relay.closed, closed)
    assert.deepEqual(relay.alerts, [])
  })

test('the call goes on without it: the session is completed, and nothing is told any more', async () => {
  const relay = await anOpenRelay({ attributes: 'welcomeGreeting="Good morning to you." dtmfDetection="true"' })
  relay.at(600, () => relay.stop())
  relay.at(700, () => {
    relay.caller.says('Hello?')
    relay.caller.presses('1')
    relay.app.say(text('Too late'))
  })
  await relay.until(9000)
  assert.equal(relay.over()?.status, 'completed')
  assert.equal(relay.told.length, 1)
  assert.deepEqual(relay.heard, ['0 Good morning to you. 600 cut'])
  assert.deepEqual(relay.closed, [undefined])
})

for (const [what, how] of [
  ['closes the socket', { how: 'closed' }],
  ['breaks the connection', { how: 'broken', why: 'lost' }],
  ['sends what is no WebSocket', { how: 'nonsense', why: 'frames' }],
] as const)
  test(`an app that ${what} has failed`, async () => {
    const relay = await anOpenRelay({ attributes: 'welcomeGreeting="Good morning to you."' })
    relay.at(600, () => relay.app.ended(how))
    await relay.until(9000)
    assert.deepEqual(relay.over()?.error, { code: 64105, message: 'Websocket ended' })
    assert.deepEqual(relay.alerts, ['64105'])
    assert.deepEqual(relay.heard, ['0 Good morning to you. 600 cut'])
  })

test('an app that was never there has failed, too', async () => {
  const relay = aRelay({ attributes: 'welcomeGreeting="Good morning to you."' })
  await new Promise((resolve) => setImmediate(resolve))
  relay.app.ended({ how: 'refused', why: 'Unexpected server response: 403' })
  await relay.until(9000)
  assert.deepEqual([relay.over()?.status, relay.over()?.error?.code], ['failed', 64102])
  assert.deepEqual(relay.alerts, ['64102'])
  assert.deepEqual(relay.heard, [])
})

test('a call that ends while the socket is opened', async () => {
  const relay = aRelay()
  await new Promise((resolve) => setImmediate(resolve))
  relay.stop()
  relay.app.open()
  await relay.until(9000)
  assert.equal(relay.over()?.status, 'completed')
  assert.deepEqual([relay.told, relay.closed], [[], [undefined]])
})

test('ten messages in a row that nobody understands end the session; fewer do not', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => {
    for (let count = 0; count < 9; count++) relay.app.say('hello?')
    relay.app.say(text('Sorry.'))
    for (let count = 0; count < 9; count++) relay.app.say({ type: 'text' })
  })
  await relay.until(3000)
  assert.equal(relay.over(), null)
  assert.deepEqual(relay.of('error').slice(8, 10), [
    { description: 'Invalid message received, code: 64107, message: "hello?", expected a JSON object', at: 1000 },
    { description: 'Invalid message received, code: 64107, token: "", expected text', at: 1000 },
  ])
  relay.at(4000, () => relay.app.say('{}'))
  await relay.until(9000)
  assert.equal(relay.of('error').length, 19)
  assert.deepEqual([relay.over()?.status, relay.over()?.error?.code], ['failed', 64105])
  assert.deepEqual(relay.closed, [1007])
  // Ten of them are alerted, and the end.
  assert.deepEqual(relay.alerts, [...Array.from({ length: 10 }, () => '64107'), '64105'])
})

test('an app that does not read what it is told has failed', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => relay.app.stopsReading())
  relay.at(2000, () => relay.caller.says('Hello?'))
  await relay.until(9000)
  assert.deepEqual([relay.over()?.error?.code, relay.closed, relay.alerts], [64105, [1008], ['64105']])
})

test('more than is taken is left out, and the app is told', async () => {
  const relay = await anOpenRelay()
  relay.at(1000, () => {
    for (let count = 0; count < 1005; count++) relay.app.say(text('Yes.'))
    relay.app.say(text('x'.repeat(60_000)))
  })
  await relay.until(1100)
  // One of them is heard already, and its followers wait.
  assert.ok(relay.of('error').length >= 4, `${relay.of('error').length} were refused`)
  assert.equal(relay.over(), null)
  relay.app.say(END)
  await relay.until(1200)
  assert.equal(relay.over()?.status, 'ended')
})

test('sound without words is nothing to an app where nobody can tell them, but an alert', async () => {
  const { aSound } = await import('../media/test-sounds.ts')
  const relay = await anOpenRelay()
  relay.at(1000, () => relay.media.sound(aSound(1500, 0x90), { name: '(noise)' }))
  await relay.until(9000)
  assert.deepEqual(relay.of('prompt'), [])
  assert.deepEqual(relay.alerts, ['81005 once'])
})

test('twice the same gives twice the same', async () => {
  const kit: RelayKit = {
    attributes:
      'welcomeGreeting="Hello there." dtmfDetection="true" partialPrompts="true" debug="speaker-events tokens-played"',
    answer: ({ type, last }, app) => {
      if (type === 'setup' || (type === 'prompt' && last)) app.say(text('Tell me more. Or tell me less.'))
    },
  }
  const run = async () => {
    const relay = await anOpenRelay(kit)
    relay.at(300, () => relay.caller.says('One thing'))
    relay.at(2700, () => relay.caller.presses('4'))
    relay.at(4000, () => relay.caller.says('Another thing'))
    relay.at(9000, () => relay.app.say(END))
    await relay.until(20_000)
    const told = relay.told.slice(1)
    return { told, heard: relay.heard, over: relay.over()?.durationMs }
  }
  assert.deepEqual(await run(), await run())
})

test('a mistake of ours while something is made to be heard is told to whoever waits for the end', async () => {
  const relay = await anOpenRelay({ fails: new Error('the disk is gone') })
  relay.at(1000, () => relay.app.say({ type: 'play', source: 'https://app.test/song.mp3' }))
  await relay.until(2000)
  await assert.rejects(relay.session.over, /the disk is gone/)
  assert.deepEqual(relay.closed, [undefined])
})
