import type { Since } from './table.js'

type Tables = Readonly<Record<string, { readonly since?: Readonly<Record<string, Since | undefined>> }>>

/** The tables that came with a later version of the schema, so that one which lacks them is no other database. */
export function laterTables(tables: Tables): ReadonlySet<string> {
  return new Set(Object.keys(tables).filter((name) => tables[name]?.since?.['table'] !== undefined))
}

/**
 * What does not work with a schema that lacks these, each 'Table' or 'Table.column': a line for each feature, with the
 * version that brings it.
 */
export function lostFeatures(tables: Tables, missing: readonly string[]): readonly string[] {
  const lines = missing.map((name) => {
    const [table = '', column = 'table'] = name.split('.')
    const since = tables[table]?.since?.[column]
    return since === undefined
      ? `the schema lacks ${name}`
      : `${since.feature}: off, for the schema is older than ${since.version}`
  })
  return [...new Set(lines)]
}
