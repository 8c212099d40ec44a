#!/usr/bin/env node
import '../adapters/no-debugger.js'
import { runReplay } from './replay/program.js'

process.exitCode = await runReplay(process.argv.slice(2))
