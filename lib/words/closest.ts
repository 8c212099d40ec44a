const mostSuggested = 3

/** Those of `words` that somebody may have meant by `text`, the likeliest first; none: nothing comes near. */
export function closest(text: string, words: Iterable<string>): readonly string[] {
  const wanted = text.toLowerCase()
  const found: { readonly word: string; readonly distance: number }[] = []
  for (const word of new Set(words)) {
    const distance = distanceTo(wanted, word.toLowerCase())
    if (distance !== null) found.push({ word, distance })
  }
  found.sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
  return found.slice(0, mostSuggested).map(({ word }) => word)
}

/** Words to suggest, as the end of a message; empty where there are none. */
export function didYouMean(text: string, words: Iterable<string>): string {
  const near = closest(text, words)
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
}

/** So much must be alike at the start for the rest not to matter. */
const likeStart = 0.75

/** Null: too far away. What one begins with or contains is nearer than what has to be typed anew. */
function distanceTo(wanted: string, word: string): number | null {
  if (wanted === '' || word === '') return null
  if (word.startsWith(wanted) || wanted.startsWith(word)) return 0.5
  if (wanted.length >= 3 && word.includes(wanted)) return 0.8
  const most = Math.max(1, Math.floor(Math.min(wanted.length, 12) / 3))
  const distance = Math.abs(wanted.length - word.length) > most ? most + 1 : editDistance(wanted, word)
  if (distance <= most) return distance
  let alike = 0
  while (alike < wanted.length && wanted[alike] === word[alike]) alike++
  return alike >= 3 && alike >= likeStart * wanted.length ? most + 1 : null
}

/** Letters that are to be put in, left out, replaced or swapped with the next. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1)]
      row.push(Math.min(...ways, isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity))
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
