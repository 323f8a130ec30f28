/** The process's logger: JSON lines, or readable ones on a terminal; always on standard error, so that output stays clean. */
import pino from 'pino'
import pretty from 'pino-pretty'
import type { Logger } from '../lib/logger.ts'
import type { Config } from './config.ts'

export function makeLogger({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  const readable = (logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json')) === 'pretty'
  const stream = readable
    ? pretty({
        destination: 2,
        sync: true,
        colorize: process.stderr.isTTY === true,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss',
        singleLine: true,
      })
    : pino.destination({ fd: 2, sync: true })
  return pino({ level: logLevel, serializers: { err: pino.stdSerializers.err } }, stream)
}
