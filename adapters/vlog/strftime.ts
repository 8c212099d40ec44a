const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (n: number): string => String(n).padStart(2, '0')

/** The conversions of strftime(3) that make sense in a log line, reading the UTC fields of a date. */
const CONVERSIONS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  H: (date) => two(date.getUTCHours()),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  a: (date) => DAYS[date.getUTCDay()] ?? '',
  b: (date) => MONTHS[date.getUTCMonth()] ?? '',
  F: (date) => date.toISOString().slice(0, 10),
  T: (date) => date.toISOString().slice(11, 19),
  '%': () => '%',
}

/**
 * `format` as strftime(3) fills it in UTC. A run of `#` becomes that many digits of the fraction of the
 * second (zeros after the third), as in OVS; an unknown conversion is kept as it stands.
 */
export function strftime(format: string, date: Date): string {
  return format.replace(/%(.)|#+/g, (whole, conversion: string | undefined) =>
    conversion === undefined ? fraction(date, whole.length) : (CONVERSIONS[conversion]?.(date) ?? whole),
  )
}

/** `date` moved so that its UTC fields show the local time. */
export function asLocal(date: Date): Date {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
}

function fraction(date: Date, digits: number): string {
  return String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(digits, '0').slice(0, digits)
}
