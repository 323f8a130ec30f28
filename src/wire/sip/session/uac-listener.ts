/** What becomes of an INVITE of ours. */
import type { Body } from '../dialog/body.ts'
import type { SipResponse } from '../message.ts'
import type { NoAnswer } from '../transaction/client-listener.ts'
import type { Session } from './session.ts'

export type UacOutcome =
  /**
   * By the first end that did; others are hung up on. `acknowledge`: to be called with the answer to the offer in the response, when
   * the INVITE had none; null: the ACK is out.
   */
  | {
      readonly kind: 'answered'
      readonly session: Session
      readonly response: SipResponse
      readonly acknowledge: ((answer: Body | null) => void) | null
    }
  /** 3xx to 6xx. */
  | { readonly kind: 'refused'; readonly response: SipResponse }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer }
  /** We have cancelled it, and all of it is over. Who answered all the same was hung up on. */
  | { readonly kind: 'cancelled' }

export interface UacListener {
  /**
   * 100 to 199, each reliable one once. `early`: the end it is from, so far as that has a name; several may ring.
   * `acknowledge`: as above, for a reliable one that has the offer.
   */
  onProvisional(response: SipResponse, early: Session | null, acknowledge: ((answer: Body | null) => void) | null): void
  /** Once. */
  onOutcome(outcome: UacOutcome): void
}
