import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { Child } from '../child.js'
import { PROGRAM } from '../paths.js'

/** A syslog daemon that doesn't read must not fill our memory. */
const MAX_QUEUED_BYTES = 1 << 20

/** How long a way that is broken is not tried again. */
const RETRY_MS = 60_000

/** Whether messages for syslog have a way out: a local daemon listens and OVS_SYSLOG_METHOD is not `null`. */
export function hasSyslog(): boolean {
  return process.env['OVS_SYSLOG_METHOD'] !== 'null' && existsSync('/dev/log')
}

/** The system log through one logger(1) child: Node has no datagram sockets in the file system. */
export class Syslog {
  readonly #isAvailable: () => boolean
  #logger: Child | undefined
  #isBroken: boolean
  #tryAgainAtMs = 0

  constructor(isAvailable = hasSyslog) {
    this.#isAvailable = isAvailable
    this.#isBroken = !isAvailable()
  }

  /** Sends one line with its RFC 5424 PRI. Where logger(1) is missing or died, lines are dropped for a minute, or until reset(). */
  write(line: string, priority: number): void {
    if (this.#isBroken && performance.now() < this.#tryAgainAtMs) return
    if (this.#isBroken) this.reset()
    if (this.#isBroken) this.#tryAgainAtMs = performance.now() + RETRY_MS
    if (this.#isBroken) return
    this.#logger ??= this.#start()
    const pipe = this.#logger.stdin
    if (pipe !== null && pipe.writableLength < MAX_QUEUED_BYTES) pipe.write(`<${priority}>${line}\n`)
  }

  /** Ends the child; the next line starts another. */
  reset(): void {
    this.#logger?.stdin?.end()
    this.#logger = undefined
    this.#isBroken = !this.#isAvailable()
  }

  #start(): Child {
    const options = ['--prio-prefix', '--tag', PROGRAM, `--id=${process.pid}`]
    const logger = new Child('logger', options, { stdio: ['pipe', 'ignore', 'ignore'] })
    const lose = (): void => {
      if (this.#logger !== logger) return
      this.#isBroken = true
      this.#tryAgainAtMs = performance.now() + RETRY_MS
    }
    void logger.ended.then(lose)
    logger.unref()
    logger.stdin?.on('error', lose)
    if (logger.stdin instanceof Socket) logger.stdin.unref()
    return logger
  }
}
