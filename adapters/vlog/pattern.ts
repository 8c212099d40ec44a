import { hostname } from 'node:os'
import { oneLine } from '../../lib/words/one-line.js'
import type { Severity } from './level.js'
import { asLocal, strftime } from './strftime.js'

/** One message on its way to its destinations. */
export interface LogRecord {
  readonly at: Date
  /** 1 for the first message of the process. */
  readonly serial: number
  readonly module: string
  readonly severity: Severity
  readonly text: string
  /** `monitor` in the process of `--monitor`; empty in the process that does the work. */
  readonly subprogram: string
  readonly program: string
  /** RFC 5424 PRI. */
  readonly priority: number
}

const ISO = '%Y-%m-%d %H:%M:%S'

const ESCAPES: Readonly<Record<string, (record: LogRecord, format: string | undefined) => string>> = {
  A: (record) => record.program,
  B: (record) => String(record.priority),
  c: (record) => record.module,
  D: (record, format) => strftime(format ?? ISO, record.at),
  d: (record, format) => strftime(format ?? ISO, asLocal(record.at)),
  E: () => hostname(),
  m: (record) => oneLine(record.text),
  N: (record) => String(record.serial),
  n: () => '\n',
  p: (record) => record.severity.toUpperCase(),
  P: () => String(process.pid),
  r: () => String(Math.round(performance.now())),
  t: (record) => (record.subprogram === '' ? 'main' : record.subprogram),
  T: (record) => (record.subprogram === '' ? '' : `(${record.subprogram})`),
  '%': () => '%',
}

/**
 * `record` laid out by a pattern of ovs-appctl(8): `%`, optional `-` (left) and `0` (zeros), a least
 * width, an escape. An unknown escape is kept as it stands.
 */
export function layOut(pattern: string, record: LogRecord): string {
  return pattern.replace(
    /%(-?)(0?)(\d*)(?:([Dd])\{([^}]*)\}|(.))/g,
    (whole, left: string, zero: string, width: string, date?: string, format?: string, letter?: string) => {
      const value = ESCAPES[date ?? letter ?? '']?.(record, format)
      if (value === undefined) return whole
      return left === '' ? value.padStart(Number(width), zero || ' ') : value.padEnd(Number(width))
    },
  )
}
