import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { completion } from './completion.js'
import { fishCompletion } from './completion-fish.js'
import { zshCompletion } from './completion-zsh.js'
import { manPage, topicPage } from './man-page.js'
import { documented, topics } from './pages.js'

/**
 * Writes man pages and completions below the directory that is given, laid out as /usr/share is, and beside them what a service
 * needs. Part of the build.
 */
const share = process.argv[2] ?? 'dist/share'
for (const { program, supplement, subject } of await documented()) {
  const name = program.name()
  write(`man/man${supplement.section}`, `${name}.${supplement.section}`, manPage(program, supplement))
  write('bash-completion/completions', name, completion(program, subject))
  write('zsh/vendor-completions', `_${name}`, zshCompletion(program, subject))
  write('fish/vendor_completions.d', `${name}.fish`, fishCompletion(program, subject))
}
for (const { name, supplement } of topics)
  write(`man/man${supplement.section}`, `${name}.${supplement.section}`, topicPage(name, supplement))
// what packages are made with is nothing for who has one
const isOfAnyone = (file: string): boolean => !['debian', 'Containerfile'].includes(basename(file))
cpSync(join('bin', 'service'), join(share, 'ovs-vtep'), { recursive: true, filter: isOfAnyone })

function write(folder: string, name: string, text: string): void {
  mkdirSync(join(share, folder), { recursive: true })
  writeFileSync(join(share, folder, name), text)
}
