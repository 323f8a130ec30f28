/** Leaves this document for another; an empty text means the same one again. */
import type { Redirect } from '../../wire/twiml/index.ts'
import type { Flow, VerbContext } from '../interpreter/flow.ts'
import { toDocument } from './urls.ts'

export function runRedirect(redirect: Redirect, context: VerbContext): Flow {
  return toDocument(context, { url: redirect.url, method: redirect.method, verb: 'Redirect' })
}
