import { Remembered } from '../../model/remembered.js'

/** Of the `i`th tunnel port of a bridge: fits a network device's 15 characters; a bridge's name has no slash in it. */
export function tunnelName(bridge: string, i: number): string {
  return `vtep-${hash(i === 0 ? bridge : `${bridge}/${i}`)}`
}

/** Of the port for the BFD session with `remote`; `i` counts names that others have already. */
export function sessionName(bridge: string, remote: string, i = 0): string {
  return `bfd-${hash(`${bridge} ${remote}${i === 0 ? '' : `/${i}`}`)}`
}

/** Whether a port of ours could be named so. */
export function isOurKindOfName(name: string): boolean {
  return /^(vtep|bfd)-[0-9a-f]{8}$/.test(name)
}

function hash(text: string): string {
  return hashes.of(text)
}

/** FNV-1a over UTF-8, as eight hexadecimal digits. */
const hashes = new Remembered((text: string) => {
  let value = 0x811c9dc5
  for (const unit of new TextEncoder().encode(text)) value = Math.imul(value ^ unit, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
})
