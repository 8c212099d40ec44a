import ts from 'typescript'
import { sourceFiles, type Text, textsIn } from './texts.js'

/** Errors that say a broken peer or a fault of ours, whose words help nobody but a developer. */
const forDevelopers =
  /^(?:ProtocolError|WireError|RangeError|RequestError|TransactError|OutcomeUnknownError|DisconnectedError)$/

/** Every message for a user that says that something is wrong: where it is written, and its fixed parts. */
export function messages(): readonly Text[] {
  return [...logged(), ...thrown(), ...problems(), ...standing(), ...findings()]
}

/** Each call that logs a warning or worse. */
export function logged(): readonly Text[] {
  return all(['bin', 'adapters', 'journal', 'lib'], (node) =>
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^(?:warn|err|emer)$/.test(node.expression.name.text)
      ? node.arguments[0]
      : undefined,
  )
}

/** In lib a plain Error is a fault of ours; elsewhere it may be the one line that a start ends with. */
function thrown(): readonly Text[] {
  return all(['bin', 'adapters', 'journal', 'lib'], (node) => {
    if (!ts.isNewExpression(node)) return undefined
    const name = node.expression.getText()
    if (!name.endsWith('Error') || forDevelopers.test(name)) return undefined
    if (name === 'Error' && node.getSourceFile().fileName.startsWith('lib/')) return undefined
    return node.arguments?.[0]
  }).filter(hasWords)
}

/** Why a row can't be realised: whatever has words in the derivation. */
function problems(): readonly Text[] {
  const said = all(['lib/derive', 'lib/model/routing'], (node) =>
    (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && !ts.isNewExpression(node.parent)
      ? node
      : undefined,
  )
  const ofEntries = all(['lib/model/acl'], (node) =>
    ts.isNewExpression(node) && node.expression.getText() === 'InvalidEntry'
      ? node.arguments?.[0]
      : undefined,
  )
  return [...said, ...ofEntries.filter(hasWords)].filter(({ parts }) =>
    /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(parts.join(' x ')),
  )
}

/** What others did to a switch. */
function standing(): readonly Text[] {
  const isText = (node: ts.Node): node is ts.Expression =>
    ts.isTemplateExpression(node) || (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent))
  return textsIn('lib/words/standing.ts', (node) => (isText(node) ? node : undefined)).filter(({ parts }) =>
    /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(parts.join(' x ')),
  )
}

/** What the doctor calls wrong. */
function findings(): readonly Text[] {
  return all(['lib/doctor', 'bin/doctor'], (node) =>
    ts.isCallExpression(node) && node.expression.getText() === 'wrong' ? node.arguments[1] : undefined,
  ).filter(hasWords)
}

function hasWords({ parts }: Text): boolean {
  return /[a-z]{2,}/i.test(parts.join(' '))
}

function all(
  folders: readonly string[],
  pick: (node: ts.Node) => ts.Expression | undefined,
): readonly Text[] {
  return sourceFiles(...folders).flatMap((file) => textsIn(file, pick))
}
