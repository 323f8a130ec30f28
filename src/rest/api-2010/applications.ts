/** Applications: a named set of voice settings that calls and numbers may point to. At most 1000 an account. */
import { formatRfc2822 } from '../../lib/dates.ts'
import { newSid } from '../../lib/ids.ts'
import type { RestDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from './answer.ts'
import type { Books } from './api-2010.ts'
import { arraySource, listAnswer } from './paging.ts'
import { choice, flag, given, readPresent, text, toRowNames, url } from './parameters.ts'
import type { ApplicationRow, StoredApplication } from './rows.ts'
import { SETTINGS_PARAMETERS, settingsView, UNSET } from './voice-settings.ts'

const PARAMETERS = {
  ...SETTINGS_PARAMETERS,
  FriendlyName: text(64),
  ApiVersion: choice(['2010-04-01'], '2010-04-01'),
  SmsStatusCallback: url('invalidResourceUrl'),
  MessageStatusCallback: url('invalidResourceUrl'),
  PublicApplicationConnectEnabled: flag(false),
} as const

export function applicationOperations(deps: RestDeps, books: Books) {
  const wanted = async (request: ApiRequest): Promise<StoredApplication> => {
    const application = await books.applications.find(request.accountSid, request.params.Sid ?? '')
    if (!application) throw refuse('notFound', { value: request.path })
    return application
  }
  return {
    async list(request: ApiRequest): Promise<Answer> {
      const friendlyName = given(request.query, 'FriendlyName')
      const applications = await books.applications.all(request.accountSid)
      const matching = applications.filter(({ row }) => friendlyName === null || row.friendlyName === friendlyName)
      return listAnswer(request, 'applications', arraySource(matching), applicationView)
    },

    async create(request: ApiRequest): Promise<Answer> {
      const sent = toRowNames(readPresent(PARAMETERS, request.form))
      const now = deps.clock.now()
      const row: ApplicationRow = {
        ...UNSET,
        friendlyName: null,
        apiVersion: '2010-04-01',
        smsStatusCallback: null,
        messageStatusCallback: null,
        publicApplicationConnectEnabled: false,
        ...sent,
        updatedAt: now,
      }
      const application: StoredApplication = { sid: newSid('AP'), accountSid: request.accountSid, createdAt: now, row }
      await books.applications.add(application)
      return answer(201, applicationView(application))
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, applicationView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const application = await wanted(request)
      const sent = toRowNames(readPresent(PARAMETERS, request.form))
      const changed = { ...application, row: { ...application.row, ...sent, updatedAt: deps.clock.now() } }
      await books.applications.save(changed)
      return answer(200, applicationView(changed))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      await books.applications.remove(await wanted(request))
      return NO_CONTENT
    },
  }
}

function applicationView({ sid, accountSid, createdAt, row }: StoredApplication): object {
  return {
    account_sid: accountSid,
    api_version: row.apiVersion,
    date_created: formatRfc2822(createdAt),
    date_updated: formatRfc2822(row.updatedAt),
    friendly_name: row.friendlyName,
    message_status_callback: row.messageStatusCallback,
    public_application_connect_enabled: row.publicApplicationConnectEnabled,
    sid,
    ...settingsView(row, null),
    sms_status_callback: row.smsStatusCallback,
    uri: `/2010-04-01/Accounts/${accountSid}/Applications/${sid}.json`,
  }
}
