/** What a man page says beside the declarations of a program. */
export interface Supplement {
  /** Section of the manual. */
  readonly section: 1 | 5 | 7 | 8
  /** The name line's half behind the dash. */
  readonly purpose: string
  readonly sections: readonly Section[]
  readonly seeAlso: readonly string[]
}

/**
 * Paragraphs stand apart by an empty line. One whose lines all begin with four blanks is shown as it is; one whose second line
 * begins with two blanks explains its first line.
 */
export interface Section {
  readonly heading: string
  readonly text: string
}

/** A paragraph that explains `term`. */
export function explainedTexts(term: string, text: string): string {
  return `${term}\n  ${text}`
}

/** Lines that are shown as they are. */
export function shown(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n')
}
