import { isIPv4, isIPv6 } from 'node:net'

/** What is wrong, in words; null: nothing. */
export type Complaint = string | null
/** Whether a word is one of a kind. */
export type Check = (word: string) => boolean

export const decimal = (limit: number): Check => {
  const form = /^(0|[1-9]\d*)$/
  return (word) => form.test(word) && Number(word) <= limit
}
export const hex = (digits: number): Check => {
  const form = new RegExp(`^(0|0x[1-9a-f][0-9a-f]{0,${digits - 1}})$`)
  return (word) => form.test(word)
}
export const form =
  (pattern: RegExp): Check =>
  (word) =>
    pattern.test(word)
export const ofport = decimal(0xffff)
export const table = decimal(253)
export const vlan = decimal(4095)
export const mac = form(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
export const address: Check = (word) => (isIPv4(word) || isIPv6(word)) && /^[0-9a-f.:]+$/.test(word)

/** The first complaint about one of them. */
export function first<T>(items: readonly T[], complaint: (item: T) => Complaint): Complaint {
  for (const item of items) {
    const found = complaint(item)
    if (found !== null) return found
  }
  return null
}

/** What of a text is shown. */
export function excerpt(text: string): string {
  return JSON.stringify(text.slice(0, 120))
}
