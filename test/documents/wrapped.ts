const longest = 118

/** A list whose items stand in lines of at most 118 characters. */
export function wrapped(text: string): string {
  const items = text.replaceAll(/\n {2}(?=\S)/g, ' ').split('\n')
  return items.map((item) => (item.startsWith('- ') ? itemLines(item) : item)).join('\n')
}

function itemLines(item: string): string {
  const lines: string[] = []
  for (const word of item.split(/ +/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= longest)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(last === undefined ? word : `  ${word}`)
  }
  return lines.join('\n')
}
