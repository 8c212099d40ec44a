const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * `text` without what could end a line, drive a terminal or reorder the text on it, each such character
 * written as an escape: whatever a peer sends, it stays inside its own line of a log or listing.
 */
export function oneLine(text: string): string {
  return isOneLine(text) ? text : text.replace(unseen, escaped)
}

/** Whether `oneLine` has nothing to do. */
export function isOneLine(text: string): boolean {
  return plain.test(text) || text.search(unseen) < 0
}

const plain = /^[ -~]*$/
/** Control characters, C1 among them; those of Unicode that are not seen, which reorder or join others; ends of lines; halves of pairs. */
export const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A name as it is, or as JSON where it could be taken for something else. */
export function plainName(name: string): string {
  return /^[\w.:/-]+$/.test(name) ? name : JSON.stringify(name)
}

/** The first `length` characters, and that there are more. */
export function cutTo(length: number, text: string): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** How a value looks as JSON, no more than `length` characters of it; what is nested too deep for that is said to be so. */
export function beginning(value: unknown, length: number): string {
  try {
    return JSON.stringify(value).slice(0, length)
  } catch {
    return 'something that is nested too deep'
  }
}

function escaped(character: string): string {
  return NAMED[character] ?? Array.from({ length: character.length }, (_, i) => unit(character, i)).join('')
}

/** As JSON has it: two where the character has two. */
function unit(character: string, i: number): string {
  return `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
}
