// Fails where one exported name is declared in two files, for a name has one meaning, and where files import each other
// in a circle, types included. Part of `npm run lint`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const layers = ['lib', 'adapters', 'journal', 'bin']
const files = layers.flatMap((layer) =>
  readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(layer, name)),
)
const sources = new Map(
  files.map((file) => [
    file,
    ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true),
  ]),
)

/** The names that a statement exports. */
function exportedBy(statement) {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  if (!isExported) return []
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  return statement.name === undefined ? [] : [statement.name.getText()]
}

/** Files of ours that a file imports. */
function importedBy(file) {
  return sources.get(file).statements.flatMap((statement) => {
    const specifier = statement.moduleSpecifier?.text
    if (specifier === undefined || !specifier.startsWith('.')) return []
    const path = join(dirname(file), specifier).replace(/\.js$/, '')
    return [`${path}.ts`, `${path}.tsx`].filter((each) => existsSync(each))
  })
}

const problems = []

const declared = new Map()
for (const [file, { statements }] of sources)
  for (const name of new Set(statements.flatMap(exportedBy)))
    declared.set(name, [...(declared.get(name) ?? []), file])
for (const [name, all] of declared)
  if (all.length > 1) problems.push(`${name} is exported by ${all.join(' and ')}`)

/** Files that lead to no circle. */
const done = new Set()
/** The way to the file that is looked at. */
const way = []

function follow(file) {
  const at = way.indexOf(file)
  if (at >= 0) problems.push(`a circle of imports: ${[...way.slice(at), file].join(' → ')}`)
  if (at >= 0 || done.has(file)) return
  way.push(file)
  for (const other of importedBy(file)) follow(other)
  way.pop()
  done.add(file)
}
for (const file of files) follow(file)

for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
