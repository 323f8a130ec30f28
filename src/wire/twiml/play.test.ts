import { testVerbs } from '../../../test/kit/verb-table.ts'

testVerbs([
  {
    says: 'Play plays its URL once',
    twiml: '<Play>\n  http://example.com/a.mp3\n</Play>',
    value: { verb: 'Play', position: { line: 1, column: 11 }, url: 'http://example.com/a.mp3', loop: 1, digits: null },
  },
  {
    says: 'Play leaves a relative URL raw',
    twiml: '<Play loop="2">../a.mp3?x=1&amp;y=2</Play>',
    value: { url: '../a.mp3?x=1&y=2', loop: 2 },
  },
  {
    says: 'Play loop 0 is until hang-up, at most 1000 times',
    twiml: '<Play loop="0">a.mp3</Play>',
    value: { loop: 1000 },
  },
  {
    says: 'a Play loop that is no number is 13410',
    twiml: '<Play loop="many">a.mp3</Play>',
    value: { loop: 1 },
    warns: [13410],
  },
  { says: 'Play sends keys as tones', twiml: '<Play digits="wW12*#AD"/>', value: { url: '', digits: 'wW12*#AD' } },
  {
    says: 'keys that are none are 13430, and the URL is played',
    twiml: '<Play digits="12x">a.mp3</Play>',
    value: { url: 'a.mp3', digits: null },
    warns: [13430],
  },
  {
    says: 'keys that are none and no URL: nothing to play',
    twiml: '<Play digits="12x"/>',
    value: null,
    warns: [13430],
  },
  { says: 'Play with nothing to play is skipped', twiml: '<Play/>', value: null, warns: [12200] },
  {
    says: 'a child of Play is skipped',
    twiml: '<Play>a.mp3<Say>x</Say></Play>',
    value: { url: 'a.mp3' },
    warns: [12200],
  },
])
