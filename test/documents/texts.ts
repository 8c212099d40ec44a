import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A text of the program, as the fixed parts between its values. */
export interface Text {
  /** File and source, to be found again. */
  readonly id: string
  readonly parts: readonly string[]
}

export function sourceFiles(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('page/'))
      .map((name) => `${folder}/${name}`),
  )
}

/** What `pick` finds in a file, each node looked at once. */
export function textsIn(file: string, pick: (node: ts.Node) => ts.Expression | undefined): readonly Text[] {
  const source = parsed(file)
  const found: Text[] = []
  const visit = (node: ts.Node): void => {
    const argument = pick(node)
    for (const one of argument === undefined ? [] : alternatives(argument))
      found.push({ id: `${file}: ${one.getText()}`, parts: partsOf(one) })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const sources = new Map<string, ts.SourceFile>()

function parsed(file: string): ts.SourceFile {
  const known = sources.get(file)
  if (known !== undefined) return known
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  sources.set(file, source)
  return source
}

function alternatives(argument: ts.Expression): readonly ts.Expression[] {
  if (!ts.isConditionalExpression(argument)) return [argument]
  return [...alternatives(argument.whenTrue), ...alternatives(argument.whenFalse)]
}

/** Empty: its text is not written there. */
function partsOf(argument: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(argument)) return [argument.text]
  if (!ts.isTemplateExpression(argument)) return []
  return [argument.head.text, ...argument.templateSpans.map(({ literal }) => literal.text)]
}
