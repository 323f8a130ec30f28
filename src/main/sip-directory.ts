/**
 * Answers the network's question "who is who" from the store. It is asked for every INVITE, so what was read is remembered: until
 * somebody here writes, which is seen at once, and for ten seconds at most, for writes of another node.
 */
import type { ResourceRow, ResourceType, Store } from '../journal/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Vault } from '../lib/vault.ts'
import type { NumberRow, SipDomainRow } from '../rest/api-2010/rows.ts'
import type { AddressRow, CredentialRow, MappingKind, MappingRow } from '../rest/api-2010/sip/rows.ts'
import { type StoredTrunk, toTrunk } from '../rest/ringback-v1/sip/trunk-row.ts'
import type { SipCredential, SipDirectory, SipDomain, SipTrunk } from '../sip/ports.ts'

const FRESH_MS = 10_000

/** What the store had at one moment, and what was made of it so far. */
interface Snapshot {
  /** By name. */
  readonly domains: ReadonlyMap<string, ResourceRow>
  /** By the SID of their domain, and below by that of their list. */
  readonly mappings: ReadonlyMap<string, readonly MappingRow[]>
  readonly credentials: ReadonlyMap<string, readonly CredentialRow[]>
  readonly addresses: ReadonlyMap<string, readonly AddressRow[]>
  readonly trunks: readonly SipTrunk[]
  readonly made: Map<string, SipDomain>
}

export class StoredSipDirectory implements SipDirectory {
  readonly #store: Pick<Store, 'resources'>
  readonly #vault: Vault
  readonly #clock: Pick<Clock, 'now'>
  readonly #logger: Logger
  #snapshot: Promise<Snapshot> | null = null
  #freshUntil = 0
  /** Trunks whose password cannot be opened; each is said once. */
  readonly #sealed = new Set<string>()

  constructor(deps: {
    readonly store: Pick<Store, 'resources'>
    readonly vault: Vault
    readonly clock: Pick<Clock, 'now'>
    readonly logger: Logger
  }) {
    this.#store = deps.store
    this.#vault = deps.vault
    this.#clock = deps.clock
    this.#logger = deps.logger
  }

  /** Something was written: what is asked from now on is answered by what the store has now. */
  changed(): void {
    this.#snapshot = null
  }

  async domain(name: string): Promise<SipDomain | null> {
    return domainIn(await this.#look(), name.toLowerCase())
  }

  async onlyDomain(): Promise<SipDomain | null> {
    const snapshot = await this.#look()
    const [name = ''] = snapshot.domains.size === 1 ? snapshot.domains.keys() : []
    return domainIn(snapshot, name)
  }

  /** Not remembered: it is asked for seldom, and whoever writes numbers does not say so here. */
  async ownerOf(number: string): Promise<AccountSid | null> {
    const numbers = await this.#store.resources('number')
    return numbers.find(({ row }) => (row as NumberRow).phoneNumber === number)?.accountSid ?? null
  }

  async trunks(): Promise<readonly SipTrunk[]> {
    return (await this.#look()).trunks
  }

  #look(): Promise<Snapshot> {
    const now = this.#clock.now()
    if (this.#snapshot && now < this.#freshUntil) return this.#snapshot
    const loading = this.#load()
    this.#snapshot = loading
    this.#freshUntil = now + FRESH_MS
    // Whoever waits for it is told; the next one tries again.
    loading.catch(() => {
      if (this.#snapshot === loading) this.#snapshot = null
    })
    return loading
  }

  async #load(): Promise<Snapshot> {
    const rows = async <Row>(type: ResourceType) =>
      (await this.#store.resources(type)).map((stored) => stored.row as Row)
    const domains = await this.#store.resources('sip-domain')
    const trunks = (await this.#store.resources('sip-trunk')) as unknown as readonly StoredTrunk[]
    return {
      domains: new Map(domains.map((stored) => [(stored.row as SipDomainRow).domainName, stored])),
      mappings: Map.groupBy(await rows<MappingRow>('sip-mapping'), ({ domainSid }) => domainSid),
      credentials: Map.groupBy(await rows<CredentialRow>('sip-credential'), (row) => row.credentialListSid),
      addresses: Map.groupBy(await rows<AddressRow>('sip-ip-address'), (row) => row.addressListSid),
      trunks: trunks
        .toSorted((a, b) => (a.row.name < b.row.name ? -1 : a.row.name > b.row.name ? 1 : 0))
        .map((stored) => this.#toTrunk(stored)),
      made: new Map(),
    }
  }

  /** Without its password a trunk can still take calls, and says itself what it does not let pass. */
  #toTrunk(stored: StoredTrunk): SipTrunk {
    try {
      return toTrunk(stored, this.#vault)
    } catch (error) {
      if (!this.#sealed.has(stored.sid))
        this.#logger.error({ err: error, trunk: stored.row.name }, 'the password of a trunk cannot be read')
      this.#sealed.add(stored.sid)
      return toTrunk({ ...stored, row: { ...stored.row, auth: null } }, this.#vault)
    }
  }
}

function domainIn(snapshot: Snapshot, name: string): SipDomain | null {
  const stored = snapshot.domains.get(name)
  if (!stored) return null
  const made = snapshot.made.get(name) ?? toDomain(stored, snapshot)
  snapshot.made.set(name, made)
  return made
}

function toDomain({ sid, accountSid, row }: ResourceRow, snapshot: Snapshot): SipDomain {
  const { domainName: name, sipRegistration: registration, secure } = row as SipDomainRow
  const mappings = snapshot.mappings.get(sid) ?? []
  /** Of all lists mapped for that, the list that was mapped first at the beginning; null when there is none. */
  const merged = <Row>(kind: MappingKind, lists: ReadonlyMap<string, readonly Row[]>): readonly Row[] | null => {
    const mapped = mappings.filter((mapping) => mapping.kind === kind)
    return mapped.length === 0 ? null : mapped.flatMap(({ listSid }) => lists.get(listSid) ?? [])
  }
  return {
    sid,
    accountSid,
    name,
    registration,
    secure,
    callers: byUsername(merged('call-credentials', snapshot.credentials)),
    registrants: byUsername(merged('registration-credentials', snapshot.credentials)),
    addresses:
      merged('call-addresses', snapshot.addresses)?.map((one) => `${one.ipAddress}/${one.cidrPrefixLength}`) ?? null,
  }
}

/** Of two of one name the first counts. */
function byUsername(credentials: readonly CredentialRow[] | null): ReadonlyMap<string, SipCredential> | null {
  return (
    credentials &&
    new Map(credentials.toReversed().map(({ username, hashes }) => [username, { username, hashes }] as const))
  )
}
