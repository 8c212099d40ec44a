import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { programEnvironment } from '../environment.js'
import { PROGRAM } from '../paths.js'

type Logger = ChildProcessByStdio<Writable, null, null>

/** A syslog daemon that doesn't read must not fill our memory. */
const MAX_QUEUED_BYTES = 1 << 20

/** Whether messages for syslog have a way out: a local daemon listens and OVS_SYSLOG_METHOD is not `null`. */
export function hasSyslog(): boolean {
  return process.env['OVS_SYSLOG_METHOD'] !== 'null' && existsSync('/dev/log')
}

/** The system log through one logger(1) child: Node has no datagram sockets in the file system. */
export class Syslog {
  readonly #isAvailable: () => boolean
  #logger: Logger | undefined
  #isBroken: boolean

  constructor(isAvailable = hasSyslog) {
    this.#isAvailable = isAvailable
    this.#isBroken = !isAvailable()
  }

  /** Sends one line with its RFC 5424 PRI. Where logger(1) is missing or died, lines are dropped until reset(). */
  write(line: string, priority: number): void {
    if (this.#isBroken) return
    this.#logger ??= this.#start()
    const pipe = this.#logger.stdin
    if (pipe.writableLength < MAX_QUEUED_BYTES) pipe.write(`<${priority}>${line}\n`)
  }

  /** Ends the child; the next line starts another. */
  reset(): void {
    this.#logger?.stdin.end()
    this.#logger = undefined
    this.#isBroken = !this.#isAvailable()
  }

  #start(): Logger {
    const options = ['--prio-prefix', '--tag', PROGRAM, `--id=${process.pid}`]
    const logger = spawn('logger', options, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: programEnvironment(),
    })
    const lose = (): void => {
      if (this.#logger === logger) this.#isBroken = true
    }
    logger.on('error', lose).on('exit', lose).unref()
    logger.stdin.on('error', lose)
    if (logger.stdin instanceof Socket) logger.stdin.unref()
    return logger
  }
}
