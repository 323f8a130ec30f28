/** `ringback sip …`: phones that register here, and what went over the wire of a call. */
import type { Command } from 'commander'
import { serverConfigOf, withServer } from '../settings-flags.ts'

const DOMAIN = ['--domain <name>', 'the SIP domain; needed only when there are several'] as const

export function addSipCommands(program: Command): void {
  const sip = program.command('sip').description('Real phones: who may register, who is, and the SIP of calls.')
  const user = sip.command('user').description('Users: who may register and call.')

  withServer(user.command('add').description('Let a phone register, and print what to type into it.'))
    .argument('<name>', 'the user')
    .option(...DOMAIN)
    .option('--password <password>', '12 characters or more, with a digit and both cases; else one is made up')
    .action(async (name, options) => {
      const { addUser } = await import('./users.ts')
      await addUser(name, options, serverConfigOf(options))
    })

  withServer(user.command('list').description('List the users of a domain, or of all.'))
    .option('--domain <name>', 'only of this SIP domain')
    .action(async (options) => {
      const { listUsers } = await import('./users.ts')
      await listUsers(options, serverConfigOf(options))
    })

  withServer(user.command('remove').description('Take a user out of a domain.'))
    .argument('<name>', 'the user')
    .option(...DOMAIN)
    .action(async (name, options) => {
      const { removeUser } = await import('./users.ts')
      await removeUser(name, options, serverConfigOf(options))
    })

  withServer(sip.command('trace').description('Print the SIP of a call as a ladder.'))
    .argument('<call>', 'the SID of the call: CA…')
    .option('--pcap <file>', 'write its messages to a capture file for tcpdump or Wireshark instead')
    .action(async (call, options) => {
      const { traceCommand } = await import('./trace.ts')
      await traceCommand(call, options, serverConfigOf(options))
    })

  withServer(sip.command('registrations').description('List the phones that are registered.')).action(
    async (options) => {
      const { registrationsCommand } = await import('./registrations.ts')
      await registrationsCommand(serverConfigOf(options))
    },
  )
}
