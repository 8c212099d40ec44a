import { Database } from '../../adapters/sqlite.js'
import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleVersion } from '../../journal/bundle.js'
import { formatVersion } from '../../journal/format.js'
import { createOwner } from '../support/owner.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replays } from '../support/replays.js'

/**
 * Writes journals and bundles as this program writes them to test/journal/golden, where they are read and verified for
 * ever. To be run once a format is new; what is there is never made anew.
 */
const directory = join('test', 'journal', 'golden')

function keep(name: string, make: (file: string) => void): void {
  const file = join(directory, name)
  if (existsSync(file)) console.log(`${file} is there`)
  else make(file)
}

const owner = createOwner()
try {
  const journal = journalOf(longHistory(80), ownDirectory(owner))
  keep(`format-${formatVersion}.journal`, (file) => {
    // one file with nothing beside it
    const database = new Database(journal)
    database.prepare('vacuum into ?').run(file)
    database.close()
  })
  keep(`bundle-${bundleVersion}.bundle`, (file) => {
    replays([['export', journal, '--from', '41', '-o', file]])
  })
  // as a program of that age would have exported it: bodies as they are
  keep('format-1-early.ndjson', (file) => {
    const copy = join(ownDirectory(owner), 'early')
    copyFileSync(join(directory, 'format-1-early.journal'), copy)
    const database = new Database(copy, { readonly: true })
    const rows = database.prepare<[], Row>('select seq, at_ms, body from entry order by seq').all()
    database.close()
    writeFileSync(
      file,
      rows.map(({ seq, at_ms, body }) => `{"seq":${seq},"atMs":${at_ms},"event":${body}}\n`).join(''),
    )
  })
} finally {
  await owner.end()
}

interface Row {
  readonly seq: number
  readonly at_ms: number
  readonly body: string
}
