/** The value under `key` in an OVSDB map. */
export function valueOf(pairs: readonly (readonly [string, string])[], key: string): string | undefined {
  return pairs.find(([name]) => name === key)?.[1]
}
