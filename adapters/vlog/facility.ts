import type { Severity } from './level.js'

/** RFC 5424 facilities in the order of their numbers. */
const FACILITIES =
  `kern user mail daemon auth syslog lpr news uucp clock authpriv ftp ntp audit alert clock2 ` +
  `local0 local1 local2 local3 local4 local5 local6 local7`
const NAMES: readonly string[] = FACILITIES.split(' ')

const SYSLOG_SEVERITY: Readonly<Record<Severity, number>> = { emer: 1, err: 3, warn: 4, info: 6, dbg: 7 }

/** The number of the facility called `word`, in any case of letters. */
export function facilityNamed(word: string): number | undefined {
  const number = NAMES.indexOf(word.toLowerCase())
  return number === -1 ? undefined : number
}

/** RFC 5424 PRI of a message. */
export function priority(facility: number, severity: Severity): number {
  return facility * 8 + SYSLOG_SEVERITY[severity]
}
