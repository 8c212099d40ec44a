import type { LogRecord } from './pattern.js'

/** A message as one JSON object. `time` is ISO 8601 in UTC, `serial` 1 for the first of the process. */
export function jsonLine({ at, serial, module, severity, text, subprogram, program }: LogRecord): string {
  const process_ = subprogram === '' ? {} : { subprogram }
  return JSON.stringify({
    time: at.toISOString(),
    level: severity.toUpperCase(),
    program,
    pid: process.pid,
    ...process_,
    module,
    serial,
    message: text,
  })
}
