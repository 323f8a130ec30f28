/**
 * Which phone number a create gets. There is no pool to buy from: any number in E.164 may be had once, and an area code
 * gives the first free one of its numbers for fiction, 555-0100 to 555-0199. The reference's test numbers fail as there.
 */
import { refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { given } from './parameters.ts'
import { toE164 } from './phone-number.ts'

type Taken = ReadonlySet<string>

const TEST_NOT_AVAILABLE = '+15005550000'
const TEST_INVALID = '+15005550001'
const TEST_EMPTY_AREA_CODE = '533'

/** @throws Refusal 21421 for what is no number, 21422 for one that somebody has. */
export function requestedNumber(form: Form, taken: Taken): string {
  const text = given(form, 'PhoneNumber')
  const phoneNumber = text === null ? null : toE164(text)
  if (phoneNumber === null || phoneNumber === TEST_INVALID) throw refuse('invalidNumber', { value: text ?? '' })
  if (phoneNumber === TEST_NOT_AVAILABLE || taken.has(phoneNumber)) {
    throw refuse('numberNotAvailable', { value: phoneNumber })
  }
  return phoneNumber
}

/** @throws Refusal 21421 without an area code, 21452 when it has no number left. */
export function firstFreeInAreaCode(form: Form, taken: Taken): string {
  const areaCode = given(form, 'AreaCode')
  if (areaCode === null) throw refuse('invalidNumber', { value: '' })
  if (/^[2-9]\d{2}$/.test(areaCode) && areaCode !== TEST_EMPTY_AREA_CODE) {
    for (let line = 100; line < 200; line++) {
      const phoneNumber = `+1${areaCode}5550${line}`
      if (!taken.has(phoneNumber)) return phoneNumber
    }
  }
  throw refuse('noneInAreaCode', { value: areaCode })
}
