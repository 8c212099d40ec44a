import { Child, endingText, outputTextOf } from '../child.js'
import { vlog } from '../vlog/vlog.js'

const log = vlog.module('daemon')
const timeoutMs = 10_000

/**
 * Tells systemd that this daemon is ready (sd_notify(3)), and goes on doing so at half of its watchdog's time: from the
 * event loop, so that one that hangs is silent. `status` gives the line that `systemctl status` shows. Does nothing
 * where no service manager listens.
 *
 * Node has no datagram sockets in the file system. systemd-notify(1) has, is there wherever systemd is, and waits until its
 * message was taken, so that its own end can't overtake it; a native addon would have to be compiled for each Node.
 */
export function keepNotified(status: () => string): void {
  const { NOTIFY_SOCKET: socket = '' } = process.env
  if (socket === '') return
  let isUnderWay = false
  let isBroken = false
  const tell = async (): Promise<void> => {
    if (isUnderWay) return
    isUnderWay = true
    const message = ['READY=1', 'WATCHDOG=1', `STATUS=${status()}`]
    const told = new Child('systemd-notify', message, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { NOTIFY_SOCKET: socket },
    })
    const timer = setTimeout(() => told.kill(), timeoutMs)
    const said = await outputTextOf(told.stderr)
    const ending = await told.ended
    clearTimeout(timer)
    isUnderWay = false
    const failed = ending.code !== 0
    if (failed && !isBroken)
      log.warn(`the service manager is not told: ${said?.trim() || endingText(ending)}`)
    isBroken = failed
  }
  void tell()
  const everyMs = watchdogMs() / 2
  if (everyMs > 0) setInterval(() => void tell(), everyMs)
}

/** 0: none is meant for us, or for the process of `--monitor` that keeps us. */
function watchdogMs(): number {
  const { WATCHDOG_USEC: usec = '0', WATCHDOG_PID: pid } = process.env
  const isOurs = pid === undefined || [process.pid, process.ppid].includes(Number(pid))
  return isOurs && /^\d+$/.test(usec) ? Number(usec) / 1000 : 0
}
