/**
 * Phone numbers of the account: what rings here, and what happens then. A number is had by asking for it: any E.164
 * number that nobody has, or the first free one of an area code. `AddOns` is ours (docs/compat/rest.md).
 */
import { formatRfc2822 } from '../../lib/dates.ts'
import type { AccountSid } from '../../lib/ids.ts'
import type { Authenticator } from '../auth.ts'
import type { RestDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from './answer.ts'
import type { Books } from './api-2010.ts'
import { firstFreeInAreaCode, requestedNumber } from './number-choice.ts'
import { newNumber } from './number-row.ts'
import { arraySource, listAnswer } from './paging.ts'
import { choice, type Field, flag, given, readParameters, readPresent, sid, text, toRowNames } from './parameters.ts'
import { formatNational } from './phone-number.ts'
import type { NumberRow, StoredNumber } from './rows.ts'
import { SETTINGS_PARAMETERS, settingsView } from './voice-settings.ts'

const ADD_ONS_CHARS_MAX = 16 * 1024

/** A JSON object as text: what an add-on result is. */
const addOns: Field<string | null> = {
  absent: null,
  read([value = ''], name) {
    if (value === '') return null
    if (value.length <= ADD_ONS_CHARS_MAX && isJsonObject(value)) return value
    throw refuse('invalidParameter', { name, value, why: `a JSON object of at most ${ADD_ONS_CHARS_MAX} characters` })
  },
}

const PARAMETERS = {
  ...SETTINGS_PARAMETERS,
  FriendlyName: text(64),
  ApiVersion: choice(['2010-04-01'], '2010-04-01'),
  VoiceApplicationSid: sid('AP', 'unusableApplication'),
  SmsApplicationSid: sid('AP'),
  TrunkSid: sid('TK'),
  VoiceReceiveMode: choice(['voice', 'fax'], 'voice'),
  IdentitySid: sid('RI'),
  AddressSid: sid('AD'),
  BundleSid: sid('BU'),
  EmergencyStatus: choice(['Active', 'Inactive'], 'Inactive'),
  EmergencyAddressSid: sid('AD'),
  AddOns: addOns,
} as const

const FILTERS = { FriendlyName: text(64), Beta: flag(null), Origin: choice(['twilio', 'hosted'], null) } as const

type NumberType = NumberRow['numberType']

export function numberOperations(deps: RestDeps, books: Books, authenticator: Authenticator) {
  // Numbers being bought this moment: two requests for one must not both find it free.
  const beingAdded = new Set<string>()

  const wanted = async (request: ApiRequest): Promise<StoredNumber> => {
    const number = await books.numbers.find(request.accountSid, request.params.Sid ?? '')
    if (!number) throw refuse('notFound', { value: request.path })
    return number
  }

  /** The row after what was sent. @throws Refusal */
  const changedRow = async (number: StoredNumber, form: Form): Promise<NumberRow> => {
    const sent = toRowNames(readPresent(PARAMETERS, form))
    const friendlyName = sent.friendlyName === undefined ? number.row.friendlyName : sent.friendlyName
    const row: NumberRow = {
      ...number.row,
      ...sent,
      friendlyName: friendlyName ?? formatNational(number.row.phoneNumber),
      // The application and the trunk exclude each other: the one that was set last stays.
      ...(sent.voiceApplicationSid ? { trunkSid: null } : sent.trunkSid ? { voiceApplicationSid: null } : {}),
      updatedAt: deps.clock.now(),
    }
    if (sent.voiceApplicationSid && !(await books.applications.find(number.accountSid, sent.voiceApplicationSid))) {
      throw refuse('unusableApplication', { value: sent.voiceApplicationSid })
    }
    if (sent.voiceFallbackUrl && row.voiceUrl === null && row.voiceApplicationSid === null)
      throw refuse('fallbackWithoutUrl')
    return row
  }

  const choose = async (form: Form, areaCodeAllowed: boolean): Promise<string> => {
    const taken = new Set([...(await books.numbers.keysTaken()), ...beingAdded])
    const byNumber = given(form, 'PhoneNumber') !== null || !areaCodeAllowed
    return byNumber ? requestedNumber(form, taken) : firstFreeInAreaCode(form, taken)
  }

  const collection = (type: NumberType | null) => ({
    async list(request: ApiRequest): Promise<Answer> {
      const filters = readParameters(FILTERS, request.query)
      const pattern = numberPattern(given(request.query, 'PhoneNumber'))
      const numbers = (await books.numbers.all(request.accountSid)).filter(
        ({ row }) =>
          (type === null || row.numberType === type) &&
          (pattern === null || pattern.test(row.phoneNumber)) &&
          (filters.FriendlyName === null || row.friendlyName === filters.FriendlyName) &&
          filters.Beta !== true &&
          filters.Origin !== 'hosted',
      )
      return listAnswer(request, 'incoming_phone_numbers', arraySource(numbers), numberView)
    },

    async create(request: ApiRequest): Promise<Answer> {
      const { accountSid, form } = request
      const phoneNumber = await choose(form, type === null)
      if (beingAdded.has(phoneNumber)) throw refuse('numberNotAvailable', { value: phoneNumber })
      beingAdded.add(phoneNumber)
      try {
        const bare = newNumber({ accountSid, phoneNumber, now: deps.clock.now() })
        const typed = type === null ? bare : { ...bare, row: { ...bare.row, numberType: type } }
        const number = { ...typed, row: await changedRow(typed, form) }
        await books.numbers.add(number)
        return answer(201, numberView(number))
      } finally {
        beingAdded.delete(phoneNumber)
      }
    },
  })

  return {
    all: collection(null),
    local: collection('local'),
    mobile: collection('mobile'),
    tollFree: collection('tollfree'),

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, numberView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const number = await wanted(request)
      const accountSid = await newOwner(request, authenticator)
      const changed = { ...number, accountSid, row: await changedRow(number, request.form) }
      await books.numbers.save(changed, number)
      return answer(200, numberView(changed))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      await books.numbers.remove(await wanted(request))
      return NO_CONTENT
    },
  }
}

/** `AccountSid` moves a number to a subaccount. @throws Refusal 21470 when it is not one of the account's. */
async function newOwner(request: ApiRequest, authenticator: Authenticator): Promise<AccountSid> {
  const wanted = given(request.form, 'AccountSid')
  if (wanted === null) return request.accountSid
  const owner = await authenticator.account({ accountSid: request.accountSid, keySid: null }, wanted)
  if (!owner) throw refuse('invalidAccountSid', { value: wanted })
  return owner.sid
}

/** Part of a number, where `*` stands for any digit. */
function numberPattern(text: string | null): RegExp | null {
  if (text === null) return null
  const part = text.trim().slice(0, 40)
  return new RegExp(part.replace(/[^0-9*]/g, (other) => (other === '+' ? '\\+' : '')).replaceAll('*', '\\d'))
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function numberView({ sid: numberSid, accountSid, createdAt, row }: StoredNumber): object {
  return {
    account_sid: accountSid,
    add_ons: row.addOns,
    address_requirements: 'none',
    address_sid: row.addressSid,
    api_version: row.apiVersion,
    beta: false,
    bundle_sid: row.bundleSid,
    capabilities: { voice: true, sms: false, mms: false, fax: false },
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    emergency_address_sid: row.emergencyAddressSid,
    emergency_address_status: 'unregistered',
    emergency_status: row.emergencyStatus,
    friendly_name: row.friendlyName,
    identity_sid: row.identitySid,
    origin: 'twilio',
    phone_number: row.phoneNumber,
    sid: numberSid,
    sms_application_sid: row.smsApplicationSid ?? '',
    ...settingsView(row, ''),
    status: 'in-use',
    trunk_sid: row.trunkSid,
    type: row.numberType,
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${numberSid}.json`,
    voice_application_sid: row.voiceApplicationSid ?? '',
    voice_receive_mode: row.voiceReceiveMode,
  }
}
