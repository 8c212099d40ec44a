// `npm run dev -- PROGRAM ARGUMENT...`: makes the programs from their sources, without checking types, and runs one.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const programs = ['ovs-vtep', 'vtep-replay', 'vtep-diff']
const [program, ...args] = process.argv.slice(2)
if (!programs.includes(program)) {
  process.stderr.write(`usage: npm run dev -- ${programs.join('|')} [ARGUMENT...]\n`)
  process.exit(64)
}
mkdirSync('dist/bin', { recursive: true })
await import('./bundle.js')
const child = spawn(process.execPath, [`dist/bin/${program}.js`, ...args], {
  // a terminal's Ctrl-C reaches both; the program decides when it ends
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal === 'SIGINT' || child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128
  if (signal !== null) process.stderr.write(`${program}: ended by ${signal}\n`)
})
