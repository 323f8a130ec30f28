/** Sends a request of a dialog, other than INVITE and ACK: finds the way, answers challenges. */
import type { Dialog, Routed } from '../dialog/dialog.ts'
import type { SipRequest } from '../message.ts'
import type { ClientListener } from '../transaction/client-listener.ts'
import type { Hop } from '../transport.ts'
import { CHALLENGES_MAX, type SessionGround } from './session-ground.ts'

/** Of the dialog; `peer` as `Locate` has it. */
export interface Way {
  readonly dialog: Dialog
  readonly peer: Hop | null
}

/** The listener hears of the last try only. It may be told before this returns. */
export function sendInDialog(ground: SessionGround, way: Way, routed: Routed, listener: ClientListener): void {
  findWay(ground, way, routed.nextUri, listener, (hop) => {
    const send = (request: SipRequest, challenges: number) =>
      ground.layer.request(request, hop, {
        onResponse(response, from) {
          const again = challenges < CHALLENGES_MAX ? answerChallenge(ground, way.dialog, response, request) : null
          if (again === null) listener.onResponse(response, from)
          else send(again, challenges + 1)
        },
        onNoAnswer: (why) => listener.onNoAnswer(why),
      })
    send(routed.request, 0)
  })
}

export function findWay(
  ground: SessionGround,
  way: Way,
  uri: string,
  listener: ClientListener,
  found: (hop: Hop) => void,
): void {
  ground.locate(uri, way.peer, (hop) => {
    if (hop === null) listener.onNoAnswer({ kind: 'transport', why: `There is no way to ${uri}.` })
    else found(hop)
  })
}

/** @returns the request with credentials; null when it was not challenged, or there is nothing to say to it */
export function answerChallenge(
  ground: SessionGround,
  dialog: Dialog,
  response: Parameters<ClientListener['onResponse']>[0],
  request: SipRequest,
): SipRequest | null {
  if (response.status !== 401 && response.status !== 407) return null
  const answer = ground.answerChallenge(response, request)
  if (answer === null) return null
  const again = dialog.again(request)
  again.headers.set(...answer)
  return again
}
