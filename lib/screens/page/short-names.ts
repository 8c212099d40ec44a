const longest = 24
const leastStart = 4

/** Names as far as there is room, by name: what tells them apart is kept, what all the long ones begin with is not. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const long = names.filter((name) => name.length > longest)
  const common = commonStart(long)
  return new Map(long.map((name) => [name, shortened(name, common)]))
}

function shortened(name: string, common: number): string {
  const rest = common > leastStart ? `${name.slice(0, leastStart)}…${name.slice(common)}` : name
  if (rest.length <= longest) return rest
  const start = Math.ceil((longest - 1) / 2)
  return `${rest.slice(0, start)}…${rest.slice(rest.length - (longest - 1 - start))}`
}

/** How many characters they all begin with; 0 of fewer than two. */
function commonStart([first, ...others]: readonly string[]): number {
  if (first === undefined || others.length === 0) return 0
  let length = 0
  while (length < first.length && others.every((name) => name[length] === first[length])) length++
  return length
}
