/** A row's UUID as OVSDB prints it: 36 characters, lower case. */
export type Uuid = string

/** Names a row that is not there yet. */
export type NewUuid = () => Uuid

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isUuid(text: string): boolean {
  return form.test(text)
}

const recent: Uuid[] = []

/** The very same text, in a copy that others of it share where it came up lately: 100,000 rows name few others. */
export function shared(uuid: Uuid): Uuid {
  const place =
    (digitAt(0, uuid) << 12) | (digitAt(1, uuid) << 8) | (digitAt(2, uuid) << 4) | digitAt(3, uuid)
  const known = recent[place]
  if (known === uuid) return known
  recent[place] = uuid
  return uuid
}

/** Four bits: a hexadecimal digit's value, or anything. */
function digitAt(place: number, text: string): number {
  const unit = text.charCodeAt(place)
  return (unit > 0x39 ? unit + 9 : unit) & 15
}

/** The first `digits` hexadecimal digits of the UUID, no more than 16. */
export function leadingDigits(uuid: Uuid, digits: number): string {
  return [uuid.slice(0, 8), uuid.slice(9, 13), uuid.slice(14, 18)].join('').slice(0, digits)
}
