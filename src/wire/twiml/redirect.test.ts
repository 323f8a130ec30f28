import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Redirect takes its URL raw',
    twiml: '<Redirect>\n ../next?a=1&amp;b=2 </Redirect>',
    value: { verb: 'Redirect', url: '../next?a=1&b=2', method: 'POST', position: { line: 1, column: 11 } },
  },
  { says: 'an empty Redirect is this document again', twiml: '<Redirect/>', value: { url: '' } },
  { says: 'Redirect may be by GET', twiml: '<Redirect method="get">/x</Redirect>', value: { method: 'GET' } },
  {
    says: 'a wrong method of Redirect is 13710',
    twiml: '<Redirect method="PUT">/x</Redirect>',
    value: { method: 'POST' },
    warns: [13710],
  },
  { says: 'Hangup has nothing', twiml: '<Hangup/>', value: { verb: 'Hangup', parameters: [] } },
  {
    says: 'Hangup may carry parameters',
    twiml: '<Hangup><Parameter name="a" value="b"/></Hangup>',
    value: { parameters: [{ name: 'a', value: 'b' }] },
  },
  {
    says: 'an attribute of Hangup is ignored',
    twiml: '<Hangup reason="x"/>',
    value: { verb: 'Hangup' },
    warns: [12200],
  },
  { says: 'Reject declines', twiml: '<Reject/>', value: { verb: 'Reject', reason: 'rejected', parameters: [] } },
  {
    says: 'Reject may be busy',
    twiml: '<Reject reason="busy"><Parameter name="a" value="b"/></Reject>',
    value: { reason: 'busy', parameters: [{ name: 'a' }] },
  },
  {
    says: 'a wrong reason of Reject is 13810',
    twiml: '<Reject reason="bored"/>',
    value: { reason: 'rejected' },
    warns: [13810],
  },
  { says: 'Echo has nothing', twiml: '<Echo/>', value: { verb: 'Echo' } },
  {
    says: 'Refer takes one address',
    twiml: '<Refer action="/a" method="GET"><Sip>sip:bob@example.com?x-a=1</Sip></Refer>',
    value: {
      verb: 'Refer',
      action: '/a',
      method: 'GET',
      target: { uri: 'sip:bob@example.com', headers: [{ name: 'x-a', value: '1' }] },
    },
  },
  {
    says: 'the first of two addresses of Refer is used',
    twiml: '<Refer><Sip>a@x</Sip><Sip>b@x</Sip></Refer>',
    value: { action: null, method: 'POST', target: { uri: 'sip:a@x' } },
    warns: [12200],
  },
  {
    says: 'Refer with a wrong address is skipped',
    twiml: '<Refer><Sip>a b</Sip></Refer>',
    value: null,
    warns: [12200, 13243],
  },
  {
    says: 'Refer to a number is skipped',
    twiml: '<Refer><Number>911</Number></Refer>',
    value: null,
    warns: [12200, 12200],
  },
  {
    says: 'Sms takes its text',
    twiml: '<Sms to="+1" from="+2" action="/a" method="GET" statusCallback="/s"> hi </Sms>',
    value: { verb: 'Sms', to: '+1', from: '+2', action: '/a', method: 'GET', statusCallback: '/s', text: 'hi' },
  },
  {
    says: 'Sms goes from the called number to the caller',
    twiml: '<Sms>hi</Sms>',
    value: { to: null, from: null, action: null, method: 'POST', statusCallback: null },
  },
  {
    says: 'a wrong method of Sms is 14104',
    twiml: '<Sms method="x">hi</Sms>',
    value: { method: 'POST' },
    warns: [14104],
  },
  { says: 'Sms without text is 14103', twiml: '<Sms/>', value: null, warns: [14103] },
])
