import { beginning, oneLine } from '../words/one-line.js'

declare const typed: unique symbol

/** What a value of type `T` looks like, as data: it is checked by `faultIn`, and walked by tests that make such values. */
export type Shape<T> = ShapeNode & { readonly [typed]?: T }

export type ShapeNode =
  /** `isSuch` null: any text. */
  | { readonly is: 'text'; readonly what: string; readonly isSuch: ((text: string) => boolean) | null }
  | { readonly is: 'number'; readonly what: string; readonly isSuch: (value: number) => boolean }
  | { readonly is: 'boolean' }
  | { readonly is: 'constant'; readonly values: readonly unknown[] }
  | { readonly is: 'nullable'; readonly of: ShapeNode }
  | { readonly is: 'list'; readonly of: ShapeNode }
  | { readonly is: 'tuple'; readonly of: readonly ShapeNode[] }
  | { readonly is: 'record'; readonly fields: readonly ShapeField[] }
  | { readonly is: 'variants'; readonly by: string; readonly of: ReadonlyMap<unknown, ShapeNode> }
  /** Such JSON as stands there. */
  | { readonly is: 'anything' }
  /** A list of which more than the form of its members must be right. */
  | { readonly is: 'words'; readonly what: string; readonly isSuch: (words: readonly string[]) => boolean }

export interface ShapeField {
  readonly name: string
  readonly node: ShapeNode
  readonly mayBeMissing: boolean
}

export const anyText: Shape<string> = { is: 'text', what: 'a text', isSuch: null }
export const isBoolean: Shape<boolean> = { is: 'boolean' }
export const anything: Shape<unknown> = { is: 'anything' }

export function textShape<T extends string = string>(
  what: string,
  isSuch: (text: string) => boolean,
): Shape<T> {
  return { is: 'text', what, isSuch }
}

export function words(what: string, isSuch: (words: readonly string[]) => boolean): Shape<readonly string[]> {
  return { is: 'words', what, isSuch }
}

export function numberShape(what: string, isSuch: (value: number) => boolean): Shape<number> {
  return { is: 'number', what, isSuch }
}

export function constant<const V>(...values: readonly V[]): Shape<V> {
  return { is: 'constant', values }
}

export function nullable<T>(of: Shape<T>): Shape<T | null> {
  return { is: 'nullable', of }
}

export function listOf<T>(of: Shape<T>): Shape<readonly T[]> {
  return { is: 'list', of }
}

export function pairOf<A, B>(a: Shape<A>, b: Shape<B>): Shape<readonly [A, B]> {
  return { is: 'tuple', of: [a, b] }
}

export type Missing<T> = { readonly mayBeMissing: Shape<T> }
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Missing<Exclude<T[K], undefined>> : Shape<T[K]>
}

export function mayBeMissing<T>(shape: Shape<T>): Missing<T> {
  return { mayBeMissing: shape }
}

/** All fields of `T`, so that one which is new has its shape, too. Others that a value has are not looked at. */
export function record<T extends object>(fields: Fields<T>): Shape<T> {
  return recordOf(Object.entries<Shape<unknown> | Missing<unknown>>(fields))
}

export function recordOf<T>(
  fields: readonly (readonly [string, Shape<unknown> | Missing<unknown>])[],
): Shape<T> {
  return {
    is: 'record',
    fields: fields.map(([name, one]) =>
      'mayBeMissing' in one
        ? { name, node: one.mayBeMissing, mayBeMissing: true }
        : { name, node: one, mayBeMissing: false },
    ),
  }
}

/** Records that a field `by` tells apart; each shape is of the other fields. */
export function variants<T extends object>(
  by: keyof T & string,
  of: Readonly<Record<string, Shape<object>>>,
): Shape<T> {
  return { is: 'variants', by, of: new Map(Object.entries(of)) }
}

/** Where a value is not of its shape: the field and what it should be, in one line. Null: it is. */
export function faultIn(node: ShapeNode, value: unknown): string | null {
  switch (node.is) {
    case 'text':
      if (typeof value !== 'string') return wrong('a text', value)
      return node.isSuch === null || node.isSuch(value) ? null : wrong(node.what, value)
    case 'number':
      return typeof value === 'number' && node.isSuch(value) ? null : wrong(node.what, value)
    case 'boolean':
      return typeof value === 'boolean' ? null : wrong('true or false', value)
    case 'constant':
      return node.values.includes(value) ? null : wrong(`one of ${node.values.join(', ')}`, value)
    case 'nullable':
      return value === null ? null : faultIn(node.of, value)
    case 'list':
      return Array.isArray(value) ? faultInList(node.of, value) : wrong('a list', value)
    case 'tuple':
      if (!Array.isArray(value) || value.length !== node.of.length)
        return wrong(`a list of ${node.of.length}`, value)
      return faultInTuple(node.of, value)
    case 'record':
      return isRecord(value) ? faultInFields(node.fields, value) : wrong('an object', value)
    case 'variants':
      return isRecord(value) ? faultInVariant(node, value) : wrong('an object', value)
    case 'words': {
      const areTexts = Array.isArray(value) && value.every((word): word is string => typeof word === 'string')
      return areTexts && node.isSuch(value) ? null : wrong(node.what, value)
    }
    case 'anything':
      return isShallow(value, deepest) ? null : ': nested too deep'
  }
}

function faultInList(of: ShapeNode, values: readonly unknown[]): string | null {
  for (let i = 0; i < values.length; i++) {
    const fault = faultIn(of, values[i])
    if (fault !== null) return within(`[${i}]`, fault)
  }
  return null
}

function faultInTuple(nodes: readonly ShapeNode[], values: readonly unknown[]): string | null {
  for (let i = 0; i < nodes.length; i++) {
    const fault = faultIn(nodes[i] as ShapeNode, values[i])
    if (fault !== null) return within(`[${i}]`, fault)
  }
  return null
}

function faultInFields(
  fields: readonly ShapeField[],
  value: Readonly<Record<string, unknown>>,
): string | null {
  let present = 0
  for (const { name, node, mayBeMissing: isOptional } of fields) {
    if (!Object.hasOwn(value, name)) {
      if (isOptional) continue
      return within(name, ': missing')
    }
    present++
    const fault = faultIn(node, value[name])
    if (fault !== null) return within(name, fault)
  }
  // of newer programs; who prints the whole must be able to
  if (Object.keys(value).length === present) return null
  for (const name in value) {
    if (name === '__proto__') return within(name, ': no field of anything')
    if (typeof value[name] !== 'object' || fields.some((field) => field.name === name)) continue
    if (!isShallow(value[name], deepest)) return within(name, ': nested too deep')
  }
  return null
}

/** Far more than anything of ours, far less than what JSON.stringify can print. */
const deepest = 64

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((one) => isShallow(one, levels - 1))
}

function faultInVariant(
  { by, of }: Extract<ShapeNode, { is: 'variants' }>,
  value: Readonly<Record<string, unknown>>,
): string | null {
  const variant = Object.hasOwn(value, by) ? of.get(value[by]) : undefined
  return variant === undefined ? within(by, wrong('one that is known', value[by])) : faultIn(variant, value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(what: string, value: unknown): string {
  return `: not ${what}: ${value === undefined ? 'nothing' : oneLine(beginning(value, 60))}`
}

/** A fault begins with the path to it, then a colon. */
function within(step: string, fault: string): string {
  return fault.startsWith(':') || fault.startsWith('[') ? step + fault : `${step}.${fault}`
}
