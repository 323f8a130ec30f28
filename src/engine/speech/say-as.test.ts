import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Interpretation, sayAs } from './say-as.ts'

type InterpretAs = NonNullable<Interpretation['interpretAs']>

function testForm(interpretAs: InterpretAs, rows: readonly (readonly [string, string])[], language = 'en-US') {
  for (const [text, words] of rows)
    test(`${interpretAs} in ${language}: ${text} is ${words}`, () => {
      assert.equal(sayAs(text, { interpretAs, format: null, language }), words)
    })
}

for (const interpretAs of ['characters', 'spell-out'] as const) {
  testForm(interpretAs, [
    ['abc', 'A B C'],
    ['A1 b2', 'A one B two'],
    ['a-1_2', 'A dash one underscore two'],
    ['é😀', 'é 😀'],
    ['me@x.io', 'M E at X dot I O'],
    ['  ', ''],
  ])
  testForm(interpretAs, [['aß-1 é', 'a ß - 1 é']], 'de-DE')
}

testForm('digits', [
  ['1234', 'one two three four'],
  ['12-34 (5)', 'one two three four five'],
  ['3.14', 'three point one four'],
  ['A12', 'A one two'],
  ['none', 'none'],
])
testForm('digits', [['12-34 x', '1 2 3 4 x']], 'de-DE')

for (const interpretAs of ['cardinal', 'number'] as const) {
  testForm(interpretAs, [
    ['0', 'zero'],
    ['007', 'seven'],
    ['12', 'twelve'],
    ['20', 'twenty'],
    ['21', 'twenty-one'],
    ['100', 'one hundred'],
    ['110', 'one hundred ten'],
    ['1999', 'one thousand nine hundred ninety-nine'],
    ['1,000,001', 'one million one'],
    [
      '123456789012345',
      'one hundred twenty-three trillion four hundred fifty-six billion seven hundred eighty-nine million twelve thousand three hundred forty-five',
    ],
    ['1000000000000000', `one${' zero'.repeat(15)}`],
    ['-5', 'minus five'],
    ['3.05', 'three point zero five'],
    ['12 and 13', 'twelve and thirteen'],
    ['many', 'many'],
  ])
  testForm(interpretAs, [['1234', '1234']], 'fr-FR')
}

testForm('ordinal', [
  ['1', 'first'],
  ['2nd', 'second'],
  ['3', 'third'],
  ['5', 'fifth'],
  ['8', 'eighth'],
  ['9', 'ninth'],
  ['12', 'twelfth'],
  ['20', 'twentieth'],
  ['21', 'twenty-first'],
  ['100', 'one hundredth'],
  ['1,234', 'one thousand two hundred thirty-fourth'],
  ['0', 'zeroth'],
  ['last', 'last'],
])
testForm('ordinal', [['3', '3']], 'es-ES')

testForm('fraction', [
  ['1/2', 'one half'],
  ['3/2', 'three halves'],
  ['1/4', 'one quarter'],
  ['3/4', 'three quarters'],
  ['3/20', 'three twentieths'],
  ['1/21', 'one twenty-first'],
  ['1/3', 'one third'],
  ['2 1/2', 'two and one half'],
  ['3+1/2', 'three and one half'],
  ['2½', 'two and one half'],
  ['⅔', 'two thirds'],
  ['-1/8', 'minus one eighth'],
  ['5/1', 'five over one'],
  ['5/0', 'five over zero'],
  ['half', 'half'],
])
testForm('fraction', [['1/2', '1/2']], 'it-IT')

testForm('unit', [
  ['4kg', 'four kilograms'],
  ['1 kg', 'one kilogram'],
  ['1.5m', 'one point five meters'],
  ['6ft', 'six feet'],
  ['1ft', 'one foot'],
  ['1/2inch', 'one half of an inch'],
  ['3/4 lb', 'three quarters of a pound'],
  ['1/2h', 'one half of an hour'],
  ['2 1/2 in', 'two and one half inches'],
  ['2½in', 'two and one half inches'],
  ['1meter', 'one meter'],
  ['2fl oz', 'two fluid ounces'],
  ['1,200 sq ft', 'one thousand two hundred square feet'],
  ['20m²', 'twenty square meters'],
  ['-3°C', 'minus three degrees Celsius'],
  ['70mph', 'seventy miles per hour'],
  ['5%', 'five percent'],
  ['10 lbs.', 'ten pounds'],
  ['kg', 'kg'],
  ['5\'10"', '5\'10"'],
])
testForm('unit', [['4kg', '4kg']], 'de-DE')

testForm('time', [
  [`1'21"`, 'one minute twenty-one seconds'],
  [`2'`, 'two minutes'],
  [`45"`, 'forty-five seconds'],
  ['1′1″', 'one minute one second'],
  ['2:30pm', 'two thirty P M'],
  ['2:30 p.m.', 'two thirty P M'],
  ['2:05', 'two oh five'],
  ['2:00', "two o'clock"],
  ['14:00', 'fourteen hundred'],
  ['09:15:30', 'nine fifteen and thirty seconds'],
  ['2 am', 'two A M'],
  ['25:00', '25:00'],
  ['14', '14'],
  ['noon', 'noon'],
])
testForm('time', [['2:30', '2:30']], 'ja-JP')

testForm('address', [
  ['123 Main St.', '123 Main Street'],
  ['12 N. Oak Ave, Apt 4', '12 North Oak Avenue, Apartment 4'],
  ['1 St. James Pl', '1 Saint James Place'],
  ['St Paul, MN 55101', 'Saint Paul, MN five five one zero one'],
  ['Omaha, NE 68102-1234', 'Omaha, NE six eight one zero two, one two three four'],
  ['12345 Elm Dr', '12345 Elm Drive'],
  ["Levi's Ct", "Levi's Court"],
])
testForm('address', [['Main St', 'Main St']], 'nl-NL')

testForm('telephone', [
  ['2025551212', 'two zero two, five five five, one two one two'],
  ['5551212', 'five five five, one two one two'],
  ['12025551212', 'one, two zero two, five five five, one two one two'],
  ['+1 (202) 555-1212', 'plus one, two zero two, five five five, one two one two'],
  ['+12025551212', 'plus one, two zero two, five five five, one two one two'],
  ['2025551212x345', 'two zero two, five five five, one two one two, extension three four five'],
  ['202-555-1212 ext. 7', 'two zero two, five five five, one two one two, extension seven'],
  ['+442071234567', 'plus four four two zero seven one two three four five six seven'],
  ['911', 'nine one one'],
  ['*67#', 'star six seven pound'],
  ['1-800-EXAMPLE', 'one, eight zero zero, EXAMPLE'],
])
testForm('telephone', [['+49 (30) 123-456', '4 9 3 0 1 2 3 4 5 6']], 'de-DE')

testForm('expletive', [
  ['darn', 'beep'],
  ['  ', ''],
])
testForm('expletive', [['mist', 'beep']], 'de-DE')

for (const [format, text, words, language] of [
  ['mdy', '9/10/1960', 'September tenth, nineteen sixty', 'en-US'],
  ['mdy', '12-31-1900', 'December thirty-first, nineteen hundred', 'en-US'],
  ['mdy', '09101960', 'September tenth, nineteen sixty', 'en-US'],
  ['mdy', '091060', 'September tenth, nineteen sixty', 'en-US'],
  ['mdy', 'Sept 10th, 2005', 'September tenth, two thousand five', 'en-US'],
  ['mdy', '9/10/1960', 'the tenth of September, nineteen sixty', 'en-GB'],
  ['mdy', '9/10/1960', '9/10/1960', 'de-DE'],
  ['mdy', '13/10/1960', '13/10/1960', 'en-US'],
  ['mdy', '9/10', '9/10', 'en-US'],
  ['dmy', '10.9.1905', 'September tenth, nineteen oh five', 'en-US'],
  ['dmy', '10.9.1960', 'the tenth of September, nineteen sixty', 'en-AU'],
  ['ymd', '2024-09-10', 'September tenth, twenty twenty-four', 'en-US'],
  ['ymd', '60-9-1', 'September first, nineteen sixty', 'en-US'],
  ['md', '9/10', 'September tenth', 'en-US'],
  ['md', '0910', 'September tenth', 'en-CA'],
  ['md', '2/31', 'February thirty-first', 'en-US'],
  ['dm', '10/9', 'September tenth', 'en-US'],
  ['dm', '32/9', '32/9', 'en-US'],
  ['ym', '2024/09', 'September twenty twenty-four', 'en-US'],
  ['my', '9/60', 'September nineteen sixty', 'en-US'],
  ['my', '092024', 'September twenty twenty-four', 'en-US'],
  ['d', '31', 'thirty-first', 'en-US'],
  ['m', '12', 'December', 'en-US'],
  ['m', '13', '13', 'en-US'],
  ['y', '2000', 'two thousand', 'en-US'],
  ['y', '1066', 'ten sixty-six', 'en-US'],
  ['y', '845', 'eight forty-five', 'en-US'],
  ['y', '49', 'twenty forty-nine', 'en-US'],
  ['y', '50', 'nineteen fifty', 'en-US'],
  ['y', '12345', '12345', 'en-US'],
  ['yyyymmdd', '19600910', 'September tenth, nineteen sixty', 'en-US'],
  ['yyyymmdd', '????0910', 'September tenth', 'en-US'],
  ['yyyymmdd', '1960????', 'nineteen sixty', 'en-US'],
  ['yyyymmdd', '196009??', 'September nineteen sixty', 'en-US'],
  ['yyyymmdd', '1960??10', '1960??10', 'en-US'],
  ['yyyymmdd', '????????', '????????', 'en-US'],
  ['yyyymmdd', 'soon', 'soon', 'en-US'],
  [null, '2024-09-10', 'September tenth, twenty twenty-four', 'en-US'],
  [null, '20240910', 'September tenth, twenty twenty-four', 'en-US'],
  [null, '9/10/2024', 'September tenth, twenty twenty-four', 'en-US'],
  [null, '9/10/2024', 'the ninth of October, twenty twenty-four', 'en-GB'],
  [null, '31/12/99', 'December thirty-first, nineteen ninety-nine', 'en-US'],
  [null, '10 Sep 2024', 'September tenth, twenty twenty-four', 'en-US'],
  [null, '2024-09', 'September twenty twenty-four', 'en-US'],
  [null, '09/2024', 'September twenty twenty-four', 'en-US'],
  [null, '9/10', 'September tenth', 'en-US'],
  [null, '9/10', 'the ninth of October', 'en-GB'],
  [null, 'May', 'May', 'en-US'],
  [null, '1999', 'nineteen ninety-nine', 'en-US'],
  [null, '12', '12', 'en-US'],
  [null, 'Tuesday, 9/10', 'Tuesday, 9/10', 'en-US'],
  [null, '', '', 'en-US'],
] as const)
  test(`date ${format} in ${language}: ${text} is ${words}`, () => {
    assert.equal(sayAs(text, { interpretAs: 'date', format, language }), words)
  })

test('text without an interpretation stays as it is, with single spaces', () => {
  assert.equal(sayAs(' a \n b ', { interpretAs: null, format: null, language: 'en-US' }), 'a b')
})

const FORMS: readonly InterpretAs[] = [
  ...(['characters', 'spell-out', 'cardinal', 'number', 'ordinal', 'digits', 'fraction', 'unit', 'date'] as const),
  ...(['time', 'address', 'telephone'] as const),
]
for (const interpretAs of FORMS)
  test(`${interpretAs}: of a thousand characters at most twenty thousand come, and longer texts stay as they are`, () => {
    for (const piece of ['1', '(', '1,', '1 ', '1/', 'a', '?', 'x', "'", 'st ', '-', ' ', '½']) {
      const text = piece.repeat(1000 / piece.length)
      assert.ok(sayAs(text, { interpretAs, format: null, language: 'en-US' }).length <= 20_000, piece)
      const huge = `1${'x'.repeat(65_000)}`
      assert.equal(sayAs(huge, { interpretAs, format: null, language: 'en-US' }), huge)
    }
  })
