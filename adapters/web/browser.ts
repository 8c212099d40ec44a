import { spawn } from 'node:child_process'
import { userEnvironment } from '../environment.js'

/** Shows an address in the browser that the desktop prefers; `failed` is told when there is none. */
export function openInBrowser(url: string, failed: (reason: string) => void): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const child = spawn(program, [url], { detached: true, stdio: 'ignore', env: userEnvironment() })
  child.on('error', ({ message }) => failed(message))
  child.on('exit', (status) => {
    if (status !== null && status !== 0) failed(`${program} ended with status ${status}`)
  })
  child.unref()
}
