import type { Severity } from './level.js'

/** A message, or who makes it if it is for anybody. */
export type Text = string | (() => string)

/** What a part of the program logs with, one for each module name. */
export interface Logger {
  /** A major failure that ends the process. */
  emer(text: Text): void
  /** A high-level operation failed; someone should look. */
  err(text: Text): void
  /** A low-level operation failed, the rest may recover. */
  warn(text: Text): void
  /** Useful in retrospect. */
  info(text: Text): void
  /** For who knows the program well, or too much to read. */
  dbg(text: Text): void
}

/** A logger whose messages all go to `log`. */
export function logger(log: (severity: Severity, text: Text) => void): Logger {
  return {
    emer: (text) => log('emer', text),
    err: (text) => log('err', text),
    warn: (text) => log('warn', text),
    info: (text) => log('info', text),
    dbg: (text) => log('dbg', text),
  }
}
