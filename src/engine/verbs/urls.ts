/** URLs that verbs lead to: relative ones against the document they stand in, which inline TwiML does not have. */

import type { ExchangeVerb } from '../../journal/entry.ts'
import { WireError } from '../../lib/wire-error.ts'
import { resolveUrl } from '../../wire/webhook/http-url.ts'
import { alertByName } from '../call/alerts.ts'
import type { Method } from '../call/call-record.ts'
import type { DocumentSource, Flow, VerbContext } from '../interpreter/flow.ts'

/**
 * The absolute form of a TwiML URL, fragment and user info kept; "" and null mean the document itself. Null when it has
 * none: it is relative and the TwiML came inline, or it is no http or https URL.
 */
export function absoluteUrl(url: string | null, context: VerbContext): string | null {
  const base = context.document.url
  if (url === null || url === '') return base
  try {
    return resolveUrl(base ?? url, url)
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}

/** On to the document at `url`, or a failure when it cannot be resolved. */
export function toDocument(
  context: VerbContext,
  to: {
    readonly url: string | null
    readonly method: Method
    readonly verb: ExchangeVerb
    readonly parameters?: Readonly<Record<string, string>>
  },
): Flow {
  const url = absoluteUrl(to.url, context)
  if (url === null) {
    const why =
      context.document.url === null
        ? 'the TwiML was given inline, so the URL must be absolute'
        : 'not a valid http or https URL'
    return {
      next: 'failure',
      alert: alertByName('invalidUrl', `<${to.verb}> leads to ${JSON.stringify(to.url ?? '')}: ${why}`),
    }
  }
  const source: DocumentSource = {
    from: 'request',
    verb: to.verb,
    url,
    method: to.method,
    parameters: to.parameters ?? {},
  }
  return { next: 'document', source }
}
