/**
 * `Trunks`: ways to the telephone network, by a name of the account's choosing. A password goes in and never comes out: it is
 * sealed in the store, and shown to nobody.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { formatIso } from '../../../lib/dates.ts'
import { newSid } from '../../../lib/ids.ts'
import { ResourceBook } from '../../api-2010/resource-book.ts'
import { nameClaims } from '../../claims.ts'
import { refuse } from '../../errors.ts'
import { accountOf, type RingbackV1Deps } from '../deps.ts'
import { PAGE_QUERY, toPage } from '../page.ts'
import { networkOf, type SipDeps } from './sip-deps.ts'
import { namedTrunkBody, readTrunk, TRUNK_NAME, type TrunkBody, trunkBody } from './trunk-body.ts'
import { type StoredTrunk, type TrunkRow, toTrunk } from './trunk-row.ts'

const TRUNKS_MAX = 100

const params = Type.Object({ name: Type.String({ pattern: TRUNK_NAME }) })

interface Named {
  Params: { name: string }
}

export function addTrunks(app: FastifyInstance, { journal, clock }: RingbackV1Deps, sip: SipDeps): void {
  const book = new ResourceBook<TrunkRow, StoredTrunk>(
    { journal, clock },
    { type: 'sip-trunk', max: TRUNKS_MAX, keyOf: (row) => row.name, onWrite: () => sip.changed() },
  )
  const claim = nameClaims()

  const wanted = async (request: FastifyRequest<Named>): Promise<StoredTrunk> => {
    const trunk = await book.findByKey(accountOf(request), request.params.name)
    if (!trunk) throw refuse('notFound', { value: request.url })
    return trunk
  }

  /** Keeps a trunk under its name. @param decide is told what is there; throws when that may not be replaced */
  const save = (
    request: FastifyRequest,
    name: string,
    body: TrunkBody,
    decide: (before: StoredTrunk | null) => void,
  ): Promise<StoredTrunk> => {
    const accountSid = accountOf(request)
    return claim(`${accountSid}/${name}`, nameTaken(name), async () => {
      const before = await book.findByKey(accountSid, name)
      decide(before)
      const sid = before?.sid ?? newSid('TK')
      const now = clock.now()
      const auth = readAuth(body.auth ?? null, before, (password) => sip.vault.seal(password, sid))
      const row: TrunkRow = { ...readTrunk(name, body), auth, updatedAt: now }
      const stored: StoredTrunk = { sid, accountSid, createdAt: before?.createdAt ?? now, row }
      await (before ? book.save(stored) : book.add(stored))
      return stored
    })
  }

  app.get<{ Querystring: { pageSize: number; pageToken: string } }>(
    '/Trunks',
    { schema: { querystring: Type.Object(PAGE_QUERY) } },
    async (request) => {
      const { pageSize, pageToken } = request.query
      const after = (await book.all(accountOf(request)))
        .filter(({ row }) => row.name > pageToken)
        .sort((a, b) => (a.row.name < b.row.name ? -1 : 1))
      const { page, nextPageToken } = toPage(after, pageSize, ({ row }) => row.name)
      return { trunks: page.map(toView), nextPageToken }
    },
  )

  app.post<{ Body: TrunkBody & { name: string } }>(
    '/Trunks',
    { schema: { body: namedTrunkBody } },
    async (request, reply) => {
      const { name, ...body } = request.body
      const stored = await save(request, name, body, (before) => {
        if (before) throw nameTaken(name)()
      })
      return reply.code(201).send(toView(stored))
    },
  )

  app.get<Named>('/Trunks/:name', { schema: { params } }, async (request) => toView(await wanted(request)))

  app.put<Named & { Body: TrunkBody }>('/Trunks/:name', { schema: { params, body: trunkBody } }, async (request) =>
    toView(await save(request, request.params.name, request.body, () => {})),
  )

  app.delete<Named>('/Trunks/:name', { schema: { params } }, async (request, reply) => {
    await book.remove(await wanted(request))
    return reply.code(204).send()
  })

  app.post<Named>('/Trunks/:name/Check', { schema: { params } }, async (request) => {
    const stored = await wanted(request)
    const { isReachable, isRegistered, ...more } = await networkOf(sip).checkTrunk(opened(stored, sip))
    return { reachable: isReachable, registered: isRegistered, ...more }
  })
}

const nameTaken = (name: string) => () => refuse('conflict', { why: `There already is a trunk ${name}` })

/** @throws Refusal 20001 when there is no password, neither in the body nor from before */
function readAuth(
  auth: NonNullable<TrunkBody['auth']> | null,
  before: StoredTrunk | null,
  seal: (password: string) => string,
): TrunkRow['auth'] {
  if (!auth) return null
  const { username, password } = auth
  if (password !== undefined) return { username, sealedPassword: seal(password) }
  const kept = before?.row.auth
  if (kept?.username === username) return kept
  throw refuse('missingParameter', { name: 'auth.password' })
}

function opened(stored: StoredTrunk, { vault }: SipDeps) {
  try {
    return toTrunk(stored, vault)
  } catch {
    throw refuse('conflict', { why: 'The password of this trunk was sealed with another key: set it again' })
  }
}

function toView({ sid, createdAt, row }: StoredTrunk) {
  const { name, targets, auth, updatedAt, ...more } = row
  return {
    name,
    sid,
    targets,
    auth: auth && { username: auth.username },
    ...more,
    createdAt: formatIso(createdAt),
    updatedAt: formatIso(updatedAt),
  }
}
