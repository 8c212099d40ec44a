import type { Severity } from './level.js'

/** What a part of the program logs with, one for each module name. */
export interface Logger {
  /** A major failure that ends the process. */
  emer(text: string): void
  /** A high-level operation failed; someone should look. */
  err(text: string): void
  /** A low-level operation failed, the rest may recover. */
  warn(text: string): void
  /** Useful in retrospect. */
  info(text: string): void
  /** For who knows the program well, or too much to read. */
  dbg(text: string): void
}

/** A logger whose messages all go to `log`. */
export function logger(log: (severity: Severity, text: string) => void): Logger {
  return {
    emer: (text) => log('emer', text),
    err: (text) => log('err', text),
    warn: (text) => log('warn', text),
    info: (text) => log('info', text),
    dbg: (text) => log('dbg', text),
  }
}
