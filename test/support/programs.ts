import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Makes our programs, as built, callable by their names: gives a directory for PATH, below `directory`. */
export async function installPrograms(directory: string): Promise<string> {
  const programs = join(directory, 'programs')
  await mkdir(programs)
  for (const name of ['ovs-vtep', 'vtep-replay', 'vtep-diff']) {
    const script = resolve('dist', 'bin', `${name}.js`)
    const text = `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`
    await writeFile(join(programs, name), text, { mode: 0o755 })
  }
  return programs
}
