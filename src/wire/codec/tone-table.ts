/**
 * What the network of each country sounds like: ringback while the other phone rings, busy, and congestion when there is
 * no way through. Codes are those that `<Dial ringTone>` takes. Fax and special information tones are the same everywhere.
 */
import { type Cadence, parseCadence } from './tone.ts'

export interface CountryTones {
  readonly ringback: Cadence
  readonly busy: Cadence
  readonly congestion: Cadence
}

/** Ringback, busy, congestion. */
const ROWS: Readonly<Record<string, readonly [string, string, string]>> = {
  at: ['420/1000 0/5000', '420/400 0/400', '420/200 0/200'],
  au: ['413+438/400 0/200 413+438/400 0/2000', '425/375 0/375', '425/375 0/375 420/375 0/375'],
  be: ['425/1000 0/3000', '425/500 0/500', '425/167 0/167'],
  bg: ['425/1000 0/4000', '425/500 0/500', '425/250 0/250'],
  br: ['425/1000 0/4000', '425/250 0/250', '425/250 0/250 425/750 0/250'],
  ch: ['425/1000 0/4000', '425/500 0/500', '425/200 0/200'],
  cl: ['400/1000 0/3000', '400/500 0/500', '400/200 0/200'],
  cn: ['450/1000 0/4000', '450/350 0/350', '450/700 0/700'],
  cz: ['425/1000 0/4000', '425/330 0/330', '425/165 0/165'],
  de: ['425/1000 0/4000', '425/480 0/480', '425/240 0/240'],
  dk: ['425/1000 0/4000', '425/500 0/500', '425/200 0/200'],
  ee: ['425/1000 0/4000', '425/300 0/300', '425/200 0/200'],
  es: ['425/1500 0/3000', '425/200 0/200', '425/200 0/200 425/200 0/200 425/200 0/600'],
  fi: ['425/1000 0/4000', '425/300 0/300', '425/200 0/200'],
  fr: ['440/1500 0/3500', '440/500 0/500', '440/250 0/250'],
  gr: ['425/1000 0/4000', '425/300 0/300', '425/200 0/200'],
  hu: ['425/1250 0/3750', '425/300 0/300', '425/300 0/300'],
  il: ['414/1000 0/3000', '414/500 0/500', '414/250 0/250'],
  in: ['400*25/400 0/200 400*25/400 0/2000', '400/750 0/750', '400/250 0/250'],
  it: ['425/1000 0/4000', '425/500 0/500', '425/200 0/200'],
  jp: ['400+15/1000 0/2000', '400/500 0/500', '400/500 0/500'],
  lt: ['425/1000 0/4000', '425/350 0/350', '425/200 0/200'],
  mx: ['425/1000 0/4000', '425/250 0/250', '425/250 0/250'],
  my: ['425/400 0/200 425/400 0/2000', '425/500 0/500', '425/500 0/500'],
  nl: ['425/1000 0/4000', '425/500 0/500', '425/250 0/250'],
  no: ['425/1000 0/4000', '425/500 0/500', '425/200 0/200'],
  nz: ['400+450/400 0/200 400+450/400 0/2000', '400/500 0/500', '400/250 0/250'],
  ph: ['425+480/1000 0/4000', '480+620/500 0/500', '480+620/250 0/250'],
  pl: ['425/1000 0/4000', '425/500 0/500', '425/500 0/500'],
  pt: ['425/1000 0/5000', '425/500 0/500', '425/200 0/200'],
  ru: ['425/1000 0/4000', '425/350 0/350', '425/175 0/175'],
  se: ['425/1000 0/5000', '425/250 0/250', '425/250 0/750'],
  sg: ['425*24/400 0/200 425*24/400 0/2000', '425/750 0/750', '425/250 0/250'],
  th: ['420/1000 0/5000', '400/500 0/500', '400/300 0/300'],
  tw: ['440+480/1000 0/2000', '480+620/500 0/500', '480+620/250 0/250'],
  uk: ['400+450/400 0/200 400+450/400 0/2000', '400/375 0/375', '400/400 0/350 400/225 0/525'],
  us: ['440+480/2000 0/4000', '480+620/500 0/500', '480+620/250 0/250'],
  'us-old': ['420*40/2000 0/4000', '500*100/500 0/500', '500*100/250 0/250'],
  ve: ['425/1000 0/4000', '425/500 0/500', '425/250 0/250'],
  za: ['400*33/400 0/200 400*33/400 0/2000', '400/500 0/500', '400/250 0/250'],
}

const TONES: ReadonlyMap<string, CountryTones> = new Map(
  Object.entries(ROWS).map(([code, [ringback, busy, congestion]]) => [
    code,
    { ringback: parseCadence(ringback), busy: parseCadence(busy), congestion: parseCadence(congestion) },
  ]),
)
const US = TONES.get('us')!

export const TONE_COUNTRIES: readonly string[] = [...TONES.keys()]

/** @returns those of `us` for a code that is not in the table, and for none */
export const tonesOf = (country: string | null): CountryTones => TONES.get(country ?? 'us') ?? US

/** The ringback of a country as it is written, for whoever makes its sound. */
export const ringbackText = (country: string | null): string => (ROWS[country ?? 'us'] ?? ROWS.us!)[0]

/** The special information tone before an announcement: something is wrong with what was dialled. */
export const SPECIAL_INFORMATION: Cadence = parseCadence('950/330 1400/330 1800/330')
/** What a calling fax sends. */
export const FAX_CALLING: Cadence = parseCadence('1100/500 0/3000')
/** What an answering fax sends, once. */
export const FAX_ANSWERING: Cadence = parseCadence('2100/3000')
