/**
 * Puts the parts together and starts them: store, journal, courier, calls, phones, REST. The order of shutdown is the
 * reverse: no new requests, calls ended and told, journal settled, store closed.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createHttpClient } from '../adapters/http-client/index.ts'
import { createRecordingFiles } from '../adapters/recording-files/recording-files.ts'
import { createRecordingLibrary } from '../adapters/recording-files/recording-library.ts'
import { openSqliteStore } from '../adapters/store-sqlite/store.ts'
import { Calls } from '../engine/call/calls.ts'
import { recover } from '../engine/call/recovery.ts'
import { Conferences } from '../engine/conference/conferences.ts'
import { UserMessages } from '../engine/messages/user-messages.ts'
import { Queues } from '../engine/queue/queues.ts'
import { Recognition } from '../engine/recognition/recognition.ts'
import { Recordings } from '../engine/recording/recordings.ts'
import { signedSockets } from '../engine/relay/signed-sockets.ts'
import { Streams } from '../engine/stream/streams.ts'
import { LiveTranscriptions } from '../engine/transcription/live-transcriptions.ts'
import { Transcriptions } from '../engine/transcription/transcriptions.ts'
import { Courier } from '../journal/courier.ts'
import { Journal } from '../journal/journal.ts'
import { Retention } from '../journal/retention.ts'
import type { Store } from '../journal/store.ts'
import { assert } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid, CallSid, Instant, RecordingSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { RealClock } from '../lib/real-clock.ts'
import { createVault } from '../lib/vault.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { SimulatedNetwork } from '../phones/network.ts'
import type { AccountRow } from '../rest/api-2010/rows.ts'
import { MediaLoad } from '../sip/media-load.ts'
import { type Config, egressMode, readCaFile } from './config.ts'
import { createEventStreams } from './event-streams.ts'
import { type Credentials, provision, readCredentials, readSecretsKey } from './first-start.ts'
import { makeLogger } from './logger.ts'
import { createMedia } from './media.ts'
import { createMetrics } from './metrics.ts'
import { numberDirectory } from './number-directory.ts'
import { createRecognizer } from './recognition.ts'
import { RouteNetwork } from './route-network.ts'
import { createServer } from './server.ts'
import { createSip, mediaBindHost, portRange } from './sip.ts'
import { StoredSipDirectory } from './sip-directory.ts'
import { createSound } from './sound.ts'
import { createSockets } from './stream-sockets.ts'

/** Where a fresh virtual clock starts. */
const VIRTUAL_START = Date.UTC(2030, 0, 1) as Instant

export interface Running extends Credentials {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string
  /** Where SIP listens; empty when it is off. */
  readonly sipAt: readonly string[]
  readonly clock: Clock
  /** The clock in hand; null on the real clock. */
  readonly virtualClock: VirtualClock | null
  readonly logger: Logger
  /** The call's final status, once it has ended and its last exchange is recorded; null when there is no such call. */
  whenOver(callSid: CallSid): Promise<string | null>
  /** Ends calls with their callbacks, then everything else. Idempotent; resolves when all is on disk. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly logger?: Logger
  /** Virtual clocks only: start held, for a driver that moves time by hand. */
  readonly held?: boolean
  /** Where SIP listens when no setting says so; an address that is taken is warned of, and SIP is off then. */
  readonly sipByDefault?: readonly string[]
  /** Called when the platform can no longer record what it does and has to end. */
  readonly onFatal?: (error: Error) => void
}

export async function start(config: Config, options: StartOptions = {}): Promise<Running> {
  const logger = options.logger ?? makeLogger(config)
  const data = resolve(config.data)
  mkdirSync(data, { recursive: true })
  const credentials = readCredentials(config)
  const store = await openSqliteStore({ folder: data })
  // A start that fails must not keep the folder locked, nor the process alive.
  return startOn(store, { config, options, logger, data, credentials }).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
}

async function startOn(
  store: Awaited<ReturnType<typeof openSqliteStore>>,
  about: {
    readonly config: Config
    readonly options: StartOptions
    readonly logger: Logger
    readonly data: string
    readonly credentials: Credentials
  },
): Promise<Running> {
  const { config, options, logger, data, credentials } = about
  const sipListen = config.sip ?? options.sipByDefault ?? []
  const startAt = ((await store.lastInstant()) ?? VIRTUAL_START) as Instant
  const virtualClock =
    config.clock === 'virtual'
      ? new VirtualClock({ startAt, settleMs: config.clockSettleMs, mode: options.held ? 'held' : 'auto' })
      : null
  const clock: Clock = virtualClock ?? new RealClock()
  await provision(store, credentials, clock.now())

  const journal = new Journal({ store, clock, logger, onFatal: options.onFatal ?? endProcess(logger) })
  const egress = {
    mode: egressMode(config),
    allow: config.egressAllow,
  } as const
  const transport = createHttpClient({
    egress,
    ...(config.caFile !== null && { ca: readCaFile(config.caFile) }),
    logger,
  })
  const authTokenOf = accountTokens(store)
  const courier = new Courier({ journal, transport, clock, authTokenOf, logger })
  const sound = await createSound({ config, data, journal, transport, clock, logger })
  const recordingsFolder = join(data, 'recordings')
  const recordingLibrary = createRecordingLibrary({ folder: recordingsFolder, logger, encoder: sound.files })
  const sockets = { egress, ca: config.caFile === null ? null : readCaFile(config.caFile) }
  const load = new MediaLoad(config.sipLateMsMax)
  const media = createMedia({
    clock,
    logger,
    folder: recordingsFolder,
    files: createRecordingFiles({ folder: recordingsFolder, logger }),
    sockets,
    workers: config.mediaWorkers ?? Math.max(1, availableParallelism() - 1),
    lines: sipListen.length > 0 ? { host: mediaBindHost(sipListen), ports: portRange(config.sipRtpPorts) } : null,
    onTicks: (lateMs) => {
      metrics.mediaTicks(lateMs)
      if (!load.report(lateMs)) return
      if (load.isOverloaded) logger.warn({}, 'sound is late: no more calls over SIP are taken until it is not')
      else logger.info({}, 'sound is in time again: calls over SIP are taken')
    },
  })
  const network = new SimulatedNetwork({
    clock,
    logger,
    media,
    sounds: sound.library,
    namedSound: (accountSid, name) => sound.named.namedSound(accountSid, name),
  })
  const numbers = numberDirectory(store)
  const vault = createVault(readSecretsKey(config))
  const directory = new StoredSipDirectory({ store, vault, clock, logger })
  const { accountSid } = credentials
  const sip = createSip({ config, listen: sipListen, clock, logger, media, directory, accountSid, egress, load })
  const recordingUrl = ({ accountSid, sid }: { readonly accountSid: AccountSid; readonly sid: RecordingSid }) =>
    `${publicUrl()}/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`
  const recordings: Recordings = new Recordings({
    clock,
    logger,
    journal,
    files: recordingLibrary,
    liveCall: (sid) => calls.live(sid),
    callInMemory: (sid) => calls.inMemory(sid),
    urlOf: recordingUrl,
  })
  const recognizer = await createRecognizer({ config, transport, sockets })
  const recognition = new Recognition({ clock, logger, recognizer })
  const transcriptions = new Transcriptions({ clock, journal, recognition, urlOf: recordingUrl })
  const liveTranscriptions = new LiveTranscriptions({ clock, recognition, liveCall: (sid) => calls.live(sid) })
  const queues = new Queues({ clock, journal })
  const callStreams = new Streams({ clock, authTokenOf, liveCall: (sid) => calls.live(sid) })
  const messages = new UserMessages({ clock, journal, liveCall: (sid) => calls.live(sid) })
  const conferences = new Conferences({
    clock,
    logger,
    journal,
    courier,
    media,
    sounds: sound.library,
    recordings,
    calls: () => calls,
  })
  const calls: Calls = new Calls({
    conferences,
    sounds: sound.library,
    recordings,
    recognition,
    transcriptions,
    liveTranscriptions,
    media,
    queues,
    streams: callStreams,
    openSocket: signedSockets({ clock, sockets: createSockets(sockets), authTokenOf }),
    clock,
    logger,
    journal,
    courier,
    network: sip ? new RouteNetwork(network, sip, numbers) : network,
    numbers,
    callsPerSecond: config.callsPerSecond,
    gate: config.eventsGate,
  })
  network.answerWith(calls.answer)
  sip?.network.answerWith(calls.answer)
  const retention = new Retention({ store, clock, logger, retentionDays: config.retentionDays })

  network.book.load(await store.resources('phone'))
  let ready = false
  let listeningAt = ''
  /** Our address in callbacks, which no request of a customer's shows us. */
  const publicUrl = () => (config.publicUrl ?? listeningAt).replace(/\/$/, '')
  const metrics = createMetrics({
    onCommitted: (listener) => journal.onCommitted(listener),
    liveCalls: () => calls.size,
  })
  const report = metrics.deliveries
  const events = createEventStreams({
    config,
    egress,
    store,
    journal,
    transport,
    vault,
    clock,
    logger,
    authTokenOf,
    report,
  })
  const { streams, deliveries } = events
  metrics.deliveries.watch(
    () => streams.stats(),
    () => clock.now(),
  )
  const app = createServer({
    config,
    clock,
    logger,
    journal,
    calls,
    network,
    metrics,
    streams,
    deliveries,
    recordings: { service: recordings, media: recordingLibrary },
    conferences,
    queues,
    callStreams,
    messages,
    transcriptions,
    liveTranscriptions,
    audio: sound,
    sip: { vault, realm: config.sipRealm, changed: () => directory.changed(), network: sip?.network ?? null },
    ready: () => ready,
  })
  const { url, host, port } = await listen(app, config)
  listeningAt = url
  await streams.start().catch(async (error: unknown) => {
    await app.close()
    await store.close()
    throw error
  })
  await sip?.start().catch(async (error: unknown) => {
    if (config.sip === null) {
      logger.warn({ err: error }, 'real phones cannot reach us; set RINGBACK_SIP to another address, or to off')
      return
    }
    await streams.stop()
    await app.close()
    throw error
  })
  const recovery = await recover({ store, journal, courier, calls, recordings, conferences, logger })
  void recovery.done
  await transcriptions.failUnfinished()
  retention.start()
  writeFileSync(join(data, 'server.json'), `${JSON.stringify({ url, host, port, pid: process.pid }, null, 2)}\n`)

  let stopping: Promise<void> | null = null
  ready = true
  const stop = async () => {
    ready = false
    // From here on requests are answered 503; the port closes when the calls have told their last callbacks.
    await retention.stop()
    virtualClock?.setMode('auto')
    await calls.stop()
    await conferences.settled()
    await sip?.network.stop()
    await media.stop()
    await closeServer(app)
    await journal.settled()
    await events.stop()
    await sound.close()
    await recognizer?.close()
    virtualClock?.stop()
    await transport.close()
    await store.close()
    rmSync(join(data, 'server.json'), { force: true })
  }
  return {
    ...credentials,
    url,
    sipAt: sip?.at ?? [],
    clock,
    virtualClock,
    logger,
    whenOver: async (callSid) => (await calls.whenOver(callSid))?.status ?? null,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

/** Binds the port. @throws Error with a sentence when it is taken. */
async function listen(
  app: FastifyInstance,
  { host, port: wanted }: Pick<Config, 'host' | 'port'>,
): Promise<{ url: string; host: string; port: number }> {
  try {
    await app.listen({ host, port: wanted })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(
      `${host}:${wanted} is in use: stop what listens there, or choose another with --port (0 takes a free one)`,
    )
  }
  const { port } = app.server.address() as AddressInfo
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return { url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`, host, port }
}

/** A connection on which nothing ends by then is cut: a client that went away without a word is none to wait for. */
const CLOSE_MS_MAX = 2000

async function closeServer(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS_MAX)
  await app.close()
  clearTimeout(cut)
}

/** The token that signs an account's requests. Nothing changes one while the platform runs, so each is read once. */
function accountTokens(store: Store): (accountSid: AccountSid) => string | Promise<string> {
  const tokens = new Map<AccountSid, string>()
  const read = async (accountSid: AccountSid) => {
    const account = await store.resource('account', accountSid)
    assert(account, `no account ${accountSid}`)
    const { authToken } = account.row as AccountRow
    tokens.set(accountSid, authToken)
    return authToken
  }
  return (accountSid) => tokens.get(accountSid) ?? read(accountSid)
}

/** Going on without the journal would make requests that nobody recorded. */
function endProcess(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.error({ err: error }, 'the journal cannot be written; the platform ends')
    process.exit(1)
  }
}
