import { formsOf } from '../../lib/history/subject-form.js'

/** Whether what is looked for is one thing by its address or number, and not words. */
export function isSubject(words: string): boolean {
  return formsOf(words).some(({ is }) => is !== 'name')
}
