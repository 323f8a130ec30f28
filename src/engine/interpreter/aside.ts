/**
 * A document that runs beside a call's own: music to wait or be held with, an announcement, a whisper. Only some verbs may
 * stand in it; it has no fallback and no apology, and its end is not the call's.
 */
import type { Alert } from '../../journal/entry.ts'
import type { Verb } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { VERBS } from '../verbs/index.ts'
import type { CallHost, DocumentSource, Flow } from './flow.ts'
import { type Loaded, load, runSound } from './interpreter.ts'

export type AsideEnding =
  /** Its last verb, or its sound, is over. */
  | 'ended'
  | 'stopped'
  | 'hangup'
  | 'leave'
  /** It could not be had or made sense of, which has been alerted. */
  | 'failed'

export interface AsideRules {
  readonly verbs: ReadonlySet<Verb['verb']>
  /** Debugger alert of another verb, which is passed over: `asideVerb` (13238), or `nestedDial` (13201). */
  readonly refused: (verb: Verb) => Alert
}

/** Documents in a row that redirect without a second passing. */
const HASTY_DOCUMENTS_MAX = 200
const HASTY_MS = 1000

/** What hold, announcement and conference wait documents may have. */
export const SOUND_ONLY: AsideRules = {
  verbs: new Set<Verb['verb']>(['Say', 'Play', 'Pause', 'Redirect']),
  refused: ({ verb, position }) =>
    alertByName('asideVerb', `<${verb}> may not stand in this document; it is passed over`, position),
}

/**
 * @param host made by `CallHost.aside`
 * @param loaded told each time a document could be had, before its first verb
 */
export async function runAside(
  host: CallHost,
  first: DocumentSource,
  rules: AsideRules,
  loaded: () => void = () => {},
): Promise<AsideEnding> {
  let source = first
  let hastySince = host.clock.now()
  for (let hasty = 1; ; hasty++) {
    if (host.clock.now() - hastySince >= HASTY_MS) {
      hastySince = host.clock.now()
      hasty = 1
    }
    if (hasty > HASTY_DOCUMENTS_MAX) {
      host.alert(
        alertByName('documentLoop', `${HASTY_DOCUMENTS_MAX} documents ran within a second: a loop of redirects`),
      )
      return 'failed'
    }
    const read = await load(host, source)
    if (host.stop.aborted) return 'stopped'
    if (!read) return 'failed'
    loaded()
    if (host.stop.aborted) return 'stopped'
    const flow = await runVerbs(host, read, rules)
    if (host.stop.aborted) return 'stopped'
    if (flow.next === 'document') source = flow.source
    else if (flow.next === 'failure') {
      host.alert(flow.alert)
      return 'failed'
    } else if (flow.next === 'reject') return 'hangup'
    else return flow.next === 'verb' ? 'ended' : flow.next
  }
}

async function runVerbs(host: CallHost, { document, sound }: Loaded, { verbs, refused }: AsideRules): Promise<Flow> {
  if (sound) {
    await runSound(host, sound, document.url)
    return { next: 'verb' }
  }
  for (const verb of document.verbs) {
    const runner = verbs.has(verb.verb) ? VERBS[verb.verb] : undefined
    if (!runner) {
      host.alert(refused(verb))
      continue
    }
    const flow = await runner.run(verb, { host, document })
    if (host.stop.aborted || flow.next !== 'verb') return flow
  }
  return { next: 'verb' }
}
