import type { Atom, Domain } from './domain.js'

/** A column of a table, as far as we read it. */
export interface Column {
  readonly shape: 'one' | 'optional' | 'set' | 'map'
  readonly key: Atom
  readonly value?: Atom
  /** What `key` means, and what `value` does. */
  readonly of: Domain
  readonly to?: Domain
  /** Histories of earlier programs do not say it. */
  readonly isLate?: true
}

type AtomValue<A extends Atom> = A extends 'integer' ? number : A extends 'boolean' ? boolean : string

/**
 * A column's value as the core holds it: one → the atom; optional → the atom or null; set → atoms in
 * ascending order; map → pairs in ascending order of their keys (never an object: its keys come from outside).
 */
export type ColumnValue<C extends Column> =
  SaidValue<C> | (C extends { readonly isLate: true } ? undefined : never)

type SaidValue<C extends Column> = C['shape'] extends 'one'
  ? AtomValue<C['key']>
  : C['shape'] extends 'optional'
    ? AtomValue<C['key']> | null
    : C['shape'] extends 'set'
      ? readonly AtomValue<C['key']>[]
      : readonly (readonly [AtomValue<C['key']>, AtomValue<NonNullable<C['value']>>])[]

export type TableDeclaration = Readonly<Record<string, Column>>
export type DatabaseDeclaration = Readonly<Record<string, TableDeclaration>>

export type RowOf<T extends TableDeclaration> = { readonly [C in keyof T]: ColumnValue<T[C]> }

export const one = <A extends Atom>(of: Domain<A>) => ({ shape: 'one', key: of.atom, of }) as const
export const lateOne = <A extends Atom>(of: Domain<A>) => ({ ...one(of), isLate: true }) as const
export const optional = <A extends Atom>(of: Domain<A>) => ({ shape: 'optional', key: of.atom, of }) as const
export const setOf = <A extends Atom>(of: Domain<A>) => ({ shape: 'set', key: of.atom, of }) as const
export const mapOf = <K extends Atom, V extends Atom>(of: Domain<K>, to: Domain<V>) =>
  ({ shape: 'map', key: of.atom, value: to.atom, of, to }) as const
export const lateSetOf = <A extends Atom>(of: Domain<A>) => ({ ...setOf(of), isLate: true }) as const
export const lateMapOf = <K extends Atom, V extends Atom>(of: Domain<K>, to: Domain<V>) =>
  ({ ...mapOf(of, to), isLate: true }) as const

/** The value of a column that is not said (RFC 7047, 5.2.1). */
export function defaultOf({ shape, key }: Column): unknown {
  if (shape === 'optional') return null
  if (shape !== 'one') return []
  if (key === 'uuid') return '00000000-0000-0000-0000-000000000000'
  return key === 'integer' ? 0 : key === 'boolean' ? false : ''
}
