/** The kinds of OVSDB column (RFC 7047, 3.2) that the tables we read are declared with. */
export type Atom = 'string' | 'integer' | 'boolean' | 'uuid'

export interface Column {
  readonly shape: 'one' | 'optional' | 'set' | 'map'
  readonly key: Atom
  readonly value?: Atom
}

type AtomValue<A extends Atom> = A extends 'integer' ? number : A extends 'boolean' ? boolean : string

/**
 * A column's value as the core holds it: one → the atom; optional → the atom or null; set → atoms in
 * ascending order; map → pairs in ascending order of their keys (never an object: its keys come from outside).
 */
export type ColumnValue<C extends Column> = C['shape'] extends 'one'
  ? AtomValue<C['key']>
  : C['shape'] extends 'optional'
    ? AtomValue<C['key']> | null
    : C['shape'] extends 'set'
      ? readonly AtomValue<C['key']>[]
      : readonly (readonly [AtomValue<C['key']>, AtomValue<NonNullable<C['value']>>])[]

export type TableDeclaration = Readonly<Record<string, Column>>
export type DatabaseDeclaration = Readonly<Record<string, TableDeclaration>>

export type RowOf<T extends TableDeclaration> = { readonly [C in keyof T]: ColumnValue<T[C]> }

export const one = <A extends Atom>(key: A) => ({ shape: 'one', key }) as const
export const optional = <A extends Atom>(key: A) => ({ shape: 'optional', key }) as const
export const setOf = <A extends Atom>(key: A) => ({ shape: 'set', key }) as const
export const mapOf = <K extends Atom, V extends Atom>(key: K, value: V) =>
  ({ shape: 'map', key, value }) as const
