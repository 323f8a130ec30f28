import { testVerbs, type VerbRow } from '../../../test/kit/verb-table.ts'
import { SIP_URIS_MAX } from './dial-sip.ts'
import { SIP_HEADERS_MAX } from './sip-target.ts'

/** Rows about the one destination of `<Dial><Sip>`. */
const destination = (says: string, body: string, wanted: object | null, warns: readonly number[] = []): VerbRow => ({
  says,
  twiml: `<Dial><Sip>${body}</Sip></Dial>`,
  value: { targets: wanted === null ? [] : [{ noun: 'Sip', destinations: [wanted] }] },
  warns,
})

const headers = Array.from({ length: SIP_HEADERS_MAX + 1 }, (_, index) => `x-${index}=1`).join('&amp;')

testVerbs([
  {
    says: 'Sip has the documented defaults',
    twiml: '<Dial><Sip>sip:bob@example.com</Sip></Dial>',
    value: {
      targets: [
        {
          noun: 'Sip',
          position: { line: 1, column: 17 },
          sendDigits: null,
          url: null,
          method: 'POST',
          statusCallback: null,
          statusCallbackMethod: 'POST',
          statusCallbackEvent: ['completed'],
          machineDetection: null,
          machineDetectionTimeoutSec: 30,
          amdStatusCallback: null,
          destinations: [{ uri: 'sip:bob@example.com', headers: [], credentials: null, priority: null, weight: null }],
        },
      ],
    },
  },
  destination('a missing scheme is added', 'bob@example.com', { uri: 'sip:bob@example.com' }),
  destination('parameters stay in the address', 'sips:bob@example.com:5061;transport=tls;region=ie1', {
    uri: 'sips:bob@example.com:5061;transport=tls;region=ie1',
  }),
  destination('a host alone is an address', 'sip:pbx.example.com', { uri: 'sip:pbx.example.com' }),
  destination('headers are decoded', 'bob@a.example?x-a=1%202&amp;User-to-User=%3Db&amp;X-Empty', {
    uri: 'sip:bob@a.example',
    headers: [
      { name: 'x-a', value: '1 2' },
      { name: 'User-to-User', value: '=b' },
      { name: 'X-Empty', value: '' },
    ],
  }),
  destination('a header value that cannot be decoded is kept as written', 'bob@a?x-a=100%', {
    headers: [{ name: 'x-a', value: '100%' }],
  }),
  destination(
    'a header that may not be sent is 13252',
    'bob@a?From=x&amp;x-b=1',
    { headers: [{ name: 'x-b' }] },
    [13252],
  ),
  destination('a header that would break its line is 13252', 'bob@a?x-a=1%0d%0aFrom:x', { headers: [] }, [13252]),
  destination('headers of 1024 characters are 13253', `bob@a?x-a=${'1'.repeat(1020)}`, { headers: [] }, [13253]),
  destination('headers of 1023 characters are sent', `bob@a?x-a=${'1'.repeat(1019)}`, { headers: [{ name: 'x-a' }] }),
  destination(
    'too many headers are 13251',
    `bob@a?${headers}`,
    { headers: Array(SIP_HEADERS_MAX).fill({ value: '1' }) },
    [13251],
  ),
  destination('an address with a blank is 13243', 'sip:bob smith@example.com', null, [13243]),
  destination('an address in brackets is 13243', '&lt;sip:bob@example.com&gt;', null, [13243]),
  destination('no address is 13243', '', null, [13243]),
  destination('an address of 255 characters is 13243', `sip:bob@${'a'.repeat(247)}`, null, [13243]),
  destination('an address of 254 characters is dialled', `sip:bob@${'a'.repeat(246)}`, { credentials: null }),
  {
    says: 'Sip takes credentials and its whisper',
    twiml: '<Dial><Sip username="u" password="p" url="/w" method="GET" sendDigits="1">bob@a</Sip></Dial>',
    value: {
      targets: [
        {
          url: '/w',
          method: 'GET',
          sendDigits: '1',
          destinations: [{ credentials: { username: 'u', password: 'p' } }],
        },
      ],
    },
  },
  {
    says: 'a user name without a password is 13249',
    twiml: '<Dial><Sip username="u">bob@a</Sip></Dial>',
    value: { targets: [{ destinations: [{ credentials: null }] }] },
    warns: [13249],
  },
  {
    says: 'a wrong method is 13241, wrong digits are 13242',
    twiml: '<Dial><Sip method="x" sendDigits="x">bob@a</Sip></Dial>',
    value: { targets: [{ method: 'POST', sendDigits: null }] },
    warns: [13242, 13241],
  },
  {
    says: 'several addresses share headers and, unless they have their own, credentials',
    twiml: `<Dial><Sip username="u" password="p"><Uri priority="1" weight="5">a@x?x-a=1</Uri><Uri username="v" password="q">b@x</Uri>
      <Headers><Header name="x-h" value="2"/><Header name="Via" value="3"/></Headers></Sip></Dial>`,
    value: {
      targets: [
        {
          destinations: [
            {
              uri: 'sip:a@x',
              headers: [
                { name: 'x-a', value: '1' },
                { name: 'x-h', value: '2' },
              ],
              credentials: { username: 'u', password: 'p' },
              priority: 1,
              weight: 5,
            },
            {
              uri: 'sip:b@x',
              headers: [{ name: 'x-h', value: '2' }],
              credentials: { username: 'v', password: 'q' },
              priority: null,
              weight: null,
            },
          ],
        },
      ],
    },
    warns: [13252],
  },
  {
    says: 'an address that is none is left out of several',
    twiml: '<Dial><Sip><Uri/><Uri>a@x</Uri></Sip></Dial>',
    value: { targets: [{ destinations: [{ uri: 'sip:a@x' }] }] },
    warns: [13243],
  },
  {
    says: 'several addresses of which none is one: nobody is dialled',
    twiml: '<Dial><Sip><Uri/></Sip></Dial>',
    value: { targets: [] },
    warns: [13243],
  },
  {
    says: 'too many addresses are 13250',
    twiml: `<Dial><Sip>${'<Uri>a@x</Uri>'.repeat(SIP_URIS_MAX + 1)}</Sip></Dial>`,
    value: { targets: [{ destinations: Array(SIP_URIS_MAX).fill({ uri: 'sip:a@x' }) }] },
    warns: [13250],
  },
  {
    says: 'text beside addresses is ignored',
    twiml: '<Dial><Sip>b@x<Uri>a@x</Uri></Sip></Dial>',
    value: { targets: [{ destinations: [{ uri: 'sip:a@x' }] }] },
    warns: [12200],
  },
])
