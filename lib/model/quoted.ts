/** A text of a column, within a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
