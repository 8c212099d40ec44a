import type * as z from 'zod'
import { Child, outputTextOf } from '../child.js'

/** What ip(8) says as JSON, where it is what `form` says; undefined: it is not, or it says nothing. */
export async function askIp<T>(form: z.ZodType<T>, ...words: readonly string[]): Promise<T | undefined> {
  const ip = new Child('ip', ['-json', ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
  const said = await outputTextOf(ip.stdout)
  return said === null || said.trim() === '' ? undefined : form.safeParse(JSON.parse(said)).data
}
