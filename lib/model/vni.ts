const largestVni = 0xffffff

/** Whether `key` fits the 24 bits of a VXLAN network identifier. */
export function isVni(key: number): boolean {
  return key >= 0 && key <= largestVni
}
