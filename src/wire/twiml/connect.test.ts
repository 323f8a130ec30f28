import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Connect Stream has the documented defaults',
    twiml: '<Connect><Stream url="wss://example.com/s"/></Connect>',
    value: {
      verb: 'Connect',
      position: { line: 1, column: 11 },
      action: null,
      method: 'POST',
      noun: {
        noun: 'Stream',
        position: { line: 1, column: 20 },
        url: 'wss://example.com/s',
        name: null,
        track: 'inbound_track',
        statusCallback: null,
        statusCallbackMethod: 'POST',
        connectorName: null,
        audioFormat: null,
        sampleRate: null,
        parameters: [],
      },
    },
  },
  {
    says: 'Connect Stream takes every attribute',
    twiml: `<Connect action="/a" method="GET"><Stream url="wss://x" name="n" track="both_tracks" statusCallback="/s" statusCallbackMethod="GET" connectorName="c"
      audioFormat="mulaw" sampleRate="8000"><Parameter name="a" value="1"/></Stream></Connect>`,
    value: {
      action: '/a',
      method: 'GET',
      noun: {
        name: 'n',
        track: 'both_tracks',
        statusCallback: '/s',
        statusCallbackMethod: 'GET',
        connectorName: 'c',
        audioFormat: 'mulaw',
        sampleRate: '8000',
        parameters: [{ name: 'a', value: '1' }],
      },
    },
  },
  {
    says: 'a wrong track is the default',
    twiml: '<Connect><Stream url="wss://x" track="both"/></Connect>',
    value: { noun: { track: 'inbound_track' } },
    warns: [12200],
  },
  {
    says: 'a parameter of a stream stays below 500 characters',
    twiml: `<Connect><Stream url="wss://x"><Parameter name="a" value="${'x'.repeat(499)}"/><Parameter name="b" value="${'x'.repeat(498)}"/></Stream></Connect>`,
    value: { noun: { parameters: [{ name: 'b' }] } },
    warns: [12200],
  },
  {
    says: 'Connect takes one noun',
    twiml: '<Connect><Room>r</Room><Room>s</Room></Connect>',
    value: { noun: { noun: 'Room', name: 'r' } },
    warns: [12200],
  },
  { says: 'Connect without a noun is skipped', twiml: '<Connect/>', value: null, warns: [12200] },
  {
    says: 'a noun of Start is none of Connect',
    twiml: '<Connect><Siprec/></Connect>',
    value: null,
    warns: [12200, 12200],
  },
  {
    says: 'ConversationRelay has the known defaults',
    twiml: '<Connect><ConversationRelay url="wss://x"/></Connect>',
    value: {
      noun: {
        noun: 'ConversationRelay',
        url: 'wss://x',
        welcomeGreeting: null,
        welcomeGreetingInterruptible: 'any',
        interruptible: 'any',
        interruptSensitivity: 'high',
        language: 'en-US',
        ttsLanguage: null,
        voice: null,
        dtmfDetection: null,
        reportInputDuringAgentSpeech: 'none',
        preemptible: false,
        partialPrompts: false,
        speechTimeoutMs: null,
        languages: [],
        parameters: [],
      },
    },
  },
  {
    says: 'ConversationRelay takes booleans for who interrupts, languages and parameters',
    twiml: `<Connect><ConversationRelay url="wss://x" interruptible="false" welcomeGreetingInterruptible="speech" reportInputDuringAgentSpeech="true" dtmfDetection="true"
      speechTimeout="600"><Language code="fr-FR" voice="v"/><Parameter name="a" value="1"/></ConversationRelay></Connect>`,
    value: {
      noun: {
        interruptible: 'none',
        welcomeGreetingInterruptible: 'speech',
        reportInputDuringAgentSpeech: 'any',
        dtmfDetection: true,
        speechTimeoutMs: 600,
        languages: [{ code: 'fr-FR', voice: 'v', ttsProvider: null }],
        parameters: [{ name: 'a' }],
      },
    },
  },
  {
    says: 'ConversationRelay accepts the lower-case spellings of the official builder',
    twiml:
      '<Connect><ConversationRelay url="wss://x" speechtimeout="auto" ignorebackchannel="true" deepgramsmartformat="false" backgroundnoisereduction="krisp"/></Connect>',
    value: {
      noun: {
        speechTimeoutMs: 'auto',
        ignoreBackchannel: true,
        deepgramSmartFormat: false,
        backgroundNoiseReduction: 'krisp',
      },
    },
  },
  {
    says: 'a speechTimeout out of range is ignored',
    twiml: '<Connect><ConversationRelay url="wss://x" speechTimeout="599"/></Connect>',
    value: { noun: { speechTimeoutMs: null } },
    warns: [12200],
  },
  {
    says: 'a language without a code is skipped',
    twiml: '<Connect><ConversationRelay url="wss://x"><Language/></ConversationRelay></Connect>',
    value: { noun: { languages: [] } },
    warns: [12200],
  },
  {
    says: 'ConversationRelay without a URL is skipped',
    twiml: '<Connect><ConversationRelay/></Connect>',
    value: null,
    warns: [12200, 12200],
  },
  {
    says: 'VirtualAgent is read with its configuration',
    twiml:
      '<Connect><VirtualAgent connectorName="c" language="en-US" sentimentAnalysis="true" statusCallback="/s"><Config name="a" value="1"/><Parameter name="b" value="2"/></VirtualAgent></Connect>',
    value: {
      noun: {
        noun: 'VirtualAgent',
        connectorName: 'c',
        language: 'en-US',
        sentimentAnalysis: true,
        statusCallback: '/s',
        statusCallbackMethod: 'POST',
        configs: [{ name: 'a', value: '1' }],
        parameters: [{ name: 'b', value: '2' }],
      },
    },
  },
  {
    says: 'Conversation is read',
    twiml:
      '<Connect><Conversation serviceInstanceSid="IS1" inboundAutocreation="true" inboundTimeout="20" routingAssignmentTimeout="30" record="true" statusCallbackEvent="call-answered" url="/u"/></Connect>',
    value: {
      noun: {
        noun: 'Conversation',
        serviceInstanceSid: 'IS1',
        inboundAutocreation: true,
        inboundTimeoutSec: 20,
        routingAssignmentTimeoutSec: 30,
        record: 'record-from-answer',
        trim: 'trim-silence',
        statusCallbackEvent: ['call-answered'],
        url: '/u',
        method: 'POST',
      },
    },
  },
  {
    says: 'Room is read',
    twiml: '<Connect><Room participantIdentity="me">daily</Room></Connect>',
    value: { noun: { noun: 'Room', name: 'daily', participantIdentity: 'me' } },
  },
  {
    says: 'Autopilot is read',
    twiml: '<Connect><Autopilot>UA1</Autopilot></Connect>',
    value: { noun: { noun: 'Autopilot', assistant: 'UA1' } },
  },
  {
    says: 'AiSession is read',
    twiml: '<Connect><AiSession aiConnector="a" aiSessionConfiguration="b"/></Connect>',
    value: { noun: { noun: 'AiSession', aiConnector: 'a', aiSessionConfiguration: 'b' } },
  },
  {
    says: 'ConversationRelaySession is read',
    twiml: '<Connect><ConversationRelaySession connector="a" sessionConfiguration="b"/></Connect>',
    value: { noun: { noun: 'ConversationRelaySession', connector: 'a', sessionConfiguration: 'b' } },
  },
])
