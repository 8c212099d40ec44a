import { join } from 'node:path'

/**
 * A file of what was built, by its path from the top of that. The caller may stand in a file of its own or, bundled,
 * in `bin/`: both are one below the top, as this is.
 */
export function builtFile(path: string): string {
  return join(import.meta.dirname, '..', path)
}
