import { testVerbs } from '../../../test/kit/verb-table.ts'

const RESERVATION = `WR${'0'.repeat(32)}`
const ACTIVITY = `WA${'0'.repeat(32)}`
const WORKFLOW = `WW${'0'.repeat(32)}`

testVerbs([
  {
    says: 'Dial Queue takes its name and the document for the queued caller',
    twiml: '<Dial><Queue url="/q" method="GET">support</Queue></Dial>',
    value: {
      targets: [
        {
          noun: 'Queue',
          position: { line: 1, column: 17 },
          name: 'support',
          url: '/q',
          method: 'GET',
          reservationSid: null,
          postWorkActivitySid: null,
        },
      ],
    },
  },
  {
    says: 'Dial Queue may name a reservation instead',
    twiml: `<Dial><Queue reservationSid="${RESERVATION}" postWorkActivitySid="${ACTIVITY}"/></Dial>`,
    value: { targets: [{ name: '', reservationSid: RESERVATION, postWorkActivitySid: ACTIVITY }] },
  },
  {
    says: 'a wrong method of Dial Queue is 14210',
    twiml: '<Dial><Queue method="x">q</Queue></Dial>',
    value: { targets: [{ method: 'POST' }] },
    warns: [14210],
  },
  {
    says: 'a wrong reservation is 14215',
    twiml: '<Dial><Queue reservationSid="x">q</Queue></Dial>',
    value: { targets: [{ reservationSid: null }] },
    warns: [14215],
  },
  {
    says: 'Dial Queue without a name is 14212',
    twiml: '<Dial><Queue/></Dial>',
    value: { targets: [] },
    warns: [14212],
  },
  {
    says: 'a queue name of 65 characters is 14213',
    twiml: `<Dial><Queue>${'q'.repeat(65)}</Queue></Dial>`,
    value: { targets: [] },
    warns: [14213],
  },
  {
    says: 'Queue is a verb too',
    twiml: '<Queue>support</Queue>',
    value: { verb: 'Queue', position: { line: 1, column: 11 }, name: 'support', url: null, method: 'POST' },
  },
  { says: 'Queue without a name is 14212', twiml: '<Queue/>', value: null, warns: [14212] },

  {
    says: 'Enqueue has the documented defaults',
    twiml: '<Enqueue> support </Enqueue>',
    value: {
      verb: 'Enqueue',
      position: { line: 1, column: 11 },
      queueName: 'support',
      action: null,
      method: 'POST',
      waitUrl: null,
      waitUrlMethod: 'GET',
      maxQueueSize: null,
      workflowSid: null,
      task: null,
    },
  },
  {
    says: 'Enqueue takes every attribute',
    twiml: '<Enqueue action="/a" method="GET" waitUrl="/w" waitUrlMethod="GET" maxQueueSize="5">q</Enqueue>',
    value: { action: '/a', method: 'GET', waitUrl: '/w', waitUrlMethod: 'GET', maxQueueSize: 5 },
  },
  {
    says: 'a waitUrl of its own is asked by POST',
    twiml: '<Enqueue waitUrl="">q</Enqueue>',
    value: { waitUrl: '', waitUrlMethod: 'POST' },
  },
  {
    says: 'Enqueue hands a task to a workflow',
    twiml: `<Enqueue workflowSid="${WORKFLOW}"><Task priority="5" timeout="30"> {"a": 1} </Task></Enqueue>`,
    value: { queueName: '', workflowSid: WORKFLOW, task: { attributesJson: '{"a": 1}', priority: 5, timeoutSec: 30 } },
  },
  {
    says: 'an empty task has no attributes',
    twiml: `<Enqueue workflowSid="${WORKFLOW}"><Task/></Enqueue>`,
    value: { task: { attributesJson: '{}', priority: null, timeoutSec: null } },
  },
  {
    says: 'a task that is no JSON object is skipped',
    twiml: `<Enqueue workflowSid="${WORKFLOW}"><Task>[1]</Task></Enqueue>`,
    value: { task: null },
    warns: [12200],
  },
  {
    says: 'a task that is broken JSON is skipped',
    twiml: `<Enqueue workflowSid="${WORKFLOW}"><Task>{"a"</Task></Enqueue>`,
    value: { task: null },
    warns: [12200],
  },
  { says: 'Enqueue without a name is 14204 and skipped', twiml: '<Enqueue/>', value: null, warns: [14204] },
  {
    says: 'Enqueue with a wrong workflow needs a name',
    twiml: '<Enqueue workflowSid="x"/>',
    value: null,
    warns: [12200, 14204],
  },
  {
    says: 'a queue name of 64 characters is fine',
    twiml: `<Enqueue>${'q'.repeat(64)}</Enqueue>`,
    value: { queueName: 'q'.repeat(64) },
  },
  {
    says: 'a queue name of 65 characters is 14205 and skipped',
    twiml: `<Enqueue>${'q'.repeat(65)}</Enqueue>`,
    value: null,
    warns: [14205],
  },
  {
    says: 'a wrong method of Enqueue is 14201',
    twiml: '<Enqueue method="x">q</Enqueue>',
    value: { method: 'POST' },
    warns: [14201],
  },
  {
    says: 'a wrong waitUrlMethod of Enqueue is 14206',
    twiml: '<Enqueue waitUrl="/w" waitUrlMethod="x">q</Enqueue>',
    value: { waitUrlMethod: 'POST' },
    warns: [14206],
  },
  {
    says: 'waitMethod belongs to Conference',
    twiml: '<Enqueue waitMethod="GET">q</Enqueue>',
    value: { waitUrlMethod: 'GET' },
    warns: [12200],
  },
  {
    says: 'a queue may hold 5000',
    twiml: '<Enqueue maxQueueSize="5001">q</Enqueue>',
    value: { maxQueueSize: null },
    warns: [12200],
  },
  { says: 'Leave has nothing', twiml: '<Leave/>', value: { verb: 'Leave', position: { line: 1, column: 11 } } },
])
