/**
 * Puts the parts together and starts them, each made by the file of its name beside this one; what depends on what can be read
 * off the order. `shutdown.ts` has the order in which they stop.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createHttpClient } from '../adapters/http-client/index.ts'
import { createRecordingFiles } from '../adapters/recording-files/recording-files.ts'
import { createRecordingLibrary } from '../adapters/recording-files/recording-library.ts'
import { openSqliteStore } from '../adapters/store-sqlite/store.ts'
import { recover } from '../engine/call/recovery.ts'
import { Retention } from '../journal/retention.ts'
import type { Clock } from '../lib/clock.ts'
import type { CallSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { createVault } from '../lib/vault.ts'
import type { VirtualClock } from '../lib/virtual-clock.ts'
import { SimulatedNetwork } from '../phones/network.ts'
import { MediaLoad } from '../sip/media-load.ts'
import { createClock } from './clock.ts'
import { type Config, egressMode, readCaFile } from './config.ts'
import { createEngine } from './engine.ts'
import { createEventStreams } from './event-streams.ts'
import { type Credentials, provision, readCredentials, readSecretsKey } from './first-start.ts'
import { createJournal } from './journal.ts'
import { listen, writeServerFile } from './listen.ts'
import { makeLogger } from './logger.ts'
import { createMedia, watchLoad } from './media.ts'
import { createMetrics } from './metrics.ts'
import { numberDirectory } from './number-directory.ts'
import { createRecognizer } from './recognition.ts'
import { RouteNetwork } from './route-network.ts'
import { createServer } from './server.ts'
import { shutDown } from './shutdown.ts'
import { createSip, linesFor } from './sip.ts'
import { StoredSipDirectory } from './sip-directory.ts'
import { createSound } from './sound.ts'

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
  const { accountSid } = credentials
  const { clock, virtualClock } = await createClock(store, config, options.held ?? false)
  await provision(store, credentials, clock.now())

  // The journal, and the ways out.
  const egress = { mode: egressMode(config), allow: config.egressAllow } as const
  const ca = config.caFile === null ? null : readCaFile(config.caFile)
  const sockets = { egress, ca }
  const transport = createHttpClient({ egress, ...(ca !== null && { ca }), logger })
  const journalParts = createJournal({ store, transport, clock, logger, onFatal: options.onFatal })
  const { journal, courier, authTokenOf } = journalParts

  // Sound.
  const sound = await createSound({ config, data, journal, transport, clock, logger })
  const folder = join(data, 'recordings')
  const recordingLibrary = createRecordingLibrary({ folder, logger, encoder: sound.files })
  const sipListen = config.sip ?? options.sipByDefault ?? []
  const load = new MediaLoad(config.sipLateMsMax)
  const media = createMedia({
    clock,
    logger,
    folder,
    files: createRecordingFiles({ folder, logger }),
    sockets,
    lines: linesFor(sipListen, config),
    workers: config.mediaWorkers,
    onTicks: (lateMs) => {
      metrics.mediaTicks(lateMs)
      watchLoad(load, lateMs, logger)
    },
  })

  // Phones: simulated ones, and real ones.
  const phones = new SimulatedNetwork({
    clock,
    logger,
    media,
    sounds: sound.library,
    namedSound: (accountSid, name) => sound.named.namedSound(accountSid, name),
  })
  const numbers = numberDirectory(store)
  const vault = createVault(readSecretsKey(config))
  const directory = new StoredSipDirectory({ store, vault, clock, logger })
  const sip = createSip({ config, listen: sipListen, clock, logger, media, directory, accountSid, egress, ca, load })

  // Calls.
  let listeningAt = ''
  const recognizer = await createRecognizer({ config, transport, sockets })
  const engine = createEngine({
    ...journalParts,
    config,
    clock,
    logger,
    media,
    sounds: sound.library,
    recordingFiles: recordingLibrary,
    recognizer,
    sockets,
    network: sip ? new RouteNetwork(phones, sip, numbers) : phones,
    numbers,
    publicUrl: () => (config.publicUrl ?? listeningAt).replace(/\/$/, ''),
  })
  const { calls } = engine
  phones.answerWith(calls.answer)
  sip?.network.answerWith(calls.answer)
  phones.book.load(await store.resources('phone'))

  // Readers of the journal, and who looks after it.
  const retention = new Retention({ store, clock, logger, retentionDays: config.retentionDays })
  const metrics = createMetrics({
    onCommitted: (listener) => journal.onCommitted(listener),
    liveCalls: () => calls.size,
    droppedFrames: () => engine.streams.droppedFrames,
  })
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
    metrics: metrics.deliveries,
  })
  const { streams, deliveries } = events

  // HTTP.
  let ready = false
  const app = createServer({
    config,
    clock,
    logger,
    journal,
    engine,
    network: phones,
    metrics,
    streams,
    deliveries,
    recordingMedia: recordingLibrary,
    audio: sound,
    sip: { vault, realm: config.sipRealm, changed: () => directory.changed(), network: sip?.network ?? null },
    ready: () => ready,
  })
  const listening = await listen(app, config)
  listeningAt = listening.url

  // From here on events go out and phones ring; what the last run left open is made again or closed.
  await streams.start().catch(async (error: unknown) => {
    await app.close()
    await store.close()
    throw error
  })
  await sip?.start().catch(async (error: unknown) => {
    await streams.stop()
    await app.close()
    throw error
  })
  await recover({ store, journal, courier, logger, ...engine })
  await engine.transcriptions.failUnfinished()
  retention.start()
  writeServerFile(data, listening)
  ready = true

  let stopping: Promise<void> | null = null
  const stop = () => {
    ready = false
    return shutDown({
      data,
      retention,
      virtualClock,
      engine,
      sip,
      media,
      app,
      journal,
      events,
      sound,
      recognizer,
      transport,
      store,
    })
  }
  return {
    ...credentials,
    url: listening.url,
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
