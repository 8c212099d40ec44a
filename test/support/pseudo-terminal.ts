import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Owner } from './ovs.js'
import { ScreenContents } from './screen-contents.js'
import { until } from './until.js'

/**
 * Node has no pseudo-terminals, Python has. Lines in: JSON with `keys` to be typed or a new `size`; out: what the
 * program prints. At its end: its status, and whether the terminal echoes and takes lines as before.
 */
const relay = `
import fcntl, json, os, pty, select, signal, struct, sys, termios
rows, columns = int(sys.argv[1]), int(sys.argv[2])
def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
master, slave = pty.openpty()
resize(slave, rows, columns)
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.close(master)
    os.login_tty(slave) if hasattr(os, 'login_tty') else None
    if not hasattr(os, 'login_tty'):
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2): os.dup2(slave, fd)
    # the test runner's hooks, which it puts there for every process, would take the signals
    os.environ.pop('NODE_OPTIONS', None)
    os.execvp(sys.argv[3], sys.argv[3:])
orders = b''
ended = None
while ended is None or select.select([master], [], [], 0)[0]:
    ready = select.select([master] + ([0] if ended is None else []), [], [], 0.02)[0]
    if master in ready:
        os.write(1, os.read(master, 65536))
    if 0 in ready:
        data = os.read(0, 65536)
        if data == b'':
            os.kill(child, signal.SIGKILL)
        orders += data
        while b'\\n' in orders:
            line, orders = orders.split(b'\\n', 1)
            order = json.loads(line)
            if 'keys' in order: os.write(master, order['keys'].encode())
            if 'size' in order: resize(master, *order['size'])
            if 'signal' in order: os.kill(child, order['signal'])
    if ended is None:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid != 0: ended = status
after = termios.tcgetattr(slave)
sys.stderr.write(json.dumps({'status': os.waitstatus_to_exitcode(ended), 'isRestored': before[3] == after[3]}))
`

/** How a program at a terminal ended; negative: by that signal. */
export interface TerminalEnd {
  readonly status: number
  /** Echo and lines are as they were before. */
  readonly isRestored: boolean
}

/** A program at a terminal of its own, 24 lines of 80 columns. */
export class PseudoTerminal {
  readonly contents = new ScreenContents(80, 24)
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  #end = ''

  constructor(owner: Owner, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#process = spawn('/usr/bin/python3', ['-c', relay, '24', '80', ...command], {
      env: { ...process.env, TERM: 'xterm', TZ: 'UTC', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => this.contents.take(text))
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#end += text))
    owner.teardown(async () => {
      // its program ends with it
      this.#process.stdin.end()
      if (this.#process.exitCode === null) await once(this.#process, 'close')
    })
  }

  type(keys: string): void {
    this.#order({ keys })
  }

  resize(columns: number, rows: number): void {
    this.contents.resize(columns, rows)
    this.#order({ size: [rows, columns] })
  }

  signal(signal: number): void {
    this.#order({ signal })
  }

  /** Resolves when the screen shows what `pattern` matches; gives its lines. */
  async shows(pattern: RegExp): Promise<readonly string[]> {
    let lines: readonly string[] = []
    await until(`the screen shows ${String(pattern)}`, () => {
      lines = this.contents.lines()
      if (pattern.test(lines.join('\n'))) return true
      throw new Error(`it shows\n${lines.join('\n')}\n${this.#end}`)
    })
    return lines
  }

  async ended(): Promise<TerminalEnd> {
    if (this.#process.exitCode === null) await once(this.#process, 'close')
    return JSON.parse(this.#end) as TerminalEnd
  }

  #order(order: object): void {
    this.#process.stdin.write(`${JSON.stringify(order)}\n`)
  }
}
