/** An Ethernet address in OVS's text: lower case, colons, two digits an octet. */
export type Mac = string & { readonly mac: unique symbol }

const canonical = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/
const wire = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i

/** Accepts upper case and one-digit octets, as vtep-ctl does; undefined for anything else. */
export function parseMac(text: string): Mac | undefined {
  if (canonical.test(text)) return text as Mac
  if (!wire.test(text)) return undefined
  return text
    .toLowerCase()
    .split(':')
    .map((octet) => octet.padStart(2, '0'))
    .join(':') as Mac
}

/** The keyword of vtep(5) for frames whose destination no other row names. */
export const unknownDestination = 'unknown-dst'

/** Whether the address names a group of stations: the lowest bit of its first octet is set. */
export function isGroup(mac: Mac): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 1) === 1
}
