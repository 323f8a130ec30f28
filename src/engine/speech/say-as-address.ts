/** Parts of street addresses in English words: what is abbreviated is said in full, a postcode digit by digit. */
import { digitWords } from './english-numbers.ts'

const ABBREVIATIONS = new Map([
  ['ave', 'Avenue'],
  ['blvd', 'Boulevard'],
  ['cir', 'Circle'],
  ['ct', 'Court'],
  ['dr', 'Drive'],
  ['hwy', 'Highway'],
  ['ln', 'Lane'],
  ['pkwy', 'Parkway'],
  ['pl', 'Place'],
  ['rd', 'Road'],
  ['sq', 'Square'],
  ['st', 'Street'],
  ['ter', 'Terrace'],
  ['apt', 'Apartment'],
  ['bldg', 'Building'],
  ['rm', 'Room'],
  ['ste', 'Suite'],
])
/** Only in capitals, since `e` and `s` are also ends of words. */
const DIRECTIONS = new Map([
  ['N', 'North'],
  ['S', 'South'],
  ['E', 'East'],
  ['W', 'West'],
  ['NE', 'Northeast'],
  ['NW', 'Northwest'],
  ['SE', 'Southeast'],
  ['SW', 'Southwest'],
])

export function addressWords(text: string): string {
  return (
    text
      // Saint stands before a name, Street after one.
      .replace(/^st\.? (?=[a-z])|(?<=\d )st\.? (?=[a-z])/gi, 'Saint ')
      // Two letters before a postcode are a state: NE is Nebraska there.
      .replace(/(?<![\w'])([A-Za-z]{1,4})(?![\w'])(?! \d{5}(?!\d))\.?/g, (written, word: string) => {
        return DIRECTIONS.get(word) ?? ABBREVIATIONS.get(word.toLowerCase()) ?? written
      })
      .replace(/(?<=\S )(\d{5})(?:-(\d{4}))?(?=$|[ ,.])/g, (_, zip: string, more?: string) =>
        more === undefined ? digitWords(zip) : `${digitWords(zip)}, ${digitWords(more)}`,
      )
  )
}
