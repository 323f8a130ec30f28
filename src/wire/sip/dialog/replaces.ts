/** Replaces (RFC 3891): an INVITE that is to take the place of a dialog. */
import { isToken } from '../grammar.ts'
import type { SipHeaders } from '../headers.ts'
import { parseParameters } from '../parameters.ts'
import type { Dialog } from './dialog.ts'
import { dialogKey } from './dialog-key.ts'

export interface Replaces {
  readonly callId: string
  /** The tags as the end that is asked sees them: `to` is its own. */
  readonly toTag: string
  readonly fromTag: string
  /** Only as long as nobody has answered. */
  readonly earlyOnly: boolean
}

const CALL_ID = /^[ \t]*([^ \t;]+)[ \t]*/

/** @returns null when the value is none */
export function parseReplaces(value: string): Replaces | null {
  const found = CALL_ID.exec(value)
  const parameters = found === null ? null : parseParameters(value, found[0].length)
  const toTag = parameters?.get('to-tag')
  const fromTag = parameters?.get('from-tag')
  if (parameters == null || toTag == null || fromTag == null || !isToken(toTag) || !isToken(fromTag)) return null
  return { callId: found![1]!, toTag, fromTag, earlyOnly: parameters.has('early-only') }
}

export function writeReplaces({ callId, toTag, fromTag, earlyOnly }: Replaces): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`
}

/** What another end has to say to the far end of this dialog to take our place in it. */
export function replacesOf(dialog: Dialog): Replaces {
  return { callId: dialog.callId, toTag: dialog.remoteTag || '0', fromTag: dialog.localTag, earlyOnly: false }
}

export type Replacement =
  | { readonly kind: 'none' }
  | { readonly kind: 'dialog'; readonly dialog: Dialog }
  /** What to answer. */
  | { readonly kind: 'refused'; readonly status: 400 | 481 | 486 | 603 }

/** Section 3. `find` knows dialogs by their key, for a while also those that have ended. */
export function findReplaced(headers: SipHeaders, find: (key: string) => Dialog | undefined): Replacement {
  const values = headers.all('Replaces')
  if (values.length === 0) return { kind: 'none' }
  const replaces = values.length === 1 ? parseReplaces(values[0]!) : null
  if (replaces === null) return { kind: 'refused', status: 400 }
  const { callId, toTag, fromTag } = replaces
  // Tag 0 stands for an end without one, of RFC 2543.
  const dialog =
    find(dialogKey({ callId, localTag: toTag, remoteTag: fromTag })) ??
    (fromTag === '0' ? find(dialogKey({ callId, localTag: toTag, remoteTag: '' })) : undefined)
  if (dialog === undefined) return { kind: 'refused', status: 481 }
  if (dialog.state === 'terminated') return { kind: 'refused', status: 603 }
  // A call that rings at us is picked up elsewhere by other means: only who calls can be sent to another end.
  if (dialog.state === 'early' && !dialog.isCaller) return { kind: 'refused', status: 481 }
  if (dialog.state === 'confirmed' && replaces.earlyOnly) return { kind: 'refused', status: 486 }
  return { kind: 'dialog', dialog }
}
