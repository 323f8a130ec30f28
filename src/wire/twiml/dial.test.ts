import { testVerbs } from '../../../test/kit/verb-table.ts'

const numbers = (count: number) =>
  Array.from({ length: count }, (_, index) => `<Number>+1415555${1000 + index}</Number>`).join('')

testVerbs([
  {
    says: 'Dial has the documented defaults',
    twiml: '<Dial>+14155551212</Dial>',
    value: {
      verb: 'Dial',
      position: { line: 1, column: 11 },
      action: null,
      method: 'POST',
      timeoutSec: 30,
      timeLimitSec: 14_400,
      hangupOnStar: false,
      callerId: null,
      callReason: null,
      record: 'do-not-record',
      trim: 'do-not-trim',
      recordingTrack: 'both',
      recordingStatusCallback: null,
      recordingStatusCallbackMethod: 'POST',
      recordingStatusCallbackEvent: ['completed'],
      recordingConfigurationId: null,
      answerOnBridge: false,
      ringTone: null,
      sequential: false,
      referUrl: null,
      referMethod: 'POST',
      events: [],
      passports: null,
      targets: [
        {
          noun: 'Number',
          number: '+14155551212',
          position: { line: 1, column: 11 },
          statusCallbackEvent: ['completed'],
        },
      ],
    },
  },
  {
    says: 'Dial takes every attribute',
    twiml: `<Dial action="/a" method="GET" timeout="5" timeLimit="60" hangupOnStar="true" callerId="415-555-1212" callReason="lunch"
      record="record-from-ringing-dual" trim="trim-silence" recordingTrack="inbound" recordingStatusCallback="/r" recordingStatusCallbackMethod="GET"
      recordingStatusCallbackEvent="absent" recordingConfigurationId="c" answerOnBridge="true" ringTone="us-old" sequential="true" referUrl="/f"
      referMethod="GET" events="call-progress-event" passports="ab==,cd">911</Dial>`,
    value: {
      action: '/a',
      method: 'GET',
      timeoutSec: 5,
      timeLimitSec: 60,
      hangupOnStar: true,
      callerId: '+14155551212',
      callReason: 'lunch',
      record: 'record-from-ringing-dual',
      trim: 'trim-silence',
      recordingTrack: 'inbound',
      recordingStatusCallback: '/r',
      recordingStatusCallbackMethod: 'GET',
      recordingStatusCallbackEvent: ['absent'],
      recordingConfigurationId: 'c',
      answerOnBridge: true,
      ringTone: 'us-old',
      sequential: true,
      referUrl: '/f',
      referMethod: 'GET',
      events: ['call-progress-event'],
      passports: 'ab==,cd',
      targets: [{ number: '911' }],
    },
  },
  {
    says: 'record true means from the answer',
    twiml: '<Dial record="true">911</Dial>',
    value: { record: 'record-from-answer' },
  },
  { says: 'record false means not', twiml: '<Dial record="false">911</Dial>', value: { record: 'do-not-record' } },
  {
    says: 'a client is a caller id',
    twiml: '<Dial callerId="client:bob">911</Dial>',
    value: { callerId: 'client:bob' },
  },
  { says: 'a plain name is a caller id', twiml: '<Dial callerId="Bob_1.x">911</Dial>', value: { callerId: 'Bob_1.x' } },
  {
    says: 'a caller id beyond 255 characters is 13248',
    twiml: `<Dial callerId="${'a'.repeat(256)}">911</Dial>`,
    value: { callerId: null },
    warns: [13248],
  },
  ...(
    [
      ['method', 'x', 13210, { method: 'POST' }],
      ['timeout', '4', 13212, { timeoutSec: 30 }],
      ['timeout', '601', 13212, { timeoutSec: 30 }],
      ['hangupOnStar', 'x', 13213, { hangupOnStar: false }],
      ['callerId', 'Bob Smith!', 13214, { callerId: null }],
      ['timeLimit', '0', 13216, { timeLimitSec: 14_400 }],
      ['timeLimit', '14401', 13216, { timeLimitSec: 14_400 }],
      ['record', 'yes', 13217, { record: 'do-not-record' }],
      ['sequential', 'x', 13218, { sequential: false }],
      ['answerOnBridge', 'x', 13219, { answerOnBridge: false }],
      ['ringTone', 'id', 13220, { ringTone: null }],
      ['recordingStatusCallbackEvent', 'x', 13621, { recordingStatusCallbackEvent: ['completed'] }],
      ['trim', 'x', 12200, { trim: 'do-not-trim' }],
      ['callReason', 'x'.repeat(51), 12200, { callReason: null }],
    ] as const
  ).map(([name, given, code, value]) => ({
    says: `Dial ${name}="${given.slice(0, 20)}" is ${code}, and the default is used`,
    twiml: `<Dial ${name}="${given}">911</Dial>`,
    value,
    warns: [code],
  })),

  {
    says: 'text that is no number is 13223, and nobody is dialled',
    twiml: '<Dial>my mother</Dial>',
    value: { targets: [] },
    warns: [13223],
  },
  {
    says: 'a Dial that names nobody is kept for its action',
    twiml: '<Dial action="/a"> </Dial>',
    value: { action: '/a', targets: [] },
    warns: [12200],
  },
  {
    says: 'ten parties ring, of any kinds',
    twiml: `<Dial>${numbers(8)}<Client>a</Client><Sip>b@c</Sip></Dial>`,
    value: { targets: [...Array(8).fill({ noun: 'Number' }), { noun: 'Client' }, { noun: 'Sip' }] },
  },
  {
    says: 'the eleventh party is skipped',
    twiml: `<Dial>${numbers(11)}</Dial>`,
    value: { targets: Array(10).fill({ noun: 'Number' }) },
    warns: [13215],
  },
  {
    says: 'text beside nouns is ignored',
    twiml: '<Dial>+14155551212<Client>a</Client></Dial>',
    value: { targets: [{ noun: 'Client' }] },
    warns: [12200],
  },
  {
    says: 'a verb in Dial is 13215 and skipped',
    twiml: '<Dial><Say>x</Say><Client>a</Client></Dial>',
    value: { targets: [{ noun: 'Client' }] },
    warns: [13215],
  },
  {
    says: 'a noun in the wrong case is 13215',
    twiml: '<Dial><number>911</number></Dial>',
    value: { targets: [] },
    warns: [13215],
  },
  {
    says: 'a number after a conference is 13000 and skipped',
    twiml: '<Dial><Conference>r</Conference><Number>911</Number></Dial>',
    value: { targets: [{ noun: 'Conference', name: 'r' }] },
    warns: [13000],
  },
  {
    says: 'a conference after a number is 13000 and skipped',
    twiml: '<Dial><Number>911</Number><Conference>r</Conference></Dial>',
    value: { targets: [{ noun: 'Number' }] },
    warns: [13000],
  },
  {
    says: 'a second conference is 13000',
    twiml: '<Dial><Conference>r</Conference><Conference>s</Conference></Dial>',
    value: { targets: [{ name: 'r' }] },
    warns: [13000],
  },
  {
    says: 'a queue stands alone',
    twiml: '<Dial><Queue>q</Queue><Client>a</Client></Dial>',
    value: { targets: [{ noun: 'Queue' }] },
    warns: [13215],
  },
  {
    says: 'an application stands alone',
    twiml: `<Dial><Client>a</Client><Application>AP${'0'.repeat(32)}</Application></Dial>`,
    value: { targets: [{ noun: 'Client' }] },
    warns: [13215],
  },

  {
    says: 'Number has the documented defaults',
    twiml: '<Dial><Number>+14155551212</Number></Dial>',
    value: {
      targets: [
        {
          noun: 'Number',
          position: { line: 1, column: 17 },
          number: '+14155551212',
          sendDigits: null,
          url: null,
          method: 'POST',
          byoc: null,
          statusCallback: null,
          statusCallbackMethod: 'POST',
          statusCallbackEvent: ['completed'],
          machineDetection: null,
          machineDetectionTimeoutSec: 30,
          machineDetectionSpeechThresholdMs: 2400,
          machineDetectionSpeechEndThresholdMs: 1200,
          machineDetectionSilenceTimeoutMs: 5000,
          amdStatusCallback: null,
          amdStatusCallbackMethod: 'POST',
        },
      ],
    },
  },
  {
    says: 'Number takes every attribute',
    twiml: `<Dial><Number sendDigits="wW1#" url="/w" method="GET" byoc="BY1" statusCallback="/s" statusCallbackMethod="GET" statusCallbackEvent="initiated ringing answered completed"
      machineDetection="DetectMessageEnd" machineDetectionTimeout="10" machineDetectionSpeechThreshold="2000" machineDetectionSpeechEndThreshold="1000"
      machineDetectionSilenceTimeout="3000" amdStatusCallback="/m" amdStatusCallbackMethod="GET"> (415) 555-1212 </Number></Dial>`,
    value: {
      targets: [
        {
          number: '+14155551212',
          sendDigits: 'wW1#',
          url: '/w',
          method: 'GET',
          byoc: 'BY1',
          statusCallback: '/s',
          statusCallbackMethod: 'GET',
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
          machineDetection: 'DetectMessageEnd',
          machineDetectionTimeoutSec: 10,
          machineDetectionSpeechThresholdMs: 2000,
          machineDetectionSpeechEndThresholdMs: 1000,
          machineDetectionSilenceTimeoutMs: 3000,
          amdStatusCallback: '/m',
          amdStatusCallbackMethod: 'GET',
        },
      ],
    },
  },
  {
    says: 'a wrong method of Number is 13221, wrong digits are 13222',
    twiml: '<Dial><Number method="x" sendDigits="x">911</Number></Dial>',
    value: { targets: [{ method: 'POST', sendDigits: null }] },
    warns: [13222, 13221],
  },
  {
    says: 'a Number that is none is 13223; the others ring',
    twiml: '<Dial><Number>x</Number><Number>911</Number></Dial>',
    value: { targets: [{ number: '911' }] },
    warns: [13223],
  },

  {
    says: 'Client takes its identity as text',
    twiml: '<Dial><Client url="/u">joe+1</Client></Dial>',
    value: {
      targets: [
        { noun: 'Client', identity: 'joe+1', url: '/u', method: 'POST', clientNotificationUrl: null, parameters: [] },
      ],
    },
  },
  {
    says: 'Client takes its identity as an element, with parameters',
    twiml:
      '<Dial><Client><Identity>joe</Identity><Parameter name="a" value="1"/><Parameter name="b" value=""/></Client></Dial>',
    value: {
      targets: [
        {
          identity: 'joe',
          parameters: [
            { name: 'a', value: '1' },
            { name: 'b', value: '' },
          ],
        },
      ],
    },
  },
  {
    says: 'a parameter without a name is skipped',
    twiml: '<Dial><Client>joe<Parameter value="1"/></Client></Dial>',
    value: { targets: [{ parameters: [] }] },
    warns: [12200],
  },
  {
    says: 'a client with a blank in its name is skipped',
    twiml: '<Dial><Client>joe doe</Client></Dial>',
    value: { targets: [] },
    warns: [12200],
  },
  {
    says: 'a client with a name beyond 256 characters is skipped',
    twiml: `<Dial><Client>${'j'.repeat(257)}</Client></Dial>`,
    value: { targets: [] },
    warns: [12200],
  },
  {
    says: 'a client without a name is skipped',
    twiml: '<Dial><Client/></Dial>',
    value: { targets: [] },
    warns: [12200],
  },

  {
    says: 'Application takes its SID as an element, with parameters',
    twiml: `<Dial><Application customerId="c" copyParentTo="true"><ApplicationSid>AP${'1'.repeat(32)}</ApplicationSid><Parameter name="a" value="1"/></Application></Dial>`,
    value: {
      targets: [
        {
          noun: 'Application',
          applicationSid: `AP${'1'.repeat(32)}`,
          customerId: 'c',
          copyParentTo: true,
          parameters: [{ name: 'a', value: '1' }],
        },
      ],
    },
  },
  {
    says: 'an Application without a SID is skipped',
    twiml: '<Dial><Application>app</Application></Dial>',
    value: { targets: [] },
    warns: [12200],
  },
  {
    says: 'WhatsApp takes its number',
    twiml: '<Dial><WhatsApp>whatsapp:+14155551212</WhatsApp></Dial>',
    value: { targets: [{ noun: 'WhatsApp', number: '+14155551212' }] },
  },
  {
    says: 'Sim takes its SID',
    twiml: '<Dial><Sim>DE123</Sim></Dial>',
    value: { targets: [{ noun: 'Sim', simSid: 'DE123' }] },
  },
])
