import type { Severity } from './level.js'
import { logger, type Logger } from './logger.js'

/** How much one kind of message may say. */
export interface Rate {
  readonly perMinute: number
  /** How many may come at once after a quiet time. */
  readonly burst: number
}

/**
 * A logger that passes messages on to `log` as long as `rate` allows and drops the others. The first
 * message after dropped ones is preceded by a line that counts them. `now` gives milliseconds of a clock that only goes forward.
 */
export function rateLimited(log: Logger, rate: Rate, now: () => number = () => performance.now()): Logger {
  let tokens = rate.burst
  let filledAtMs = now()
  let dropped = 0
  let droppedSinceMs = 0

  const refill = (): void => {
    const nowMs = now()
    tokens = Math.min(rate.burst, tokens + ((nowMs - filledAtMs) / 60_000) * rate.perMinute)
    filledAtMs = nowMs
  }

  const reportDropped = (severity: Severity): void => {
    const seconds = Math.round((filledAtMs - droppedSinceMs) / 1000)
    log[severity](`Dropped ${dropped} log messages in last ${seconds} seconds due to excessive rate`)
    dropped = 0
  }

  return logger((severity, text) => {
    refill()
    if (tokens < 1) {
      if (dropped++ === 0) droppedSinceMs = filledAtMs
      return
    }
    tokens--
    if (dropped > 0) reportDropped(severity)
    log[severity](text)
  })
}
