/** Answers REGISTER: finds out who it is, and lets the registrar do the rest. */
import type { SipRequest } from '../wire/sip/message.ts'
import { parseNameAddr } from '../wire/sip/name-addr.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { parseUri } from '../wire/sip/uri.ts'
import { plainAddress } from './addresses.ts'
import type { Admission } from './admission.ts'
import type { Answer, Registrar } from './registrar.ts'
import type { SourceLimits } from './source-limits.ts'

export interface RegisterDeps {
  readonly admission: Admission
  readonly registrar: Registrar
  readonly limits: SourceLimits
}

export async function answerRegister(request: SipRequest, from: Hop, deps: RegisterDeps): Promise<Answer> {
  const { admission, registrar, limits } = deps
  const admitted = await admission.registration(request, from)
  if ('challenge' in admitted) {
    limits.challenged(from.address)
    return { status: 401, headers: admitted.challenge }
  }
  if ('refused' in admitted) {
    limits.refused(from.address, admitted.why)
    return { status: admitted.refused, headers: [] }
  }
  const { domain, username } = admitted
  limits.proved(from.address)
  const to = parseUri(parseNameAddr(request.headers.get('To') ?? '')?.uri ?? '')
  // Nobody registers for somebody else (section 10.3, step 4).
  if (to?.user !== username) return { status: 403, headers: [] }
  const address = plainAddress({ scheme: 'sip', user: username, host: domain.name })
  return registrar.register(address, request.headers, from)
}
