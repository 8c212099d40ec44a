/** <operation>s and <value>s of RFC 7047, 5, as controllers write them. */

export type Reference = readonly ['uuid' | 'named-uuid', string]

export function uuid(text: string): Reference {
  return ['uuid', text]
}

export function named(name: string): Reference {
  return ['named-uuid', name]
}

export function map(pairs: readonly (readonly [unknown, unknown])[]): readonly unknown[] {
  return ['map', pairs]
}

export function set(members: readonly unknown[]): readonly unknown[] {
  return ['set', members]
}

/** `name` is what the rest of the transaction calls the row. */
export function insert(table: string, row: object, name?: string): object {
  return { op: 'insert', table, row, ...(name === undefined ? {} : { 'uuid-name': name }) }
}

/** All rows whose `column` equals `value`. */
export function where(column: string, value: unknown): readonly (readonly unknown[])[] {
  return [[column, '==', value]]
}

export function update(table: string, condition: readonly unknown[], row: object): object {
  return { op: 'update', table, where: condition, row }
}

export function mutate(table: string, condition: readonly unknown[], mutation: readonly unknown[]): object {
  return { op: 'mutate', table, where: condition, mutations: [mutation] }
}

export function remove(table: string, condition: readonly unknown[]): object {
  return { op: 'delete', table, where: condition }
}

export function locator(ip: string, name: string): object {
  return insert('Physical_Locator', { encapsulation_type: 'vxlan_over_ipv4', dst_ip: ip }, name)
}
