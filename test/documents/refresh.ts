/**
 * `npm run documents`: what commands of vtep-replay print in the documents becomes what they print today, and lines of the
 * changelog are broken where they are too long.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pages } from './page.js'
import { runs } from './sessions.js'
import { wrapped } from './wrapped.js'

writeFileSync('CHANGELOG.md', wrapped(readFileSync('CHANGELOG.md', 'utf8')))

const all = pages()
const changed = runs(all).filter(({ wanted }) => wanted !== null)
for (const page of all) {
  const lines = page.lines.map(({ text }) => text)
  // from the end, so that lines before stay where they are
  for (const { line, shown, wanted } of changed.filter((run) => run.page === page).reverse())
    lines.splice(line, shown.length, ...(wanted ?? []).map((text) => (text === '' ? '' : `    ${text}`)))
  const text = lines.join('\n')
  if (text !== page.lines.map((line) => line.text).join('\n')) writeFileSync(page.file, text)
}
for (const { page, line, command } of changed) console.log(`${page.file}:${line}: ${command}`)
