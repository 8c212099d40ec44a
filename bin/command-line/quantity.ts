import type { Retention } from '../../journal/retention.js'
import { UsageError } from './usage-error.js'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const unitBytes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** What the options `--journal-keep` and `--journal-max-size`, or so, ask for; `0` is no limit. Throws UsageError. */
export function retentionOf(keep: string, maxSize: string, prefix = '--journal-'): Retention {
  return {
    keepMs: quantity(`${prefix}keep`, keep, unitMs, 'a time such as 12h or 30d'),
    maxBytes: quantity(`${prefix}max-size`, maxSize, unitBytes, 'a size such as 500M or 1G'),
  }
}

/** How many of something there may be; null: any number. Throws UsageError. */
export function most(option: string, text: string): number | null {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : -1
  if (count < 0)
    throw new UsageError(`option '${option}' needs a number up to 9999999, or 0 for no limit, not '${text}'`)
  return count === 0 ? null : count
}

function quantity(
  option: string,
  text: string,
  units: Readonly<Record<string, number>>,
  form: string,
): number | null {
  const [, count = '', unit = ''] = /^(\d{1,6})([a-zA-Z])$/.exec(text) ?? []
  const factor = units[unit]
  if (text === '0' || (factor !== undefined && Number(count) === 0)) return null
  if (factor === undefined)
    throw new UsageError(`option '${option}' needs ${form}, or 0 for no limit, not '${text}'`)
  return Number(count) * factor
}
