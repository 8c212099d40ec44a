/**
 * A text as a program printed it, of one that went through an editor, a mailer or a web page: without a byte order mark, carriage
 * returns, and blanks that every line begins with. Line numbers stay.
 */
export function plainText(text: string): string {
  const lines = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const indent = commonIndent(lines)
  return indent === ''
    ? lines
    : lines
        .split('\n')
        .map((line) => line.slice(indent.length))
        .join('\n')
}

/** What ovs-ofctl begins flows with, and ovs-vsctl a bridge, is no indentation: it is that of some lines only. */
function commonIndent(text: string): string {
  let common: string | null = null
  for (const [blanks] of text.matchAll(/^[ \t]*(?=\S)/gm)) {
    common = common === null ? blanks : shared(common, blanks)
    if (common === '') return ''
  }
  // one blank is how dump-flows begins each line
  return common === null || common === ' ' ? '' : common
}

function shared(a: string, b: string): string {
  let end = 0
  while (end < a.length && a[end] === b[end]) end++
  return a.slice(0, end)
}

/** Why bytes that begin with `head`, a byte a letter, are none of the texts that are read, and what to do; null: nothing is known. */
export function remedyFor(head: string): string | null {
  const [, is, remedy] = packed.find(([magic]) => head.startsWith(magic)) ?? []
  if (is !== undefined) return `it is packed with ${is}: ${String(remedy)}`
  if (/^\s*<(?:!|\?xml|(?:html|head|body|table|pre|code|div|p|span)\b)/i.test(head))
    return 'it is HTML: take --format=json, csv, list or table'
  return null
}

const packed: readonly (readonly [magic: string, name: string, remedy: string])[] = [
  ['BZh', 'bzip2', 'unpack it with "bzip2 -d"'],
  ['\xfd7zXZ\0', 'xz', 'unpack it with "xz -d"'],
  ['\x28\xb5\x2f\xfd', 'zstd', 'unpack it with "zstd -d"'],
  ['PK\x03\x04', 'zip', 'unpack it with "unzip", and give the directory'],
]
