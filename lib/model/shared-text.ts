const known = new Map<string, string>()
const most = 65_536

/** The very same text, in a copy that others of it share: many flows have few actions. */
export function sharedText(text: string): string {
  const one = known.get(text)
  if (one !== undefined) return one
  if (known.size === most) known.clear()
  known.set(text, text)
  return text
}
