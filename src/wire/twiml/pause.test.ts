import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Pause is a second',
    twiml: '<Pause/>',
    value: { verb: 'Pause', lengthSec: 1, position: { line: 1, column: 11 } },
  },
  { says: 'Pause takes its length', twiml: '<Pause length=" 30 "/>', value: { lengthSec: 30 } },
  { says: 'a Pause can be a day', twiml: '<Pause length="86400"/>', value: { lengthSec: 86_400 } },
  ...['0', '-1', '1.5', 'ten', '', '86401'].map((length) => ({
    says: `a Pause of ${JSON.stringify(length)} is 13910, and a second`,
    twiml: `<Pause length="${length}"/>`,
    value: { lengthSec: 1 },
    warns: [13910],
  })),
  { says: 'text in Pause is ignored', twiml: '<Pause>10</Pause>', value: { lengthSec: 1 }, warns: [12200] },
])
