#!/usr/bin/env node
import '../adapters/no-debugger.js'
import { hasSaidVersion } from './version.js'

const argv = process.argv.slice(2)
if (!hasSaidVersion(argv)) process.exitCode = await (await import('./replay/program.js')).runReplay(argv)
