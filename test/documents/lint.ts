/** `npm run lint` runs this: prints what is wrong with the documents and ends with 1, or says their sizes. */
import { Buffer } from 'node:buffer'
import { faultsOf } from './faults.js'
import { pages } from './page.js'

const all = pages()
const faults = faultsOf(all)
for (const fault of faults) console.error(fault)
if (process.argv.includes('--sizes'))
  for (const { file, lines } of all)
    console.log(`${String(Buffer.byteLength(lines.map(({ text }) => text).join('\n'))).padStart(8)}  ${file}`)
process.exitCode = faults.length > 0 ? 1 : 0
