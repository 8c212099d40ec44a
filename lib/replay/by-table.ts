/** Orders keys of flows by the number of the table, then by text. */
export function byTable(a: string, b: string): number {
  const [tableA, tableB] = [a, b].map((key) => Number(/^table=(\d+)/.exec(key)?.[1]))
  return (tableA ?? 0) - (tableB ?? 0) || (a < b ? -1 : 1)
}
