const largestVni = 0xffffff

/** What a tunnel_key that is no VNI is said to be. */
export const noVni = `is out of range: a VNI is one of 0 to ${largestVni}`

/** Whether `key` fits the 24 bits of a VXLAN network identifier. */
export function isVni(key: number): boolean {
  return key >= 0 && key <= largestVni
}
