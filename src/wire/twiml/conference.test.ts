import { testVerbs, type VerbRow } from '../../../test/kit/verb-table.ts'

const conference = (says: string, attributes: string, wanted: object, warns: readonly number[] = []): VerbRow => ({
  says,
  twiml: `<Dial><Conference ${attributes}>Room 1</Conference></Dial>`,
  value: { targets: [{ noun: 'Conference', ...wanted }] },
  warns,
})

const CALL = `CA${'0'.repeat(32)}`

testVerbs([
  conference('Conference has the documented defaults', '', {
    position: { line: 1, column: 17 },
    name: 'Room 1',
    muted: false,
    beep: 'true',
    startConferenceOnEnter: true,
    endConferenceOnExit: false,
    participantLabel: null,
    jitterBufferSize: 'large',
    waitUrl: null,
    waitMethod: 'GET',
    maxParticipants: 250,
    record: 'do-not-record',
    trim: 'trim-silence',
    region: null,
    coach: null,
    statusCallback: null,
    statusCallbackMethod: 'POST',
    statusCallbackEvent: [],
    recordingStatusCallback: null,
    recordingStatusCallbackMethod: 'POST',
    recordingStatusCallbackEvent: ['completed'],
    eventCallbackUrl: null,
    recordingConfigurationId: null,
  }),
  conference(
    'Conference takes every attribute',
    `muted="true" beep="onEnter" startConferenceOnEnter="false" endConferenceOnExit="true" participantLabel="me" jitterBufferSize="off" waitUrl="/w" waitMethod="GET"
     maxParticipants="2" record="record-from-start" trim="do-not-trim" region="ie1" coach="${CALL}" statusCallback="/s" statusCallbackMethod="GET"
     statusCallbackEvent="start end join leave mute hold modify speaker announcement" recordingStatusCallback="/r" recordingStatusCallbackMethod="GET"
     recordingStatusCallbackEvent="in-progress" eventCallbackUrl="/e" recordingConfigurationId="c"`,
    {
      muted: true,
      beep: 'onEnter',
      startConferenceOnEnter: false,
      endConferenceOnExit: true,
      participantLabel: 'me',
      jitterBufferSize: 'off',
      waitUrl: '/w',
      waitMethod: 'GET',
      maxParticipants: 2,
      record: 'record-from-start',
      trim: 'do-not-trim',
      region: 'ie1',
      coach: CALL,
      statusCallback: '/s',
      statusCallbackMethod: 'GET',
      statusCallbackEvent: ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'],
      recordingStatusCallback: '/r',
      recordingStatusCallbackMethod: 'GET',
      recordingStatusCallbackEvent: ['in-progress'],
      eventCallbackUrl: '/e',
      recordingConfigurationId: 'c',
    },
  ),
  conference('a waitUrl of its own is asked by POST', 'waitUrl="/w"', { waitUrl: '/w', waitMethod: 'POST' }),
  conference('an empty waitUrl, silence, is kept apart from none', 'waitUrl=""', { waitUrl: '' }),
  conference('record may be a boolean', 'record="true"', { record: 'record-from-start' }),
  ...(
    [
      ['muted', 13230, { muted: false }],
      ['endConferenceOnExit', 13231, { endConferenceOnExit: false }],
      ['startConferenceOnEnter', 13232, { startConferenceOnEnter: true }],
      ['waitMethod', 13234, { waitMethod: 'GET' }],
      ['beep', 13235, { beep: 'true' }],
      ['trim', 13239, { trim: 'trim-silence' }],
      ['coach', 13240, { coach: null }],
      ['maxParticipants', 12200, { maxParticipants: 250 }],
      ['statusCallbackEvent', 12200, { statusCallbackEvent: [] }],
      ['recordingStatusCallbackEvent', 13621, { recordingStatusCallbackEvent: ['completed'] }],
      ['region', 12200, { region: null }],
    ] as const
  ).map(([name, code, wanted]) =>
    conference(`a wrong ${name} is ${code}, and the default is used`, `${name}="wrong"`, wanted, [code]),
  ),
  conference('251 participants are too many', 'maxParticipants="251"', { maxParticipants: 250 }, [12200]),
  conference(
    'a label beyond 128 characters is ignored',
    `participantLabel="${'x'.repeat(129)}"`,
    { participantLabel: null },
    [12200],
  ),
  {
    says: 'a conference without a name is 13237 and skipped',
    twiml: '<Dial><Conference> </Conference></Dial>',
    value: { targets: [] },
    warns: [13237],
  },
])
