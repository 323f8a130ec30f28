import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Start begins a stream',
    twiml: '<Start action="/a" method="GET"><Stream name="s" url="wss://x"/></Start>',
    value: {
      verb: 'Start',
      position: { line: 1, column: 11 },
      action: '/a',
      method: 'GET',
      nouns: [{ noun: 'Stream', name: 's', url: 'wss://x', track: 'inbound_track' }],
    },
  },
  {
    says: 'Start Recording has the documented defaults',
    twiml: '<Start><Recording/></Start>',
    value: {
      action: null,
      method: 'POST',
      nouns: [
        {
          noun: 'Recording',
          name: null,
          recordingStatusCallback: null,
          recordingStatusCallbackMethod: 'POST',
          recordingStatusCallbackEvent: ['completed'],
          trim: 'trim-silence',
          track: 'both',
          channels: 'dual',
          recordingConfigurationId: null,
        },
      ],
    },
  },
  {
    says: 'Start Recording takes every attribute',
    twiml:
      '<Start><Recording name="r" recordingStatusCallback="/r" recordingStatusCallbackMethod="GET" recordingStatusCallbackEvent="absent" trim="do-not-trim" track="inbound" channels="mono" recordingConfigurationId="c"/></Start>',
    value: {
      nouns: [
        {
          name: 'r',
          recordingStatusCallback: '/r',
          recordingStatusCallbackMethod: 'GET',
          recordingStatusCallbackEvent: ['absent'],
          trim: 'do-not-trim',
          track: 'inbound',
          channels: 'mono',
          recordingConfigurationId: 'c',
        },
      ],
    },
  },
  {
    says: 'a recording names its tracks without _track',
    twiml: '<Start><Recording track="inbound_track"/></Start>',
    value: { nouns: [{ track: 'both' }] },
    warns: [12200],
  },
  {
    says: 'Start Siprec has the documented defaults',
    twiml: '<Start><Siprec connectorName="c"><Parameter name="a" value="1"/></Siprec></Start>',
    value: {
      nouns: [
        {
          noun: 'Siprec',
          name: null,
          connectorName: 'c',
          track: 'both_tracks',
          statusCallback: null,
          statusCallbackMethod: 'POST',
          parameters: [{ name: 'a', value: '1' }],
        },
      ],
    },
  },
  {
    says: 'Start Transcription has the documented defaults',
    twiml: '<Start><Transcription/></Start>',
    value: {
      nouns: [
        {
          noun: 'Transcription',
          name: null,
          statusCallbackUrl: null,
          statusCallbackMethod: 'POST',
          languageCode: 'en-US',
          track: 'both_tracks',
          inboundTrackLabel: null,
          outboundTrackLabel: null,
          transcriptionEngine: 'google',
          speechModel: 'telephony',
          profanityFilter: true,
          partialResults: false,
          hints: null,
          enableAutomaticPunctuation: true,
          enableProviderData: false,
          intelligenceService: null,
          conversationConfiguration: null,
          conversationId: null,
          parameters: [],
          configs: [],
        },
      ],
    },
  },
  {
    says: 'Start Transcription takes its own spelling of the callback, parameters and configuration',
    twiml:
      '<Start><Transcription statusCallbackUrl="https://x/t" transcriptionEngine="deepgram" partialResults="true"><Config name="a" value="1"/><Parameter name="b" value="2"/></Transcription></Start>',
    value: {
      nouns: [
        {
          statusCallbackUrl: 'https://x/t',
          transcriptionEngine: 'deepgram',
          partialResults: true,
          configs: [{ name: 'a' }],
          parameters: [{ name: 'b' }],
        },
      ],
    },
  },
  {
    says: 'statusCallback is no attribute of Transcription',
    twiml: '<Start><Transcription statusCallback="/s"/></Start>',
    value: { nouns: [{ statusCallbackUrl: null }] },
    warns: [12200],
  },
  {
    says: 'Start begins several things',
    twiml: '<Start><Recording/><Stream url="wss://x"/></Start>',
    value: { nouns: [{ noun: 'Recording' }, { noun: 'Stream' }] },
  },
  {
    says: 'a noun of Connect is none of Start',
    twiml: '<Start><ConversationRelay url="wss://x"/></Start>',
    value: { nouns: [] },
    warns: [12200],
  },
  {
    says: 'Stop ends things by name',
    twiml: '<Stop><Stream name="s"/><Transcription name="t"/></Stop>',
    value: {
      verb: 'Stop',
      nouns: [
        { noun: 'Stream', name: 's', url: null },
        { noun: 'Transcription', name: 't' },
      ],
    },
  },
  { says: 'Stop has no action', twiml: '<Stop action="/a"/>', value: { nouns: [] }, warns: [12200] },
])
