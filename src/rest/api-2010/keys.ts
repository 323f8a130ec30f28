/**
 * API keys: a SID and a secret that authenticate like the account's token, except on accounts and keys themselves. The
 * secret is in the answer that creates the key and nowhere else; the store keeps its SHA-256.
 */
import { formatRfc2822 } from '../../lib/dates.ts'
import { newSid, randomHex32 } from '../../lib/ids.ts'
import { type Authenticator, hashSecret } from '../auth.ts'
import type { RestDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { type Answer, type ApiRequest, answer, NO_CONTENT } from './answer.ts'
import type { Books } from './api-2010.ts'
import { arraySource, listAnswer } from './paging.ts'
import { readPresent, text } from './parameters.ts'
import type { StoredKey } from './rows.ts'

const KEY_PARAMETERS = { FriendlyName: text(64) }

export function keyOperations(deps: RestDeps, books: Books, authenticator: Authenticator) {
  const wanted = async (request: ApiRequest): Promise<StoredKey> => {
    const key = await books.keys.find(request.accountSid, request.params.Sid ?? '')
    if (!key) throw refuse('notFound', { value: request.path })
    return key
  }
  return {
    async list(request: ApiRequest): Promise<Answer> {
      const keys = await books.keys.all(request.accountSid)
      return listAnswer(request, 'keys', arraySource(keys), keyView)
    },

    async create(request: ApiRequest): Promise<Answer> {
      const { FriendlyName } = readPresent(KEY_PARAMETERS, request.form)
      const secret = randomHex32()
      const now = deps.clock.now()
      const key: StoredKey = {
        sid: newSid('SK'),
        accountSid: request.accountSid,
        createdAt: now,
        row: { friendlyName: FriendlyName ?? '', secretHash: hashSecret(secret), updatedAt: now },
      }
      await books.keys.add(key)
      return answer(201, { ...keyView(key), secret })
    },

    fetch: async (request: ApiRequest): Promise<Answer> => answer(200, keyView(await wanted(request))),

    async update(request: ApiRequest): Promise<Answer> {
      const key = await wanted(request)
      const { FriendlyName } = readPresent(KEY_PARAMETERS, request.form)
      const friendlyName = FriendlyName === undefined ? key.row.friendlyName : (FriendlyName ?? '')
      const changed = { ...key, row: { ...key.row, friendlyName, updatedAt: deps.clock.now() } }
      await books.keys.save(changed)
      return answer(200, keyView(changed))
    },

    async delete(request: ApiRequest): Promise<Answer> {
      const key = await wanted(request)
      await books.keys.remove(key)
      authenticator.forget(key.sid)
      return NO_CONTENT
    },
  }
}

function keyView(key: StoredKey): object {
  return {
    date_created: formatRfc2822(key.createdAt),
    date_updated: formatRfc2822(key.row.updatedAt),
    friendly_name: key.row.friendlyName,
    sid: key.sid,
  }
}
