/** What joins the character before it, or is not seen at all. */
const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u
/** What takes two cells of a terminal: Unicode's East Asian wide and full-width characters, nearly. */
const double =
  /^[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]$/u
const simple = /^[\x20-\x7e]*$/

/** How many cells of a terminal a text without control characters takes. */
export function cellsOf(text: string): number {
  if (simple.test(text)) return text.length
  let cells = 0
  for (const character of text) cells += cellsOfOne(character)
  return cells
}

/** Exactly `width` cells of `text`, from the left: filled up with blanks, or cut with a `…`. */
export function fitted(text: string, width: number): string {
  if (width <= 0) return ''
  const missing = width - cellsOf(text)
  if (missing >= 0) return text + ' '.repeat(missing)
  const [start = ''] = wrapped(text, width - 1)
  return `${start}…${' '.repeat(Math.max(0, width - 1 - cellsOf(start)))}`
}

/** `text` in pieces of at most `width` cells, at least one; whatever does not fit into one cell is left out. */
export function wrapped(text: string, width: number): readonly string[] {
  if (cellsOf(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  let cells = 0
  for (const character of text) {
    const more = cellsOfOne(character)
    if (more > width) continue
    if (cells + more > width) {
      lines.push(line)
      line = ''
      cells = 0
    }
    line += character
    cells += more
  }
  return [...lines, line]
}

function cellsOfOne(character: string): number {
  if (none.test(character)) return 0
  return double.test(character) ? 2 : 1
}
