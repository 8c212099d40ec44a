/** Text for man(7): nothing in it is taken for a request, and what a person may type keeps its hyphens. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll(
      /[^\n -~]/gu,
      (other) => `\\[u${(other.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
}

/** A request with arguments, each of which may hold blanks. */
export function request(name: string, ...list: readonly string[]): string {
  return [`.${name}`, ...list.map((text) => `"${roff(text).replaceAll('"', '\\(dq')}"`)].join(' ')
}
