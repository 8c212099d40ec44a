/**
 * What `record` holds under a name that came from outside; undefined: nothing. Every object inherits members such as
 * `constructor`, which plain indexing finds.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
