import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Record has the documented defaults',
    twiml: '<Record/>',
    value: {
      verb: 'Record',
      position: { line: 1, column: 11 },
      action: null,
      method: 'POST',
      timeoutSec: 5,
      finishOnKey: '1234567890*#',
      maxLengthSec: 3600,
      playBeep: true,
      trim: 'trim-silence',
      recordingStatusCallback: null,
      recordingStatusCallbackMethod: 'POST',
      recordingStatusCallbackEvent: ['completed'],
      transcribe: false,
      transcribeCallback: null,
      recordingConfigurationId: null,
    },
  },
  {
    says: 'Record takes every attribute',
    twiml: `<Record action="/a" method="get" timeout="0" finishOnKey="1#" maxLength="30" playBeep="false" trim="do-not-trim" recordingStatusCallback="/r"
      recordingStatusCallbackMethod="GET" recordingStatusCallbackEvent="in-progress absent" transcribe="true" transcribeCallback="/t" recordingConfigurationId="x"/>`,
    value: {
      action: '/a',
      method: 'GET',
      timeoutSec: 0,
      finishOnKey: '1#',
      maxLengthSec: 30,
      playBeep: false,
      trim: 'do-not-trim',
      recordingStatusCallback: '/r',
      recordingStatusCallbackMethod: 'GET',
      recordingStatusCallbackEvent: ['in-progress', 'absent'],
      transcribe: true,
      transcribeCallback: '/t',
      recordingConfigurationId: 'x',
    },
  },
  {
    says: 'a recording to transcribe is two minutes at most',
    twiml: '<Record transcribe="true"/>',
    value: { maxLengthSec: 120, transcribe: true },
  },
  {
    says: 'a longer one is 13615 and not transcribed',
    twiml: '<Record transcribe="true" maxLength="121"/>',
    value: { maxLengthSec: 121, transcribe: false },
    warns: [13615],
  },
  {
    says: 'an empty finishOnKey means that no key ends it',
    twiml: '<Record finishOnKey=""/>',
    value: { finishOnKey: '' },
  },
  { says: 'trim may be a boolean', twiml: '<Record trim="false"/>', value: { trim: 'do-not-trim' } },
  {
    says: 'recordingTrack is no attribute of Record: 13622',
    twiml: '<Record recordingTrack="both"/>',
    value: { verb: 'Record' },
    warns: [13622],
  },
  { says: 'channels is none either', twiml: '<Record channels="2"/>', value: { verb: 'Record' }, warns: [12200] },
  {
    says: 'children of Record are skipped',
    twiml: '<Record><Say>x</Say></Record>',
    value: { verb: 'Record' },
    warns: [12200],
  },
  ...(
    [
      ['method', 'x', 13610, { method: 'POST' }],
      ['timeout', '-1', 13611, { timeoutSec: 5 }],
      ['maxLength', '1', 13612, { maxLengthSec: 3600 }],
      ['maxLength', '14401', 13612, { maxLengthSec: 3600 }],
      ['finishOnKey', 'A', 13613, { finishOnKey: '1234567890*#' }],
      ['transcribe', 'x', 13614, { transcribe: false }],
      ['playBeep', 'x', 13616, { playBeep: true }],
      ['recordingStatusCallbackEvent', 'completed started', 13621, { recordingStatusCallbackEvent: ['completed'] }],
      ['recordingStatusCallbackMethod', 'x', 12200, { recordingStatusCallbackMethod: 'POST' }],
      ['trim', 'x', 13699, { trim: 'trim-silence' }],
    ] as const
  ).map(([name, given, code, value]) => ({
    says: `Record ${name}="${given}" is ${code}, and the default is used`,
    twiml: `<Record ${name}="${given}"/>`,
    value,
    warns: [code],
  })),
])
