import { createRequire } from 'node:module'
import type BetterSqlite from 'better-sqlite3'

/**
 * The better-sqlite3 that this Node can live with. Up to 12 it must be compiled for each Node, and what is compiled for 24.19 or
 * newer ends the process when a statement becomes garbage while no JavaScript runs. From 13 on it is compiled once, for 22 and newer.
 */
const [major = 0] = process.versions.node.split('.').map(Number)
const isCompiled = major >= 22 && ['x64', 'arm64'].includes(process.arch)
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
const loaded = createRequire(import.meta.url)(
  isCompiled ? 'better-sqlite3-13' : 'better-sqlite3',
) as typeof BetterSqlite

export const Database = loaded
export type Database = BetterSqlite.Database
export const { SqliteError } = loaded
