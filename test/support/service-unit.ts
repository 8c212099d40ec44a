import { readFileSync } from 'node:fs'

/** Settings of a unit of systemd, each with all its values in their order. */
export type Unit = ReadonlyMap<string, readonly string[]>

export function readUnit(file: string): Unit {
  const unit = new Map<string, string[]>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) unit.set(name, [...(unit.get(name) ?? []), value])
  }
  return unit
}

/** The words of a command line as systemd takes them: specifiers `%x` and variables that stand alone replaced, quotes taken off. */
export function commandLine(
  text: string,
  specifiers: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const words = text.match(/"[^"]*"|\S+/g) ?? []
  return words.flatMap((word) => {
    if (word.startsWith('$')) return variables[word.slice(1)] ?? []
    const bare = word.replace(/^"(.*)"$/, '$1')
    return [
      bare.replaceAll(/%(.)/g, (whole, letter: string) =>
        letter === '%' ? '%' : (specifiers[letter] ?? whole),
      ),
    ]
  })
}
