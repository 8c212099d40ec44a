#!/usr/bin/env node
import '../adapters/no-debugger.js'
import { runDiff } from './diff/program.js'

process.exitCode = await runDiff(process.argv.slice(2))
