/**
 * Runs documents one after the other until the call is to be hung up: fetch, parse, verbs top to bottom, on to where
 * the last one leads. When a document cannot be had the fallback URL is asked; when that fails too the caller hears
 * the apology.
 */

import type { Alert } from '../../journal/entry.ts'
import { formatHttpUrl, parseHttpUrl } from '../../wire/webhook/http-url.ts'
import { alertByCode, alertByName, exchangeContext } from '../call/alerts.ts'
import { VERBS } from '../verbs/index.ts'
import { wordRounds } from '../verbs/prompts.ts'
import type { CallHost, DocumentSource, Flow, RunningDocument } from './flow.ts'
import { type ReadDocument, readDocument, readTwiml } from './read-document.ts'

export const APOLOGY = "We're sorry, an application error has occurred. Goodbye."

/** Documents in a row that may pass while the clock moves less than a second; then it is a loop of redirects. */
const HASTY_DOCUMENTS_MAX = 200
const HASTY_MS = 1000

export type Ending = 'hangup' | 'stopped' | { readonly reject: 'rejected' | 'busy' }

/** @returns how the chain of documents ended; `stopped` when `host.stop` was aborted on the way. */
export async function runDocuments(host: CallHost, first: DocumentSource): Promise<Ending> {
  let source = first
  let hastySince = host.clock.now()
  let hasty = 0
  for (;;) {
    if (host.clock.now() - hastySince >= HASTY_MS) {
      hastySince = host.clock.now()
      hasty = 0
    }
    if (++hasty > HASTY_DOCUMENTS_MAX) {
      host.alert(
        alertByName('documentLoop', `${HASTY_DOCUMENTS_MAX} documents ran within a second: a loop of redirects`),
      )
      return apologise(host)
    }
    const loaded = await load(host, source)
    if (host.stop.aborted) return 'stopped'
    if (!loaded) return apologise(host)
    let flow = loaded.sound
      ? await runSound(host, loaded.sound, loaded.document.url)
      : await runDocument(host, loaded.document)
    if (host.stop.aborted) {
      if (flow.next === 'document' && flow.anyway && flow.source.from === 'request') host.tell(flow.source)
      return 'stopped'
    }
    if (flow.next === 'failure') {
      host.alert(flow.alert)
      const fallback = fallbackFor(host, flow.alert, loaded.document.url, loaded.document.verb)
      if (!fallback || loaded.fromFallback) return apologise(host)
      flow = { next: 'document', source: fallback }
    }
    if (flow.next === 'document') source = flow.source
    else if (flow.next === 'reject') return { reject: flow.reason }
    else return 'hangup'
  }
}

/** Runs the verbs of one document; falling off its end hangs up. */
async function runDocument(host: CallHost, document: RunningDocument): Promise<Flow> {
  for (const verb of document.verbs) {
    const runner = VERBS[verb.verb]
    if (!runner) {
      host.alert(
        alertByName(
          'verbNotAvailable',
          `<${verb.verb}> does not run yet; the call goes on with the next verb`,
          verb.position,
        ),
      )
      continue
    }
    if (runner.answers) host.answer()
    const flow = await runner.run(verb, { host, document })
    if (host.stop.aborted || (flow.next !== 'verb' && flow.next !== 'leave')) return flow
  }
  host.answer()
  return { next: 'hangup' }
}

export interface Loaded {
  readonly document: RunningDocument
  /** Set when the answer is itself sound instead of TwiML. */
  readonly sound: (ReadDocument & { kind: 'audio' | 'text' }) | null
  readonly fromFallback: boolean
}

/** Null when neither the document nor the fallback could be had; both failures have been alerted. */
export async function load(host: CallHost, source: DocumentSource): Promise<Loaded | null> {
  const tried = await loadOnce(host, source)
  if (!('failure' in tried)) return tried
  if (host.stop.aborted) return null
  host.alert(tried.failure)
  if (source.from === 'request' && source.fallback) return null
  const [failedUrl, verb] =
    source.from === 'request' ? ([source.url, source.verb] as const) : ([null, 'Voice'] as const)
  const fallback = fallbackFor(host, tried.failure, failedUrl, verb)
  return fallback ? load(host, fallback) : null
}

async function loadOnce(host: CallHost, source: DocumentSource): Promise<Loaded | { readonly failure: Alert }> {
  if (source.from === 'inline')
    return toLoaded(host, readTwiml(source.twiml), { url: null, verb: 'Voice', fromFallback: false })
  const answer = await host.request(source)
  const { error } = answer.exchange
  const context = exchangeContext(answer.exchange)
  if (error) return { failure: alertByCode(error.code, 'error', error.message, context) }
  const origin = { url: answer.finalUrl, verb: source.verb, fromFallback: source.fallback === true }
  return toLoaded(host, readDocument(answer), origin, context)
}

function toLoaded(
  host: CallHost,
  read: ReadDocument,
  origin: { readonly url: string | null; readonly verb: RunningDocument['verb']; readonly fromFallback: boolean },
  context: Partial<Alert> = {},
): Loaded | { readonly failure: Alert } {
  if (read.kind === 'error') {
    const { code, message, kind: _, ...position } = read
    return { failure: alertByCode(code, 'error', message, { ...context, ...position }) }
  }
  const { url, verb, fromFallback } = origin
  if (read.kind !== 'twiml') return { document: { verbs: [], url, verb }, sound: read, fromFallback }
  for (const { code, message, line, column } of read.warnings)
    host.alert(alertByCode(code, 'warning', message, { line, column }))
  return { document: { verbs: read.verbs, url, verb }, sound: null, fromFallback }
}

/** An answer that is itself sound: played or spoken once, then the call ends. */
export async function runSound(
  host: CallHost,
  sound: ReadDocument & { kind: 'audio' | 'text' },
  url: string | null,
): Promise<Flow> {
  host.answer()
  if (sound.kind === 'text') {
    await speak(host, sound.text)
  } else if (url !== null) {
    const fetched = await host.fetchSound(url)
    if (fetched && !host.stop.aborted)
      await host.run({ play: [{ prompt: { kind: 'play', verb: 'Play', url, sound: fetched }, times: 1 }] })
  }
  return { next: 'hangup' }
}

function fallbackFor(
  host: CallHost,
  failure: Alert,
  failedUrl: string | null,
  verb: RunningDocument['verb'],
): (DocumentSource & { from: 'request' }) | null {
  if (!host.fallback) return null
  const parameters: Record<string, string> = { ErrorCode: String(failure.code) }
  if (failedUrl !== null) parameters.ErrorUrl = formatHttpUrl(parseHttpUrl(failedUrl))
  return { from: 'request', verb, url: host.fallback.url, method: host.fallback.method, parameters, fallback: true }
}

async function speak(host: CallHost, text: string): Promise<void> {
  const play = await wordRounds(text, host)
  if (!host.stop.aborted) await host.run({ play })
}

async function apologise(host: CallHost): Promise<Ending> {
  if (host.stop.aborted) return 'stopped'
  host.answer()
  await speak(host, APOLOGY)
  return host.stop.aborted ? 'stopped' : 'hangup'
}
