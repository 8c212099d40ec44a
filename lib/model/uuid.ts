/** A row's UUID as OVSDB prints it: 36 characters, lower case. */
export type Uuid = string

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isUuid(text: string): boolean {
  return form.test(text)
}

/** The first `digits` hexadecimal digits of the UUID. */
export function leadingDigits(uuid: Uuid, digits: number): string {
  return uuid.replaceAll('-', '').slice(0, digits)
}
