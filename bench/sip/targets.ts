/** Who is called: the platform with an app that commands it, or the reflector, the limit to compare with. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startServer } from '../../test/kit/server-process.ts'
import { cpuSec, endWithUs, freeUdpPort } from './tools.ts'

/** What a number does: answers and waits for keys, plays, listens, is in a conference, records. */
export const NUMBERS = {
  answers: '+15005551100',
  plays: '+15005551500',
  echoes: '+15005551501',
  conference: '+15005551600',
  records: '+15005551700',
} as const

export type Number = keyof typeof NUMBERS

export interface Target {
  readonly name: string
  readonly sipPort: number
  cpuSec(): number
  stop(): Promise<void>
}

/** Its own ports of RTP, beyond those of the meter and below those that the system hands out. */
const REFLECTOR_RTP_PORT = 16_000
const RTP_PORTS = '20100-29999'

export async function startPlatform(data: string): Promise<Target> {
  const app = fork(join(import.meta.dirname, 'app.ts'))
  try {
    const [appPort] = (await once(app, 'message')) as [number]
    const sipPort = await freeUdpPort()
    const server = await startServer({
      data,
      env: {
        RINGBACK_SIP: `udp:127.0.0.1:${sipPort}`,
        RINGBACK_SIP_RTP_PORTS: RTP_PORTS,
        RINGBACK_SIP_CALLS_PER_SECOND_PER_SOURCE: '10000',
        // Lateness is what is measured: calls are not to be refused for it.
        RINGBACK_SIP_LATE_MS_MAX: '10000',
      },
    })
    endWithUs(server.process)
    const authorization = `Basic ${Buffer.from(`${server.accountSid}:${server.authToken}`).toString('base64')}`
    for (const number of Object.values(NUMBERS)) {
      const path = `/2010-04-01/Accounts/${server.accountSid}/IncomingPhoneNumbers.json`
      const body = new URLSearchParams({ PhoneNumber: number, VoiceUrl: `http://127.0.0.1:${appPort}/voice` })
      const answer = await fetch(server.url + path, { method: 'POST', headers: { authorization }, body })
      if (!answer.ok) throw new Error(`${number}: ${answer.status} ${await answer.text()}`)
    }
    return {
      name: 'Ringback',
      sipPort,
      cpuSec: () => {
        if (server.process.exitCode !== null) throw new Error(`the server ended:\n${server.output()}`)
        return cpuSec(server.process.pid!)
      },
      stop: async () => {
        await server.kill('SIGKILL')
        app.disconnect()
      },
    }
  } catch (error) {
    app.disconnect()
    throw error
  }
}

export async function startReflector(program: string): Promise<Target> {
  const sipPort = await freeUdpPort()
  const child = spawn(program, [String(sipPort), String(REFLECTOR_RTP_PORT)], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(child)
  await ready(child)
  return {
    name: 'reflector',
    sipPort,
    cpuSec: () => cpuSec(child.pid!),
    stop: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Resolves with its first line. @throws Error when it ends without one */
export async function ready(child: ChildProcess): Promise<void> {
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`${child.spawnfile} ended at once`)
    }),
  ])
}
