#!/usr/bin/env node
import '../adapters/no-debugger.js'
import { hasSaidVersion } from './version.js'

const argv = process.argv.slice(2)
if (!hasSaidVersion(argv, 'ovs-vtep ')) await (await import('./run.js')).runDaemon(argv)
